"""The schema: made by migrations alone, brought up to date when a database is opened, never downgraded."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from tests.programmes import database_file, query, small_database

from convene.store.database import open_database
from convene.store.schema import SchemaError
from convene.store.tables import METADATA


def test_opening_a_new_file_makes_every_table(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    try:
        tables = set(inspect(database.engine).get_table_names())
    finally:
        database.close()

    assert tables == set(METADATA.tables) | {"alembic_version"}
    assert "notice" in tables


# The index that refuses a second notice is on expressions, which Alembic cannot compare: see `test_notice_rows`.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index cause_identity")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index 'cause_identity'")
def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    with small_database(tmp_path) as database, database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)

    assert differences == []


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = database_file(tmp_path)
    schema = query(path, "SELECT * FROM sqlite_master ORDER BY name")

    open_database(f"sqlite:///{path}").close()

    assert query(path, "SELECT * FROM sqlite_master ORDER BY name") == schema


def test_a_database_of_a_newer_convene_is_refused_and_left_alone(tmp_path: Path) -> None:
    with small_database(tmp_path) as database, database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    path = tmp_path / "convene.db"
    schema = query(path, "SELECT * FROM sqlite_master ORDER BY name")

    with pytest.raises(SchemaError, match="newer convene"):
        open_database(f"sqlite:///{path}")

    assert query(path, "SELECT * FROM sqlite_master ORDER BY name") == schema
    assert query(path, "SELECT version_num FROM alembic_version") == [("9999",)]
