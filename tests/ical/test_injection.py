"""Nothing that a coordinator writes can add a line, a parameter or a component to a calendar.

`main` runs the same attacks without pytest, so that one test can start it under `python -O`, where the calendar
library's own guard (an assertion) is gone.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from tests.sample_briefs import PHNOM_PENH, dac_meeting, reader

from convene.ical.attendee import PLACEHOLDER, attendee_line
from convene.ical.vcalendar import calendar
from convene.ical.vevent import View, vevent
from convene.rules.facts import EventBrief, Organiser
from convene.rules.feed_entries import FeedOptions, event_bar
from convene.rules.vocabulary import Mode

PROJECT = Path(__file__).parents[2]
ATTACKS = (
    "A\r\nX-EVIL:1",
    "A\nX-EVIL:1",
    "A\rX-EVIL:1",
    "A\r\n X-EVIL:1",
    "A\\nX-EVIL:1",
    "A\\NX-EVIL:1",
    "BEGIN:VEVENT",
    "A\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "A\x85X-EVIL:1",
    "A\u2028X-EVIL:1",
    "A\x0bX-EVIL:1",
    'A";X-EVIL=1:',
    "A;X-EVIL=1",
    "A:X-EVIL",
    "A,B",
    "A\\",
    "A^nX-EVIL:1",
    "A\0B",
    "A\x1b[31mB",
    "A\ud800B",
    "=?utf-8?q?a=0d=0aX-EVIL:1?=",
    "a" * 10_000,
    "ក្" * 3_000,
)
PROPERTIES = frozenset(
    {"ATTENDEE", "CREATED", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION", "ORGANIZER"}
    | {"SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID", "URL"}
)

CALENDAR_PROPERTIES = frozenset(
    {"CALSCALE", "METHOD", "NAME", "PRODID", "REFRESH-INTERVAL", "VERSION", "X-PUBLISHED-TTL", "X-WR-CALNAME"}
)


def attacked(text: str) -> EventBrief:
    """An event with `text` wherever a person can write."""
    brief, words = dac_meeting(), {"en": text, "km": text}
    venue = replace(PHNOM_PENH, title=words, address=words, map_link=f"https://map.example/{text}")
    day = replace(brief.entries[0].day, venue=venue, link=f"https://meet.example/{text}")
    return replace(
        brief,
        entries=(replace(brief.entries[0], day=day, title=words),),
        organiser=Organiser(text, f"{text}@jilaf.example"),
        programme_title=words,
        series_title=words,
        series_short_title={},
        description=words,
    )


def survives(text: str) -> bool:
    """Whether the calendar of the attacked event is whole and holds what it should, and nothing else."""
    someone = replace(reader("en"), name=text, address=f"{text}@union.example")
    brief = attacked(text)
    entry = vevent(brief, brief.entries[0], View("en", links=True, sent_by=f"{text}@a.example", attended=True))
    shared = calendar([entry], language="en", name=text)
    body = shared.replace(PLACEHOLDER.encode(), b"\r\n" + attendee_line(someone, asked=True).encode())
    lines = body.split(b"\r\n")
    read: Any = Calendar.from_ical(body)
    event = read.walk("VEVENT")[0]
    names = [name for name, _ in event.property_items()][1:-1]
    return (
        max(map(len, lines)) <= 75
        and b"\n" not in b"".join(lines)
        and [part.name for part in read.walk()] == ["VCALENDAR", "VTIMEZONE", "STANDARD", "VEVENT"]
        and len(names) == len(set(names))
        and set(names) <= PROPERTIES
        and set(event["ORGANIZER"].params) <= {"CN", "SENT-BY"}
        and set(event["ATTENDEE"].params) <= {"CN", "ROLE", "PARTSTAT", "RSVP"}
    )


def survives_in_a_feed(text: str) -> bool:
    """The same of a personal feed with a live day, its alarm, and a bar of two days."""
    one = attacked(text)
    entry = replace(one.entries[0], day=replace(one.entries[0].day, mode=Mode.HYBRID))
    two = replace(one, entries=(entry, replace(entry, day=replace(entry.day, slug="d2"))))
    view = View("km", links=True, options=FeedOptions(alarm_minutes=30))
    body = calendar([vevent(one, entry, view), vevent(two, event_bar(two), view)], language="km", name=text)
    read: Any = Calendar.from_ical(body)
    events = sorted(read.walk("VEVENT"), key=lambda event: len(event.subcomponents))
    [alarm] = read.walk("VALARM")
    return (
        max(map(len, body.split(b"\r\n"))) <= 75
        and sorted(part.name for part in read.walk())
        == ["STANDARD", "VALARM", "VCALENDAR", "VEVENT", "VEVENT", "VTIMEZONE"]
        and set(events[0]) | set(events[1]) <= PROPERTIES | {"CONFERENCE"}
        and set(alarm) == {"ACTION", "DESCRIPTION", "TRIGGER"}
        and set(read) == CALENDAR_PROPERTIES
        and set(events[1]["CONFERENCE"].params) == {"VALUE", "FEATURE", "LABEL", "LANGUAGE"}
        and set(events[1]["SUMMARY"].params) == set(alarm["DESCRIPTION"].params) == {"LANGUAGE"}
    )


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_stays_a_text(text: str) -> None:
    assert survives(text)
    assert survives_in_a_feed(text)


@given(st.text(max_size=200))
def test_any_text_stays_a_text(text: str) -> None:
    assert survives(text)
    assert survives_in_a_feed(text)


def test_attacks_stay_texts_where_python_runs_without_assertions() -> None:
    environment = {"PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}", "PYTHONUTF8": "1"}
    run = [sys.executable, "-O", "-m", "tests.ical.test_injection"]

    done = subprocess.run(run, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout == f"{len(ATTACKS)} of {len(ATTACKS)}\n", done.stderr


def test_titles_read_back_literally() -> None:
    title = 'a,b;c\\d "e" C:\\New'
    brief = replace(attacked("A"), series_title={}, title={"en": title}, number=None)

    read: Any = Calendar.from_ical(calendar([vevent(brief, brief.entries[0], View("en"))], language="en"))

    assert title in read.walk("VEVENT")[0]["SUMMARY"]


if __name__ == "__main__":
    if __debug__:
        raise SystemExit("run it with python -O")
    print(sum(survives(text) and survives_in_a_feed(text) for text in ATTACKS), "of", len(ATTACKS))
