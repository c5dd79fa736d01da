"""Whole calendars: feeds of the real cases in each language, kept as files, and what every feed must hold.

`make golden` writes the files anew; read the difference before it is committed.
"""

import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from tests.complete_languages import COMPLETE
from tests.ical.personal_calendars import personal_calendar
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

from convene.ical.vcalendar import calendar, calendar_with_digest, no_dates_yet
from convene.ical.vevent import View, vevent
from convene.rules.facts import EventBrief
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind

GOLDEN = Path(__file__).parents[1] / "golden" / "calendars"


def short_online_programme() -> EventBrief:
    """The online programme after its last day fell away."""
    return with_days(online_programme(), *(entry.day for entry in online_programme().entries[:4]))


BRIEFS = (
    dac_meeting(),
    ewc_seminar(),
    webinar(),
    essays_deadline(),
    short_online_programme(),
)


def feed(language: str, *briefs: EventBrief, links: bool = True) -> bytes:
    entries = [vevent(brief, entry, View(language, links=links)) for brief in briefs for entry in brief.entries]
    return calendar(entries, language=language, name="SGRA")


def read_entries(body: bytes) -> list[Any]:
    """The entries as the library reads them back: mappings whose values have many types."""
    return list(Calendar.from_ical(body).walk("VEVENT"))


def assert_golden(name: str, body: bytes) -> None:
    path = GOLDEN / name
    if os.environ.get("CONVENE_UPDATE_GOLDEN"):
        path.write_bytes(body)
    assert path.read_bytes() == body


@pytest.mark.parametrize("language", COMPLETE)
def test_the_feed_of_the_real_cases_is_the_one_kept(language: str) -> None:
    assert_golden(f"feed.{language}.ics", feed(language, *BRIEFS))


@pytest.mark.parametrize("language", COMPLETE)
def test_the_request_and_the_cancel_of_a_meeting_are_those_kept(language: str) -> None:
    cancelled = with_status(dac_meeting(), EventStatus.CANCELLED, {"en": "The venue is flooded."})
    cancelled = replace(cancelled, entries=(replace(cancelled.entries[0], sequence=1),))
    _, request = personal_calendar(letter(NoticeKind.INVITATION, dac_meeting(), reader(language)))
    _, cancel = personal_calendar(letter(NoticeKind.CANCELLATION, cancelled, reader(language)))

    assert_golden(f"request.{language}.ics", request)
    assert_golden(f"cancel.{language}.ics", cancel)


@pytest.mark.parametrize("language", COMPLETE)
def test_every_entry_reads_back_to_its_own_instants(language: str) -> None:
    read = {str(entry["UID"]): entry for entry in read_entries(feed(language, *BRIEFS))}

    expected = {entry.uid: entry.day for brief in BRIEFS for entry in brief.entries}
    assert set(read) == set(expected)
    for uid, day in expected.items():
        start, end = read[uid].decoded("DTSTART"), read[uid].decoded("DTEND")
        if isinstance(start, datetime):
            assert (start.astimezone(UTC), end.astimezone(UTC)) == (day.starts_at(), day.ends_at())
        else:
            last = day.on if day.mode is Mode.ON_DEMAND else day.last_date
            assert (start, end) == (day.on, last + timedelta(days=1))


@pytest.mark.parametrize("language", COMPLETE)
def test_every_text_is_marked_with_a_language_and_the_fold_breaks_no_character(language: str) -> None:
    body = feed(language, *BRIEFS)

    assert all(len(line) <= 75 and line.decode() is not None for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    for entry in read_entries(body):
        assert entry["SUMMARY"].params["LANGUAGE"] in {language, "en"}
        assert entry["DESCRIPTION"].params["LANGUAGE"] == language
        assert "\u200b" not in entry["SUMMARY"] + entry.get("LOCATION", "")


def test_the_online_programme_is_five_entries_and_not_one_bar() -> None:
    entries = read_entries(feed("en", online_programme()))

    assert [entry["TRANSP"] for entry in entries] == ["TRANSPARENT"] * 2 + ["OPAQUE"] * 3
    assert len({entry["UID"] for entry in entries}) == 5


def test_a_feed_has_one_vtimezone_for_each_zone_it_uses_and_no_other() -> None:
    read = Calendar.from_ical(feed("en", *BRIEFS))

    assert [zone["TZID"] for zone in read.walk("VTIMEZONE")] == ["Asia/Phnom_Penh", "Asia/Tokyo"]


def test_a_feed_says_its_name_and_how_often_to_ask_in_both_ways() -> None:
    body = feed("en", dac_meeting())

    assert b"\r\nMETHOD:PUBLISH\r\n" in body
    assert b"\r\nNAME;LANGUAGE=en:SGRA\r\n" in body
    assert b"\r\nX-WR-CALNAME:SGRA\r\n" in body
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in body
    assert b"\r\nX-PUBLISHED-TTL:PT4H\r\n" in body


def test_equal_entries_in_any_order_give_equal_bytes() -> None:
    assert feed("en", *BRIEFS) == feed("en", *reversed(BRIEFS))


def test_a_feed_without_links_gives_no_room_away() -> None:
    body = feed("en", *BRIEFS, links=False).replace(b"\r\n ", b"")

    assert b"meet.example" not in body
    assert b"video.example" not in body
    assert b"meet.example" in feed("en", *BRIEFS).replace(b"\r\n ", b"")


def test_a_feed_without_events_still_has_one_free_entry() -> None:
    only = no_dates_yet(language="en", name="SGRA", on=date(2020, 1, 1))
    [entry] = read_entries(calendar([only], language="en", name="SGRA"))

    assert entry["SUMMARY"] == "No dates yet"
    assert (entry.decoded("DTSTART"), entry["TRANSP"]) == (date(2020, 1, 1), "TRANSPARENT")
    assert only == no_dates_yet(language="en", name="SGRA", on=date(2020, 1, 1))


def test_the_digest_of_a_feed_tells_its_bytes_from_all_others() -> None:
    one, two, three = (vevent(brief, brief.entries[0], View("en")) for brief in BRIEFS[:3])
    feeds = [
        calendar_with_digest(entries, language=language, name=name)
        for entries in ([one], [two], [one, two], [two, one], [one, two, three], [one, one, two])
        for language in ("en", "km")
        for name in ("SGRA", "SGRB")
    ]

    assert len({body for body, _ in feeds}) == len({digest for _, digest in feeds}) == len(set(feeds)) == 20
    assert feeds[0][0] == calendar([one], language="en", name="SGRA")


if __name__ == "__main__":
    if __debug__:
        raise SystemExit("run it with python -O")
    sys.stdout.buffer.write(feed("km", *BRIEFS))
