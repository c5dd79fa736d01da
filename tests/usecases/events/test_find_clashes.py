"""Clashes in the database, over all programmes that share people."""

from pathlib import Path

import pytest
from tests.programmes import MEETING, PEOPLE, SHIPPED, apply_file, write_programme

from convene.rules.clashes import Clash, what_is_shared
from convene.store.database import Database
from convene.usecases.events.find_clashes import find_clashes


def event(name: str, more: str = "") -> str:
    return MEETING.replace("  meeting:", f"  {name}:") + more


def clashes(database: Database, *programmes: str) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        found: list[Clash] = find_clashes(session, programmes)
    return [(clash.first, clash.second, what_is_shared(clash)) for clash in found]


def test_two_events_of_one_programme_are_called_by_their_ids(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, event("one") + event("two")))

    assert clashes(database, "small") == [("one", "two", "2 people are in both")]


def test_events_of_two_programmes_are_called_by_both(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, event("one"), programme="first"))
    apply_file(database, write_programme(tmp_path, event("two"), programme="second", people=PEOPLE[:2]))

    expected = [("first/one", "second/two", "1 person is in both")]
    assert clashes(database, "first") == expected
    assert clashes(database, "second") == expected


def test_what_two_other_programmes_share_is_their_business(database: Database, tmp_path: Path) -> None:
    people = ("email,name,country,language,role,groups", "other@kh.example,Participant 3,KH,km,,members")
    for programme in ("first", "second"):
        apply_file(database, write_programme(tmp_path, event("one"), programme=programme))
    apply_file(database, write_programme(tmp_path, event("one"), programme="third", people=people))

    assert clashes(database, "third") == []
    assert len(clashes(database, "first")) == 1


def test_one_word_for_two_venues_of_two_programmes_is_no_clash(database: Database, tmp_path: Path) -> None:
    venues = "venues: {hall: {title: Hall, timezone: Asia/Phnom_Penh, country: KH}}\n"
    people = ("email,name,country,language,role,groups", "other@kh.example,Participant 3,KH,km,,members")
    held = "    venue: hall\n"
    apply_file(database, write_programme(tmp_path, event("one", held), keys=venues, programme="first"))
    apply_file(database, write_programme(tmp_path, event("two", held), keys=venues, programme="second", people=people))
    assert clashes(database, "first") == []

    apply_file(database, write_programme(tmp_path, event("a", held) + event("b", held), keys=venues, programme="third"))

    assert ("a", "b", "2 people are in both; the venue hall holds both") in clashes(database, "third")


@pytest.mark.parametrize(
    "second",
    [
        event("two", "    status: draft\n"),
        event("two", "    status: cancelled\n"),
        event("two", "    part_of: one\n"),
        event("two").replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20, mode: on-demand}"),
        event("two").replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: to be decided}"),
        event("two").replace("Mon 2020-01-20", "Tue 2020-01-21"),
        "  two: {kind: deadline, title: x, due: {on: 2020-01-20, timezone: Asia/Tokyo}, invite: [members]}\n",
    ],
)
def test_what_asks_for_no_presence_does_not_clash(database: Database, tmp_path: Path, second: str) -> None:
    apply_file(database, write_programme(tmp_path, event("one") + second))

    assert clashes(database, "small") == []


def test_who_declined_or_left_is_in_one_event_alone(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, event("one") + event("two")))
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE invitation SET answer = 'declined' WHERE id = 1")
        session.connection().exec_driver_sql("UPDATE invitation SET left_at = '2020-01-07 00:00:00' WHERE id = 4")

    assert clashes(database, "small") == []


def test_speakers_are_counted_by_the_role_they_were_invited_in(database: Database, tmp_path: Path) -> None:
    speaking = event("two").replace("[members]", "[members, {who: vanna@union-kh.example, role: speaker}]")
    apply_file(database, write_programme(tmp_path, event("one") + speaking))

    assert clashes(database, "small") == [("one", "two", "2 people are in both, 1 of them to speak")]


def test_a_programme_without_a_day_has_no_clash(database: Database, tmp_path: Path) -> None:
    undated = event("one").replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: to be decided}")
    apply_file(database, write_programme(tmp_path, undated))

    assert clashes(database, "small") == []


def test_sgra_in_cambodia_has_the_clash_that_its_file_has(database: Database) -> None:
    apply_file(database, SHIPPED / "sgra-cambodia.yaml")

    assert clashes(database, "sgra-cambodia") == [
        ("dac-3", "tot-2", "2 people are in both; the venue phnom-penh holds both")
    ]
