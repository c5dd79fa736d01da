"""The rows of notices: the database itself refuses the second one of an identity."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from tests.programmes import MEETING, apply_file, query, write_programme

from convene.store.database import Database

COLUMNS = (
    "cause_id, person_id, round, due_at, timezone, zone_assumed, shifted_why, useful_until, language,"
    " language_source, role, state, attempts, uncertain, created_at"
)
CAUSE = "programme_id, event_id, day_id, kind, rule, occurrence, revision"
ON_ONE_DAY = MEETING + MEETING.replace("meeting:", "another:", 1)


@pytest.mark.parametrize("kind", ["invitation", "thanks", "digest"])
def test_the_database_refuses_a_second_notice_of_one_identity(database: Database, tmp_path: Path, kind: str) -> None:
    apply_file(database, write_programme(tmp_path, ON_ONE_DAY))
    before = query(database, "SELECT count(*) FROM notice")

    with pytest.raises(IntegrityError, match="notice"):
        copy_row(database, "notice", COLUMNS, COLUMNS, f"cause_id IN (SELECT id FROM cause WHERE kind = '{kind}')")

    assert query(database, "SELECT count(*) FROM notice") == before != [(0,)]


@pytest.mark.parametrize("kind", ["invitation", "digest"])
def test_the_database_refuses_a_second_row_of_one_cause(database: Database, tmp_path: Path, kind: str) -> None:
    apply_file(database, write_programme(tmp_path, ON_ONE_DAY))

    with pytest.raises(IntegrityError, match="cause_identity"):
        copy_row(database, "cause", CAUSE, CAUSE, f"kind = '{kind}'")


def test_the_same_notice_of_another_round_is_another(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    [(before,)] = query(database, "SELECT count(*) FROM notice")

    copy_row(database, "notice", COLUMNS, COLUMNS.replace(" round,", " round + 1,"), "round = 1")

    assert query(database, "SELECT count(*) FROM notice") == [(before + 1,)]


def copy_row(database: Database, table: str, columns: str, values: str, where: str) -> None:
    """Store one row of `table` once more."""
    with database.writing() as session:
        session.connection().exec_driver_sql(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where} LIMIT 1"
        )


def test_no_notice_speaks_of_a_cause_or_a_person_that_is_not_there(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, ON_ONE_DAY))
    apply_file(database, write_programme(tmp_path))

    lost = "SELECT count(*) FROM notice LEFT JOIN {0} ON {0}.id = {0}_id WHERE {0}.id IS NULL"
    assert query(database, lost.format("cause")) == [(0,)]
    assert query(database, lost.format("person")) == [(0,)]
    assert query(database, "SELECT count(*) FROM event") == [(1,)]
