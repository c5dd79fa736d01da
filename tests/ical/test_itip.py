"""The calendar part of each mail: its method, and what a mail program needs to show and to update the entry."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from icalendar import Calendar
from tests.ical.personal_calendars import FROM, personal_calendar
from tests.sample_briefs import (
    dac_meeting,
    essays_deadline,
    ewc_seminar,
    letter,
    online_programme,
    reader,
    webinar,
    with_days,
    with_status,
)

from convene.ical.itip import calendar_part
from convene.rules.letter import Letter
from convene.rules.vocabulary import EventStatus, NoticeKind

EVERY_KIND_WITH_A_DATE = [NoticeKind.INVITATION, NoticeKind.REMINDER, NoticeKind.CHANGE]


def read(mail: Letter) -> tuple[str, Any, list[Any]]:
    """The method of the mail's calendar part, the calendar, and its entries."""
    method, body = personal_calendar(mail)
    calendar: Any = Calendar.from_ical(body)
    assert calendar["METHOD"] == method
    return method, calendar, calendar.walk("VEVENT")


@pytest.mark.parametrize("kind", EVERY_KIND_WITH_A_DATE)
def test_one_timed_day_is_a_request_to_the_reader_alone(kind: NoticeKind) -> None:
    method, calendar, [entry] = read(letter(kind, dac_meeting(), reader("en")))

    assert method == "REQUEST"
    assert entry["UID"] == dac_meeting().entries[0].uid
    assert str(entry["ATTENDEE"]) == "mailto:participant-en@union.example"
    assert str(entry["ORGANIZER"]) == "mailto:sgra@jilaf.example"
    assert entry["ORGANIZER"].params["SENT-BY"] == f"mailto:{FROM}"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Phnom_Penh"]


def test_a_mail_carries_the_link_of_the_room() -> None:
    _, _, [entry] = read(letter(NoticeKind.REMINDER, webinar(), reader("en")))

    assert entry["URL"] == "https://meet.example/5"


def test_a_mail_is_no_calendar_of_its_own() -> None:
    _, calendar, _ = read(letter(NoticeKind.REMINDER, ewc_seminar(), reader("en")))

    assert not {"NAME", "X-WR-CALNAME", "REFRESH-INTERVAL"} & set(calendar)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(NoticeKind.CANCELLATION, EventStatus.CANCELLED), (NoticeKind.CHANGE, EventStatus.POSTPONED)],
)
def test_one_timed_day_that_is_called_off_is_a_cancel_of_the_same_entry(kind: NoticeKind, status: EventStatus) -> None:
    _, _, [asked] = read(letter(NoticeKind.INVITATION, dac_meeting(), reader("en")))
    stopped = with_status(dac_meeting(), status)
    stopped = replace(stopped, entries=(replace(stopped.entries[0], sequence=1),))

    method, _, [entry] = read(letter(kind, stopped, reader("en"), told=dac_meeting().facts))

    assert method == "CANCEL"
    assert entry["UID"] == asked["UID"]
    assert entry["SEQUENCE"] > asked["SEQUENCE"]
    assert entry["ORGANIZER"] == asked["ORGANIZER"]
    assert entry["ATTENDEE"] == asked["ATTENDEE"]
    assert entry["STATUS"] == "CANCELLED"


def test_a_postponed_day_whose_date_is_gone_is_cancelled_too() -> None:
    told = dac_meeting().facts
    undated = with_status(with_days(dac_meeting()), EventStatus.POSTPONED)

    method, _, [entry] = read(letter(NoticeKind.CHANGE, undated, reader("en"), told=told))

    assert method == "CANCEL"
    assert entry["UID"] == dac_meeting().entries[0].uid


def test_taking_one_person_off_the_list_does_not_call_the_event_off() -> None:
    now = datetime(2020, 1, 18, 9, 30, tzinfo=UTC)
    _, _, [asked] = read(letter(NoticeKind.INVITATION, dac_meeting(), reader("en")))

    method, _, [entry] = read(letter(NoticeKind.CANCELLATION, dac_meeting(), reader("en"), now=now, left=True))

    assert method == "CANCEL"
    assert entry["UID"] == asked["UID"]
    assert entry["SEQUENCE"] == asked["SEQUENCE"]
    assert entry.decoded("DTSTAMP") == now > asked.decoded("DTSTAMP")
    assert "STATUS" not in entry
    assert entry["SUMMARY"] == asked["SUMMARY"]


