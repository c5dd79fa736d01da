"""One person added or changed: as a row of a people file, except that an empty cell clears."""

from pathlib import Path

import pytest
from tests.programmes import INVITED_AT, SOKHA, VANNA, all_rows, apply_file, query, write_programme

from convene.errors import ConflictError, ContentError, NotFoundError, UsageError
from convene.programme_file.reading.people_row import COLUMNS
from convene.rules.vocabulary import NoticeKind
from convene.store.database import Database
from convene.usecases.people.edit_person import EditedPerson, add_person, edit_person

NEW = "dara@union-kh.example"
FULL = {
    "name": "Participant 3, Cambodia",
    "salutation": "Bong",
    "country": "Cambodia",
    "language": "Khmer",
    "timezone": "Asia/Phnom_Penh",
    "digits": "native",
    "gender": "woman",
    "organisation": "The union",
    "side": "labour",
}
ROW = "SELECT name, salutation, country, language, timezone, digits, gender, organisation, side FROM person"


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    return database


def add(database: Database, cells: dict[str, str], programme: str | None = None, address: str = NEW) -> EditedPerson:
    with database.writing() as session:
        return add_person(session, address, cells, programme, INVITED_AT)


def edit(database: Database, cells: dict[str, str], programme: str | None = None, address: str = VANNA) -> EditedPerson:
    with database.writing() as session:
        return edit_person(session, address, cells, programme, INVITED_AT)


def test_a_person_is_added_with_every_column_of_the_people_file(database: Database) -> None:
    added = add(database, FULL, address="Dara@Union-KH.example")

    assert set(FULL) | {"email", "role", "groups"} == set(COLUMNS)
    assert query(database, f"{ROW} WHERE address = ?", NEW) == [
        ("Participant 3, Cambodia", "Bong", "KH", "km", "Asia/Phnom_Penh", "native", "woman", "The union", "labour")
    ]
    assert [note.what for note in added.notes] == ['"Cambodia" was taken for KH.', '"Khmer" was taken for km.']
    assert len(added.mails) == 0


def test_who_is_added_to_a_group_is_invited_to_what_it_is_invited_to(database: Database) -> None:
    added = add(database, {"groups": "members"}, "small")

    assert added.mails.kinds[NoticeKind.INVITATION].notices == 1
    assert len(added.mails.people) == 1
    assert added.programmes == ["small"]


def test_a_second_person_at_one_address_is_refused(database: Database) -> None:
    with pytest.raises(ConflictError, match="already"):
        add(database, {}, address=VANNA.upper())


def test_cells_that_are_given_change_and_the_others_stay(database: Database) -> None:
    edited = edit(database, {"language": "km", "side": "labour"})

    assert edited.changes == ["language: en -> km", "side: (empty) -> labour"]
    assert edited.programmes == ["small"]
    assert query(database, "SELECT name, language FROM person WHERE address = ?", VANNA) == [
        ("Participant 2, Cambodia", "km")
    ]
    assert query(
        database,
        "SELECT DISTINCT notice.language FROM notice JOIN person ON person.id = person_id WHERE address = ?",
        VANNA,
    ) == [("km",)]


def test_an_empty_cell_clears(database: Database) -> None:
    add(database, FULL)

    edited = edit(database, dict.fromkeys(FULL, ""), address=NEW)

    assert len(edited.changes) == len(FULL)
    assert query(database, f"{ROW} WHERE address = ?", NEW) == [("", "", *[None] * 7)]


def test_groups_of_a_programme_become_those_given_and_a_role_goes(database: Database) -> None:
    edit(database, {"role": "speaker", "groups": "experts; staff"}, "small")
    left = edit(database, {"role": "", "groups": "experts"}, "small")

    assert left.changes == ["small: role: speaker -> (empty)", "small: groups: experts; staff -> experts"]
    groups = "SELECT group_name FROM groupmember JOIN person ON person.id = person_id WHERE address = ?"
    assert query(database, groups, VANNA) == [("experts",)]
    invited = "SELECT address FROM invitation JOIN person ON person.id = person_id WHERE left_at IS NULL"
    assert query(database, invited) == [(SOKHA,)]


def test_every_programme_that_shares_the_person_is_named(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, programme="another"))

    assert edit(database, {"language": "km"}).programmes == ["another", "small"]


def test_the_same_edit_again_changes_nothing(database: Database) -> None:
    edit(database, {"language": "km", "groups": "members"}, "small")
    before = all_rows(database, "content_version")

    again = edit(database, {"language": "km", "groups": "members"}, "small")

    assert (again.changes, len(again.mails)) == ([], 0)
    assert all_rows(database, "content_version") == before


def test_cells_that_cannot_be_taken_are_all_named_and_nothing_is_written(database: Database) -> None:
    before = all_rows(database)

    with pytest.raises(ContentError) as refused:
        edit(database, {"language": "Klingon", "timezone": "Mars/Base", "side": "boss"})

    assert [problem.where for problem in refused.value.problems] == ["language", "side", "timezone"]
    assert all_rows(database) == before


def test_names_that_lead_nowhere_are_said(database: Database) -> None:
    with pytest.raises(NotFoundError, match="no person"):
        edit(database, {}, address=NEW)
    with pytest.raises(NotFoundError, match="no-such-programme"):
        edit(database, {"groups": "members"}, "no-such-programme")
    with pytest.raises(UsageError, match="belong to a programme"):
        edit(database, {"role": "speaker"})
