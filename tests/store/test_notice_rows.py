"""The rows of notices: the database itself refuses the second one of an identity."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from tests.programmes import MEETING, apply_file, query, small_database, write_programme

COLUMNS = (
    "cause_id, person_id, round, due_at, timezone, zone_assumed, shifted_why, useful_until, language,"
    " language_source, role, state, attempts, uncertain, created_at"
)
CAUSE = "programme_id, event_id, day_id, kind, rule, occurrence, revision"
ON_ONE_DAY = MEETING + MEETING.replace("meeting:", "another:", 1)


@pytest.mark.parametrize("kind", ["invitation", "thanks", "digest"])
def test_the_database_refuses_a_second_notice_of_one_identity(tmp_path: Path, kind: str) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path, ON_ONE_DAY))
        before = query(tmp_path / "convene.db", "SELECT count(*) FROM notice")

        copy = (
            f"INSERT INTO notice ({COLUMNS}) SELECT {COLUMNS} FROM notice"
            " WHERE cause_id IN (SELECT id FROM cause WHERE kind = ?) LIMIT 1"
        )
        with pytest.raises(IntegrityError, match="notice"), database.writing() as session:
            session.connection().exec_driver_sql(copy, (kind,))

        assert query(tmp_path / "convene.db", "SELECT count(*) FROM notice") == before != [(0,)]


@pytest.mark.parametrize("kind", ["invitation", "digest"])
def test_the_database_refuses_a_second_row_of_one_cause(tmp_path: Path, kind: str) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path, ON_ONE_DAY))

        copy = f"INSERT INTO cause ({CAUSE}) SELECT {CAUSE} FROM cause WHERE kind = ? LIMIT 1"
        with pytest.raises(IntegrityError, match="cause_identity"), database.writing() as session:
            session.connection().exec_driver_sql(copy, (kind,))


def test_the_same_notice_of_another_round_is_another(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))
        values = COLUMNS.replace(" round,", " round + 1,")
        with database.writing() as session:
            session.connection().exec_driver_sql(f"INSERT INTO notice ({COLUMNS}) SELECT {values} FROM notice LIMIT 1")


def test_no_notice_speaks_of_a_cause_or_a_person_that_is_not_there(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path, ON_ONE_DAY))
        apply_file(database, write_programme(tmp_path))

    lost = "SELECT count(*) FROM notice LEFT JOIN {0} ON {0}.id = {0}_id WHERE {0}.id IS NULL"
    assert query(tmp_path / "convene.db", lost.format("cause")) == [(0,)]
    assert query(tmp_path / "convene.db", lost.format("person")) == [(0,)]
    assert query(tmp_path / "convene.db", "SELECT count(*) FROM event") == [(1,)]
