"""Feeds: one entry per day, in the reader's language, with UIDs that outlive the database."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SHIPPED,
    SOKHA,
    VANNA,
    apply_file,
    send_due,
    small_database,
    write_programme,
)

from convene.errors import NotFoundError
from convene.rules.feed_entries import FeedOptions
from convene.store.database import Database
from convene.usecases.feeds.link_feed import give_link
from convene.usecases.feeds.publish_feed import Feed, FeedSubject, publish_feed

ONE_BAR = FeedOptions(one_bar=True)
LATER = INVITED_AT + timedelta(hours=1)


def publish(database: Database, language: str | None = None, **subject: str) -> Feed:
    with database.reading() as session:
        return publish_feed(session, FeedSubject(**subject), language)


def entries(database: Database, language: str | None = None, **subject: str) -> list[Any]:
    """The entries as a calendar program reads them, by start."""
    calendar = Calendar.from_ical(publish(database, language, **subject).body)
    return sorted(calendar.walk("VEVENT"), key=lambda entry: str(entry.decoded("DTSTART")))


def uids(found: list[Any]) -> list[str]:
    return [str(entry["UID"]) for entry in found]


@pytest.mark.parametrize(("cohort", "first_day"), [("online-kh", date(2022, 1, 10)), ("online-bd", date(2022, 1, 17))])
def test_a_calendar_program_reads_five_entries_of_each_cohort(database: Database, cohort: str, first_day: date) -> None:
    apply_file(database, SHIPPED / "online-2022.yaml", datetime(2021, 12, 1, tzinfo=UTC))

    found = entries(database, event=cohort)

    live = [
        datetime.combine(first_day + timedelta(days=ahead), datetime.min.time(), ZoneInfo("Asia/Tokyo"))
        + timedelta(hours=14)
        for ahead in (2, 3, 4)
    ]
    assert [entry.decoded("DTSTART") for entry in found] == [first_day, first_day + timedelta(days=1), *live]
    assert [str(entry["TRANSP"]) for entry in found] == ["TRANSPARENT"] * 2 + ["OPAQUE"] * 3
    assert len(set(uids(found))) == 5


def test_uids_are_the_same_in_a_database_made_again_from_the_file(tmp_path: Path) -> None:
    with small_database(tmp_path / "one") as one, small_database(tmp_path / "two") as two:
        apply_file(one, SHIPPED / "online-2022.yaml", datetime(2021, 12, 1, tzinfo=UTC))
        apply_file(two, SHIPPED / "sgra-laos.yaml", datetime(2015, 1, 1, tzinfo=UTC))
        apply_file(two, SHIPPED / "online-2022.yaml", datetime(2021, 12, 24, tzinfo=UTC))

        assert uids(entries(one, programme="online-2022")) == uids(entries(two, programme="online-2022"))


def test_the_feed_of_a_person_holds_what_they_are_invited_to_in_their_language(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    other = MEETING.replace("invite: [members]", f"invite: [{VANNA}]")
    apply_file(database, write_programme(tmp_path, other, programme="another"))

    assert len(entries(database, person=SOKHA)) == 1
    assert len(entries(database, person=VANNA)) == 2
    assert publish(database, person=SOKHA).language == "km"


def test_who_named_no_language_gets_the_feed_in_that_of_their_link(database: Database, tmp_path: Path) -> None:
    people = [PEOPLE[0], f"{SOKHA},,,,,members"]
    for programme, language in (("earlier", "fr"), ("another", "en"), ("later", "es")):
        file = write_programme(tmp_path, people=people, programme=programme)
        file.write_text(file.read_text("utf-8").replace("language: en", f"language: {language}"), "utf-8")
        apply_file(database, file)

    with database.writing() as session:
        link = give_link(session, FeedSubject(person=SOKHA), None, INVITED_AT)
        assert link.language == "es"
    assert publish(database, person=SOKHA).language == "es"


def test_no_feed_holds_an_address_of_anybody_invited(database: Database) -> None:
    apply_file(database, SHIPPED / "sgra-cambodia.yaml")

    bodies = [
        publish(database, event="dac-3").body,
        publish(database, programme="sgra-cambodia").body,
        publish(database, country="KH").body,
        publish(database, person="lecturer1@zenrosai.example").body,
    ]
    for body in bodies:
        unfolded = body.replace(b"\r\n ", b"")
        assert b"ATTENDEE" not in unfolded
        assert b"participant" not in unfolded
        assert b"lecturer" not in unfolded
        assert b"BEGIN:VEVENT" in unfolded


def test_links_stand_in_the_feed_of_a_person_and_in_no_other(database: Database) -> None:
    apply_file(database, SHIPPED / "online-2022.yaml", datetime(2021, 12, 1, tzinfo=UTC))

    own = publish(database, person="participant1@team-kh.example").body.replace(b"\r\n ", b"")
    public = publish(database, programme="online-2022").body.replace(b"\r\n ", b"")

    assert b"https://meet.example/4" in own
    assert b"meet.example" not in public


def test_a_move_shows_at_once_under_the_same_uid_with_a_higher_sequence(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    [before] = entries(database, event="meeting")
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(database, write_programme(tmp_path, moved), LATER)

    [after] = entries(database, event="meeting")

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.decoded("DTSTART").date() == date(2020, 1, 21)
    assert after.decoded("LAST-MODIFIED") == LATER


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_what_is_off_stays_in_the_feed_as_cancelled(database: Database, tmp_path: Path, status: str) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, MEETING + f"    status: {status}\n"), LATER)

    [entry] = entries(database, event="meeting")

    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)
    assert status.capitalize() in entry["SUMMARY"]


def test_a_day_whose_date_is_open_again_is_postponed_and_one_that_was_given_up_cancelled(
    database: Database, tmp_path: Path
) -> None:
    two = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20}, {on: Tue 2020-01-21}")
    steps = (", {on: Tue 2020-01-21}", ", {on: to be decided}", "", ", {id: d2, on: to be decided}")
    found = []
    for hour, second in enumerate(steps):
        text = two.replace(", {on: Tue 2020-01-21}", second)
        apply_file(database, write_programme(tmp_path, text), INVITED_AT + timedelta(hours=hour))
        *_, entry = entries(database, event="meeting")
        found.append((str(entry["SUMMARY"]).partition(" ")[0], str(entry["STATUS"]), entry["SEQUENCE"]))

    assert found == [
        ("Planning", "CONFIRMED", 0),
        ("Postponed", "CANCELLED", 1),
        ("Cancelled", "CANCELLED", 2),
        ("Postponed", "CANCELLED", 3),
    ]


def test_a_day_that_was_given_up_stays_cancelled_when_the_others_are_postponed(
    database: Database, tmp_path: Path
) -> None:
    two = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20}, {on: Tue 2020-01-21}")
    one = two.replace(", {on: Tue 2020-01-21}", "")
    apply_file(database, write_programme(tmp_path, two))
    apply_file(database, write_programme(tmp_path, one), LATER)
    apply_file(database, write_programme(tmp_path, f"{one}    status: postponed\n"), LATER + timedelta(hours=1))

    words = [str(entry["SUMMARY"]).partition(" ")[0] for entry in entries(database, event="meeting")]

    assert words == ["Postponed", "Cancelled"]


@pytest.mark.parametrize(("status", "word"), [("confirmed", "Postponed"), ("cancelled", "Cancelled")])
def test_one_bar_says_postponed_where_every_date_is_open_again(
    database: Database, tmp_path: Path, status: str, word: str
) -> None:
    two = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20}, {on: Tue 2020-01-21}")
    open_again = "days: [{on: to be decided}, {on: October 2020}]"
    apply_file(database, write_programme(tmp_path, two))
    text = two.replace("days: [{on: Mon 2020-01-20}, {on: Tue 2020-01-21}]", open_again)
    apply_file(database, write_programme(tmp_path, f"{text}    status: {status}\n"), LATER)

    with database.reading() as session:
        bar = publish_feed(session, FeedSubject(event="meeting"), "en", ONE_BAR)

    assert f"SUMMARY;LANGUAGE=en:{word} · " in bar.body.decode()


def test_a_removed_day_stays_as_cancelled(database: Database, tmp_path: Path) -> None:
    two = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20}, {on: Tue 2020-01-21}")
    apply_file(database, write_programme(tmp_path, two))
    apply_file(database, write_programme(tmp_path, two.replace(", {on: Tue 2020-01-21}", "")), LATER)

    states = [(entry.decoded("DTSTART"), str(entry["STATUS"])) for entry in entries(database, event="meeting")]

    assert states == [(date(2020, 1, 20), "CONFIRMED"), (date(2020, 1, 21), "CANCELLED")]


@pytest.mark.parametrize(
    ("then", "status", "states"),
    [
        ("{on: to be decided}", "    status: postponed\n", ["CANCELLED"]),
        ("{on: Tue 2020-01-21, venue: hanoi}", "", ["CANCELLED", "CONFIRMED"]),
    ],
    ids=["the date is gone", "the day is gone"],
)
def test_a_country_sees_that_what_was_to_be_held_there_is_off(
    database: Database, tmp_path: Path, then: str, status: str, states: list[str]
) -> None:
    venues = """\
