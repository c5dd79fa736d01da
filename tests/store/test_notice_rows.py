"""The rows of notices: the database itself refuses the second one of an identity."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.programmes import MEETING, apply_file, query, write_programme

from convene.store.database import Database
from convene.store.notice_rows import new_key

COLUMNS = (
    "kind, programme_id, person_id, event_id, day_id, rule_id, occurrence_id, round, revision, due_at, due_local,"
    " timezone, zone_assumed, shifted_why, useful_until, language, language_source, role, state, attempts, uncertain,"
    " created_at"
)
ON_ONE_DAY = MEETING + MEETING.replace("meeting:", "another:", 1)


def copy_notice(database: Database, kind: str, values: str) -> None:
    """Store one notice of `kind` once more, under a key of its own."""
    copy = f"INSERT INTO notice (key, {COLUMNS}) SELECT :key, {values} FROM notice WHERE kind = :kind LIMIT 1"
    with database.writing() as session:
        session.connection().execute(text(copy), {"key": new_key(), "kind": kind})


@pytest.mark.parametrize("kind", ["invitation", "thanks", "digest"])
def test_the_database_refuses_a_second_notice_of_one_identity(database: Database, tmp_path: Path, kind: str) -> None:
    apply_file(database, write_programme(tmp_path, ON_ONE_DAY))
    count = "SELECT count(*) FROM notice WHERE kind = ?"
    before = query(database, count, kind)

    with pytest.raises(IntegrityError, match="notice_identity"):
        copy_notice(database, kind, COLUMNS)

    assert query(database, count, kind) == before != [(0,)]


def test_the_same_notice_of_another_revision_or_round_is_another(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    [(before,)] = query(database, "SELECT count(*) FROM notice")

    for column in ("revision", "round"):
        copy_notice(database, "invitation", COLUMNS.replace(f" {column},", f" {column} + 10,"))

    assert query(database, "SELECT count(*) FROM notice") == [(before + 2,)]


def test_a_key_says_nothing_and_is_never_given_twice() -> None:
    keys = {new_key() for _ in range(2000)}

    assert len(keys) == 2000
    assert {len(key) for key in keys} == {16}
    assert all(key.isalnum() and key == key.lower() for key in keys)
