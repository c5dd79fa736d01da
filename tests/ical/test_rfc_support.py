"""`docs/rfc-support.md` says what is written, and nothing that is not: held against feeds and mails of every kind."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from icalendar import Calendar
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

from convene.ical.vcalendar import calendar
from convene.ical.vevent import View, vevent
from convene.rules.facts import EventBrief
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import EventStatus, NoticeKind

DOCUMENT = Path(__file__).parents[2] / "docs" / "rfc-support.md"
PLACES = {
    "yes": {"feed", "personal feed", "mail"},
    "feeds": {"feed", "personal feed"},
    "mails": {"mail"},
    "personal": {"personal feed", "mail"},
}
TABLES = {
    "RFC 5545, components": "components",
    "RFC 5545, the calendar": "calendar",
    "RFC 5545, the entry": "entry",
    "RFC 5545, zones and alarms": "zones and alarms",
    "RFC 5546, scheduling, and RFC 6047, mail": "methods",
    "RFC 7986, newer properties": "newer",
}
NEWER = {"NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "CONFERENCE"}

Written = dict[tuple[str, str], set[str]]
"""By table and name: where it is written."""


def with_bells(brief: EventBrief) -> EventBrief:
    """The event in a zone whose clocks change, with an alarm."""
    days = (replace(day, zone="Europe/Brussels") for day in brief.facts.days)
    return replace(with_days(brief, *days), alarms=(parse_rule("1 hour before"),))


BRIEFS = (with_bells(dac_meeting()), ewc_seminar(), online_programme(), webinar(), essays_deadline())


def documented() -> Written:
    found: Written = {}
    for section in DOCUMENT.read_text("utf-8").split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        for names, where in re.findall(r"^\| ([A-Z][^|]+) \| (yes|feeds|mails|personal) \|", text, re.MULTILINE):
            if title in TABLES:
                found |= {(TABLES[title], name): PLACES[where] for name in names.split(", ")}
    return found


def calendars() -> Iterator[tuple[str, bytes]]:
    """Feeds and mails of every kind, with where they are."""
    for place, view in (("feed", View("en")), ("personal feed", View("en", links=True))):
        entries = [vevent(brief, entry, view) for brief in BRIEFS for entry in brief.entries]
        yield place, calendar(entries, language="en", name="SGRA")
    for brief in BRIEFS:
        yield "mail", personal_calendar(letter(NoticeKind.INVITATION, brief, reader("en")))[1]
        stopped = with_status(brief, EventStatus.CANCELLED)
        yield "mail", personal_calendar(letter(NoticeKind.CANCELLATION, stopped, reader("en")))[1]


def written() -> Written:
    found: Written = defaultdict(set)
    for place, body in calendars():
        read: Any = Calendar.from_ical(body)
        found["methods", str(read["METHOD"])].add(place)
        for component in read.walk():
            found["components", component.name].add(place)
            for name in component:
                found[_table(component.name, name), name].add(place)
    return dict(found)


def _table(component: str, name: str) -> str:
    if name in NEWER:
        return "newer"
    return {"VCALENDAR": "calendar", "VEVENT": "entry"}.get(component, "zones and alarms")


def test_what_is_written_is_listed_and_what_is_listed_is_written() -> None:
    assert written() == documented()