venues:
  vientiane: {title: {en: Vientiane}, timezone: Asia/Vientiane, country: LA}
  hanoi: {title: {en: Hanoi}, timezone: Asia/Bangkok, country: VN}
"""
    days = "{on: Mon 2020-01-20}, {on: Tue 2020-01-21, venue: hanoi}" if not status else "{on: Mon 2020-01-20}"
    held = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", days) + "    venue: vientiane\n"
    apply_file(database, write_programme(tmp_path, held, keys=venues))
    apply_file(database, write_programme(tmp_path, held.replace(days, then) + status, keys=venues), LATER)

    assert [str(entry["STATUS"]) for entry in entries(database, country="LA")] == states
    assert [str(entry["SUMMARY"]) for entry in entries(database, country="KH")] == ["No dates yet"]


def test_a_draft_and_a_day_without_a_date_are_in_no_feed(database: Database, tmp_path: Path) -> None:
    draft = MEETING.replace("meeting:", "draft:", 1) + "    status: draft\n"
    undated = MEETING.replace("meeting:", "undated:", 1).replace(
        "{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: October 2027}"
    )
    apply_file(database, write_programme(tmp_path, MEETING + draft + undated))

    assert len(entries(database, programme="small")) == 1
    assert len(entries(database, person=SOKHA)) == 1


def test_who_left_an_event_sees_it_cancelled_if_told_and_not_at_all_otherwise(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, MEETING, programme="untold"), LATER)
    asyncio.run(send_due(database, INVITED_AT))
    for programme in ("small", "untold"):
        apply_file(database, write_programme(tmp_path, people=PEOPLE[:2], programme=programme), LATER)

    by_status = [str(entry["STATUS"]) for entry in entries(database, person=VANNA)]
    assert by_status == ["CANCELLED"]
    assert len(entries(database, person=SOKHA)) == 2


def test_who_left_an_event_sees_nothing_of_the_days_that_it_was_given_later(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    apply_file(database, write_programme(tmp_path, people=PEOPLE[:2]), LATER)
    two = MEETING.replace("11:30}", "11:30}, {on: Tue 2020-01-21}")
    apply_file(database, write_programme(tmp_path, two, people=PEOPLE[:2]), LATER + timedelta(hours=1))

    assert len(entries(database, person=VANNA)) == 1
    assert len(entries(database, person=SOKHA)) == 2


def test_the_bar_of_who_left_an_event_does_not_grow_with_it(database: Database, tmp_path: Path) -> None:
    two = MEETING.replace("11:30}", "11:30}, {on: Tue 2020-01-21}")
    apply_file(database, write_programme(tmp_path, two))
    asyncio.run(send_due(database, INVITED_AT))
    apply_file(database, write_programme(tmp_path, two, people=PEOPLE[:2]), LATER)
    three = two.replace("2020-01-21}", "2020-01-21}, {on: Wed 2020-01-22}")
    apply_file(database, write_programme(tmp_path, three, people=PEOPLE[:2]), LATER + timedelta(hours=1))

    with database.reading() as session:
        left, stayed = (publish_feed(session, FeedSubject(who), "en", ONE_BAR).body for who in (VANNA, SOKHA))

    assert [b"\r\nDTEND;VALUE=DATE:20200122\r\n" in left, b"22 January" in left] == [True, False]
    assert [b"\r\nDTEND;VALUE=DATE:20200123\r\n" in stayed, b"22 January" in stayed] == [True, True]


def test_a_feed_without_dates_holds_one_free_entry_that_says_so(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, MEETING + "    status: draft\n"))

    [entry] = entries(database, event="meeting")

    assert (entry["SUMMARY"], entry["TRANSP"]) == ("No dates yet", "TRANSPARENT")


def test_the_same_rows_give_the_same_bytes(database: Database) -> None:
    apply_file(database, SHIPPED / "sgra-cambodia.yaml")

    assert publish(database, programme="sgra-cambodia").body == publish(database, programme="sgra-cambodia").body


@pytest.mark.parametrize("subject", [{"person": "nobody@a.example"}, {"event": "none"}, {"programme": "none"}])
def test_what_does_not_exist_has_no_feed(database: Database, tmp_path: Path, subject: dict[str, str]) -> None:
    apply_file(database, write_programme(tmp_path))

    with pytest.raises(NotFoundError):
        publish(database, **subject)
