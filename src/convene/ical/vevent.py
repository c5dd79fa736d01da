"""One VEVENT: one day of an event, as one kind of reader sees it (RFC 5545 3.6.1, RFC 7986).

UID, SEQUENCE and every moment come from the entry, never from the clock: equal data gives equal bytes.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from icalendar import Event, Parameters, vCalAddress, vDatetime, vInt

from convene.ical.alarms import alarms
from convene.ical.attendee import PLACEHOLDER_ADDRESS
from convene.ical.content_lines import LiteralText, mailto, uri, write
from convene.ical.entry_dates import Span, is_all_day, is_free, span
from convene.ical.entry_words import EntryWords, Said
from convene.ical.plain_text import NAME_LIMIT, safe_line
from convene.rules.facts import DayFacts, Entry, EventBrief, Organiser
from convene.rules.feed_entries import AS_USUAL, FeedOptions
from convene.rules.vocabulary import Digits, EventStatus, Mode
from convene.rules.zones import zone as zone_info

_ZONES_KEPT = 1024
_MOMENTS_KEPT = 1024
_ORGANISERS_KEPT = 256
_STOPPED = (EventStatus.CANCELLED, EventStatus.POSTPONED)
# A double quote cannot stand in a parameter and few programs read RFC 6868; many take a backslash for an escape.
_NOT_IN_A_NAME = str.maketrans({'"': "'", "\\": "/"})
_ROOM = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}


@dataclass(frozen=True)
class View:
    """For whom an entry is written. Hashable, and with (uid, sequence) all that its bytes depend on.

    `links`: whether addresses of rooms and videos may stand in it (personal feeds and mails only). `sent_by`: the
    From address of the mail, named where it is not the organiser's. `attended`: whether it has a place for an ATTENDEE
    (`attendee.py`), the one reader of a REQUEST or CANCEL. `left_at`: the moment (UTC) at which the reader was taken
    off the list, though the event goes on; `rejoined_at` (UTC): at which they were put on it again. `options` are
    those of the feed's link.
    """

    language: str
    digits: Digits | None = None
    links: bool = False
    sent_by: str | None = None
    attended: bool = False
    left_at: datetime | None = None
    rejoined_at: datetime | None = None
    options: FeedOptions = AS_USUAL


class ZoneUse(NamedTuple):
    """A TZID, and the first and the last year in which its clock is read."""

    name: str
    first_year: int
    last_year: int


_zone_use = lru_cache(_ZONES_KEPT)(ZoneUse)
"""The same object for the same use: a calendar looks for the few different ones among thousands of entries."""


class Vevent(NamedTuple):
    """A written VEVENT, and what its calendar needs to know. They sort as calendars list them, by the first date.

    `digest` tells its bytes from all others: it is made once, for all calendars that the entry comes to stand in.
    """

    first: date
    body: bytes
    digest: bytes
    zone: ZoneUse | None

    @classmethod
    def of(cls, first: date, body: bytes, zone: ZoneUse | None = None) -> "Vevent":
        return cls(first, body, hashlib.sha256(body).digest(), zone)


def vevent(brief: EventBrief, entry: Entry, view: View) -> Vevent:
    """The calendar entry of one day. Raises CalendarError where its bytes would not say what was put in."""
    # Values of the library's own types are put in as they are: `add` would look at each for what it might be.
    component = Event()
    fallen = has_fallen(brief, entry, view)
    # Nobody is sent to the room of a day that does not take place.
    links = view.links and not fallen
    _add_identity(component, entry, view)
    when = span(entry.day)
    _add_times(component, when)
    _add_state(component, brief, entry, view)
    words = EntryWords(brief, entry, view.language, view.digits, links=links)
    summary = words.summary(marked=has_fallen(brief, entry))
    _add_text(component, "SUMMARY", summary)
    _add_text(component, "LOCATION", words.location())
    _add_text(component, "DESCRIPTION", words.description())
    if links and entry.day.link:
        _add_link(component, entry.day, words.join())
    component["ORGANIZER"] = _organiser(brief.organiser, view.sent_by)
    if view.attended:
        component.add("ATTENDEE", mailto(PLACEHOLDER_ADDRESS))
    if not (fallen or is_all_day(entry.day) or is_free(entry.day)):
        for alarm in alarms(entry.day, brief.alarms, view.options.alarm_minutes, summary):
            component.add_component(alarm)
    zone = _zone_use(when.zone, entry.day.on.year, entry.day.end_date.year) if when.zone else None
    return Vevent.of(entry.day.on, write(component), zone)


def has_fallen(brief: EventBrief, entry: Entry, view: View | None = None) -> bool:
    """Whether the day does not take place (removed, cancelled, postponed), or not for this reader."""
    left = view is not None and view.left_at is not None
    return left or entry.removed or brief.facts.status in _STOPPED


def _add_identity(component: Event, entry: Entry, view: View) -> None:
    """Who left, or came back, hears of it by later moments: the day itself, and so its SEQUENCE, did not change
    (RFC 5546 2.1.5).
    """
    changed_at = max(moment for moment in (entry.changed_at, view.left_at, view.rejoined_at) if moment)
    component["UID"] = LiteralText(entry.uid)
    component["SEQUENCE"] = vInt(entry.sequence)
    component["CREATED"] = _utc(entry.created_at)
    component["LAST-MODIFIED"] = component["DTSTAMP"] = _utc(changed_at)


def _add_times(component: Event, when: Span) -> None:
    for name, value in (("DTSTART", when.start), ("DTEND", when.end)):
        if isinstance(value, datetime):
            component[name] = vDatetime(value.replace(tzinfo=zone_info(when.zone)) if when.zone else value)
        elif value is not None:
            component.add(name, value)


def _add_state(component: Event, brief: EventBrief, entry: Entry, view: View) -> None:
    fallen = has_fallen(brief, entry, view)
    free = fallen or bool(entry.bar_of) or is_free(entry.day)
    component["TRANSP"] = LiteralText("TRANSPARENT" if free else "OPAQUE")
    # A CANCEL that only takes one person off the list must not have a STATUS (RFC 5546 3.2.5): the event goes on.
    if not (view.left_at and view.attended and not has_fallen(brief, entry)):
        component["STATUS"] = LiteralText("CANCELLED" if fallen else "CONFIRMED")


def _add_text(component: Event, name: str, said: Said | None) -> None:
    if said:
        component[name] = LiteralText(said.text, params={"LANGUAGE": said.language})


def _add_link(component: Event, day: DayFacts, label: Said) -> None:
    link = day.link or ""
    component.add("URL", uri(link))
    if day.mode in (Mode.LIVE, Mode.HYBRID):
        parameters = Parameters({**_ROOM, "LABEL": label.text, "LANGUAGE": label.language})
        component.add("CONFERENCE", uri(link), parameters=parameters)


@lru_cache(_ORGANISERS_KEPT)
def _organiser(organiser: Organiser, sent_by: str | None) -> vCalAddress:
    """The same object for the same organiser, which most entries of a programme share; nobody changes it."""
    address = mailto(organiser.email)
    _name(address, organiser.name)
    if sent_by and sent_by.casefold() != organiser.email.casefold():
        address.params["SENT-BY"] = str(mailto(sent_by))
    return address


def _name(address: vCalAddress, name: str) -> None:
    """CN, where there is a name."""
    common_name = safe_line(name, NAME_LIMIT).translate(_NOT_IN_A_NAME)
    if common_name:
        address.params["CN"] = common_name


@lru_cache(_MOMENTS_KEPT)
def _utc(moment: datetime) -> vDatetime:
    """Whole seconds in UTC: the form that these properties must have. The same object for the same moment: many entries
    were made at one.
    """
    return vDatetime(moment.astimezone(UTC).replace(microsecond=0))
