"""The schema: made by migrations alone, brought up to date when a database is opened, never downgraded."""

from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from tests.programmes import query

from convene.store.database import Database, open_database
from convene.store.metadata import METADATA
from convene.store.schema import SchemaError


def test_opening_a_new_database_makes_every_table(new_address: str) -> None:
    with closing(open_database(new_address)) as database:
        tables = set(inspect(database.engine).get_table_names())

    assert tables == set(METADATA.tables) | {"alembic_version"}
    assert "notice" in tables


# The index that refuses a second notice is on expressions, which Alembic cannot compare: see `test_notice_rows`.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)

    assert differences == []


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def schema(database: Database) -> dict[str, list[str]]:
    """Every table with its columns and the names of its indexes."""
    reading = inspect(database.engine)
    return {
        table: [*map(repr, reading.get_columns(table)), *(str(index["name"]) for index in reading.get_indexes(table))]
        for table in reading.get_table_names()
    }


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_opening_again_changes_nothing(database: Database) -> None:
    before = schema(database)

    open_database(address(database)).close()

    assert schema(database) == before


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_a_database_of_a_newer_convene_is_refused_and_left_alone(new_address: str) -> None:
    with closing(open_database(new_address)) as database:
        with database.writing() as session:
            session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        before = schema(database)

        with pytest.raises(SchemaError, match="newer convene"):
            open_database(new_address)

        assert schema(database) == before
        assert query(database, "SELECT version_num FROM alembic_version") == [("9999",)]
