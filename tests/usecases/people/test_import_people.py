"""People from a CSV file: filled cells change a person, empty ones never clear, and mail follows where it must."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.programmes import (
    INVITED_AT,
    PEOPLE,
    SOKHA,
    VANNA,
    all_rows,
    apply_file,
    query,
    write_programme,
)

from convene.errors import NotFoundError
from convene.store.database import Database
from convene.usecases.people.import_people import TakenPeople, take_people
from convene.usecases.programmes.read_files import read_people_file

LATER = INVITED_AT + timedelta(hours=1)
NEW = "dara@union-kh.example"


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    return database


def take(database: Database, folder: Path, *rows: str, programme: str | None = None) -> TakenPeople:
    file = folder / "more.csv"
    file.write_text("\n".join([PEOPLE[0], *rows]) + "\n", "utf-8")
    entries, problems = read_people_file(file)
    assert problems == []
    with database.writing() as session:
        return take_people(session, entries, programme, LATER)


def test_importing_the_same_people_again_changes_no_row(database: Database, tmp_path: Path) -> None:
    before = all_rows(database, "content_version")

    taken = take(database, tmp_path, *PEOPLE[1:], programme="small")

    assert all_rows(database, "content_version") == before
    assert (taken.people.added, taken.people.changed, len(taken.mails)) == ([], {}, 0)


def test_a_new_member_of_an_invited_group_is_invited(database: Database, tmp_path: Path) -> None:
    taken = take(database, tmp_path, f'{NEW},"Participant 3, Cambodia",KH,km,,members', programme="small")

    assert taken.people.added == [NEW]
    assert taken.mails.kinds.keys() == {"invitation", "reminder", "thanks"}
    assert query(
        database,
        "SELECT count(*) FROM invitation JOIN person ON person.id = person_id WHERE address = ?",
        NEW,
    ) == [(1,)]


def test_nobody_leaves_a_group_by_an_import(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, f"{SOKHA},,,,,", programme="small")

    assert query(database, "SELECT count(*) FROM groupmember") == [(2,)]


def test_groups_are_not_taken_without_a_programme(database: Database, tmp_path: Path) -> None:
    taken = take(database, tmp_path, f'{NEW},"Participant 3, Cambodia",KH,km,,members')

    assert (taken.people.added, len(taken.mails)) == ([NEW], 0)
    assert query(database, "SELECT count(*) FROM groupmember") == [(2,)]


def test_a_filled_cell_changes_and_an_empty_one_does_not_clear(database: Database, tmp_path: Path) -> None:
    taken = take(database, tmp_path, f"{VANNA},,,km,,")

    assert taken.people.changed == {VANNA: ["language: en -> km"]}
    assert query(database, "SELECT name, country, language FROM person WHERE address = ?", VANNA) == [
        ("Participant 2, Cambodia", "KH", "km")
    ]


def test_a_new_zone_moves_what_is_planned_in_every_programme(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, f"{VANNA},,JP,,,")

    zones = "SELECT DISTINCT timezone FROM notice JOIN person ON person.id = person_id WHERE address = ?"
    assert query(database, zones.replace("timezone", "notice.timezone"), VANNA) == [("Asia/Tokyo",)]


def test_one_mailbox_is_one_person_however_it_is_written(database: Database, tmp_path: Path) -> None:
    taken = take(database, tmp_path, "  Sokha@UNION-KH.example ,,,,,")

    assert (taken.people.added, taken.people.changed) == ([], {})


def test_an_unknown_programme_is_refused_and_nobody_is_taken(database: Database, tmp_path: Path) -> None:
    before = all_rows(database)

    with pytest.raises(NotFoundError, match="smal"):
        take(database, tmp_path, f"{NEW},,KH,,,", programme="smal")

    assert all_rows(database) == before


def many(people: int, name: str = "Participant", role: str = "") -> list[str]:
    return [f"p{number}@union-kh.example,{name} {number},KH,km,{role},members" for number in range(people)]


def test_more_people_than_one_statement_takes_are_taken_whole(database: Database, tmp_path: Path) -> None:
    added = take(database, tmp_path, *many(1_001), programme="small")
    changed = take(database, tmp_path, *many(1_001, "Member", "observer"), programme="small")

    assert (len(added.people.added), len(changed.people.added), len(changed.people.changed)) == (1_001, 0, 1_001)
    invited = """
        SELECT count(*) FROM person
        JOIN membership ON membership.person_id = person.id
        JOIN invitation ON invitation.person_id = person.id
        WHERE person.name LIKE ? AND membership.role = 'observer' AND invitation.role = 'observer'
    """
    assert query(database, invited, "Member %") == [(1_001,)]


def test_three_hundred_people_need_no_more_statements_than_three(database: Database, tmp_path: Path) -> None:
    assert statements_for(many(3), database, tmp_path) == statements_for(many(303), database, tmp_path)


def statements_for(rows: list[str], database: Database, folder: Path) -> int:
    """How many statements it takes to take these people."""
    statements: list[str] = []

    def note(*told: Any) -> None:
        statements.append(told[2])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        take(database, folder, *rows, programme="small")
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(statements)
