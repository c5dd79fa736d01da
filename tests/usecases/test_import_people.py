"""People from a CSV file: filled cells change a person, empty ones never clear, and mail follows where it must."""

from datetime import timedelta
from pathlib import Path

import pytest
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
from convene.usecases.import_people import TakenPeople, take_people
from convene.usecases.read_files import read_people_file

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