def test_a_person_taken_off_several_days_gets_them_all_as_cancelled() -> None:
    method, _, entries = read(letter(NoticeKind.CANCELLATION, ewc_seminar(), reader("en"), left=True))

    assert method == "PUBLISH"
    assert [entry["STATUS"] for entry in entries] == ["CANCELLED", "CANCELLED"]
    assert not any("Cancelled" in entry["SUMMARY"] for entry in entries)


@pytest.mark.parametrize(
    ("brief", "count"),
    [(online_programme(), 5), (ewc_seminar(), 2), (essays_deadline(), 1)],
    ids=lambda it: str(it)[:20],
)
def test_several_days_windows_and_deadlines_are_published_without_attendees(brief: object, count: int) -> None:
    method, _, entries = read(letter(NoticeKind.REMINDER, brief, reader("en")))  # type: ignore[arg-type]

    assert method == "PUBLISH"
    assert len({entry["UID"] for entry in entries}) == len(entries) == count
    assert not any("ATTENDEE" in entry for entry in entries)


def test_a_deadline_with_an_hour_asks_nobody_to_come() -> None:
    day = replace(essays_deadline().entries[0].day, start=time(18), zone="Asia/Tokyo")

    method, _, [entry] = read(letter(NoticeKind.INVITATION, with_days(essays_deadline(), day), reader("en")))

    assert method == "PUBLISH"
    assert entry.decoded("DTSTART").hour == 18
    assert "ATTENDEE" not in entry


def test_a_digest_publishes_the_entries_of_all_its_events() -> None:
    method, _, entries = read(letter(NoticeKind.DIGEST, (dac_meeting(), webinar()), reader("en")))

    assert method == "PUBLISH"
    assert {entry["UID"] for entry in entries} == {"dac-3-d1@convene.example", "webinar-5-d1@convene.example"}


def test_a_change_from_two_days_to_one_withdraws_the_other() -> None:
    second = replace(dac_meeting().entries[0].day, slug="d2", on=date(2020, 1, 21))
    two = with_days(dac_meeting(), dac_meeting().entries[0].day, second)
    one = with_days(two, two.entries[0].day)

    method, _, entries = read(letter(NoticeKind.CHANGE, one, reader("en"), told=two.facts))

    assert method == "PUBLISH"
    assert {entry["UID"][-18:-16]: entry["STATUS"] for entry in entries} == {"d1": "CONFIRMED", "d2": "CANCELLED"}
    assert read(letter(NoticeKind.REMINDER, one, reader("en"), told=one.facts))[0] == "REQUEST"


def test_a_moved_day_is_a_request_with_the_same_uid() -> None:
    moved = with_days(dac_meeting(), replace(dac_meeting().entries[0].day, start=time(14), end=time(16)))

    method, _, [entry] = read(letter(NoticeKind.CHANGE, moved, reader("en"), told=dac_meeting().facts))

    assert method == "REQUEST"
    assert entry["UID"] == dac_meeting().entries[0].uid
    assert entry.decoded("DTSTART").time() == time(14)


@pytest.mark.parametrize("kind", [NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS])
def test_what_is_over_needs_no_calendar(kind: NoticeKind) -> None:
    assert calendar_part(letter(kind, dac_meeting(), reader("en")), FROM) is None


def test_all_readers_of_the_same_words_share_a_part_that_names_none_of_them() -> None:
    first, second = (replace(reader("en"), name=name, address=f"{name}@union.example") for name in ("sokha", "vanna"))

    parts = [calendar_part(letter(NoticeKind.REMINDER, dac_meeting(), to), FROM) for to in (first, second)]

    assert parts[0] == parts[1]
    assert parts[0] is not None
    assert parts[0].attended
    assert b"ATTENDEE" not in parts[0].body()


def test_the_same_letter_gives_the_same_bytes() -> None:
    mail = letter(NoticeKind.CANCELLATION, dac_meeting(), reader("en"), left=True)

    assert calendar_part(mail, FROM) == calendar_part(mail, FROM)
