"""The rows of notices: the database itself refuses the second one of an identity."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from tests.programmes import MEETING, apply_file, query, small_database, write_programme

from convene.store.notice_rows import new_key

COLUMNS = (
    "kind, programme_id, person_id, event_id, day_id, rule_id, occurrence_id, round, revision, due_at, due_local,"
    " timezone, zone_assumed, shifted_why, useful_until, language, language_source, role, state, attempts, uncertain,"
    " created_at"
)
ON_ONE_DAY = MEETING + MEETING.replace("meeting:", "another:", 1)


@pytest.mark.parametrize("kind", ["invitation", "thanks", "digest"])
def test_the_database_refuses_a_second_notice_of_one_identity(tmp_path: Path, kind: str) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path, ON_ONE_DAY))
        count = "SELECT count(*) FROM notice WHERE kind = ?"
        before = query(tmp_path / "convene.db", count, kind)

        copy = f"INSERT INTO notice (key, {COLUMNS}) SELECT ?, {COLUMNS} FROM notice WHERE kind = ? LIMIT 1"
        with pytest.raises(IntegrityError, match="notice_identity"), database.writing() as session:
            session.connection().exec_driver_sql(copy, (new_key(), kind))

        assert query(tmp_path / "convene.db", count, kind) == before != [(0,)]


def test_the_same_notice_of_another_revision_or_round_is_another(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))
        for column in ("revision", "round"):
            values = COLUMNS.replace(f" {column},", f" {column} + 1,")
            copy = f"INSERT INTO notice (key, {COLUMNS}) SELECT ?, {values} FROM notice WHERE kind = 'invitation'"
            with database.writing() as session:
                session.connection().exec_driver_sql(copy + " LIMIT 1", (new_key(),))


def test_a_key_says_nothing_and_is_never_given_twice() -> None:
    keys = {new_key() for _ in range(2000)}

    assert len(keys) == 2000
    assert {len(key) for key in keys} == {16}
    assert all(key.isalnum() and key == key.lower() for key in keys)
