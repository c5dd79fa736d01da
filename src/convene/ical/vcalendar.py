"""A VCALENDAR joined from entries that are written already, with a VTIMEZONE for each zone they use (RFC 5545 3.4)."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vDuration

from convene.ical.content_lines import LiteralText, write
from convene.ical.plain_text import SUMMARY_LIMIT, safe_line
from convene.ical.vevent import Vevent
from convene.ical.vtimezone import vtimezone
from convene.language.catalogue import catalogue

PRODUCT = "-//convene//convene-events//EN"
REFRESH = timedelta(hours=4)
"""How often a program may ask again: what a feed proposes, and Nextcloud and Apple Calendar honour."""

_HEADS_KEPT = 1024
_END = b"END:VCALENDAR\r\n"
_BODY, _DIGEST, _ZONE = attrgetter("body"), attrgetter("digest"), attrgetter("zone")


def calendar(vevents: Sequence[Vevent], *, language: str, method: str = "PUBLISH", name: str | None = None) -> bytes:
    """The calendar as bytes; equal entries in any order give equal bytes. One without any: see `no_dates_yet`.

    `name` is for feeds: with it come the title and the interval of asking again. A mail's part has none, since
    Outlook takes a named calendar for a new one instead of adding the entry.
    """
    top, entries = _in_order(vevents, method, name, language)
    return _joined(top, entries)


def calendar_with_digest(vevents: Sequence[Vevent], *, language: str, name: str) -> tuple[bytes, str]:
    """A feed's calendar, and what tells its bytes from all others, in hexadecimal. It is made of the entries' own:
    to go through all bytes once more takes as long as to join them.
    """
    top, entries = _in_order(vevents, "PUBLISH", name, language)
    digests = [hashlib.sha256(top).digest(), *map(_DIGEST, entries)]
    return _joined(top, entries), hashlib.sha256(b"".join(digests)).hexdigest()


def no_dates_yet(*, language: str, name: str, on: date) -> Vevent:
    """The one entry of a feed without any, free and all of the day `on`: programs drop a calendar without entries."""
    component = Event()
    moment = datetime.combine(on, time(0, 0), UTC)
    component.add("UID", str(uuid5(NAMESPACE_URL, f"convene:no-dates-yet/{name}")))
    for prop in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
        component.add(prop, moment)
    component.add("DTSTART", on)
    component.add("DTEND", on + timedelta(days=1))
    # Translators: Title of the one entry of a calendar that holds no event
    words = LiteralText(catalogue(language).gettext("No dates yet"))
    component.add("SUMMARY", words, parameters={"LANGUAGE": language})
    component.add("TRANSP", "TRANSPARENT")
    return Vevent.of(on, write(component))


def _in_order(
    vevents: Sequence[Vevent], method: str, name: str | None, language: str
) -> tuple[bytes, Sequence[Vevent]]:
    """What stands above the entries, and the entries as they follow one another."""
    head = _head(method, name, language).removesuffix(_END)
    return b"".join([head, *_zones(vevents)]), sorted(vevents)


def _joined(top: bytes, entries: Sequence[Vevent]) -> bytes:
    return b"".join([top, *map(_BODY, entries), _END])


@lru_cache(_HEADS_KEPT)
def _head(method: str, name: str | None, language: str) -> bytes:
    component = Calendar()
    component.add("PRODID", PRODUCT)
    component.add("VERSION", "2.0")
    component.add("CALSCALE", "GREGORIAN")
    component.add("METHOD", method)
    if name is not None:
        title = safe_line(name, SUMMARY_LIMIT)
        component.add("NAME", LiteralText(title), parameters={"LANGUAGE": language})
        component.add("X-WR-CALNAME", LiteralText(title))
        component.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        component.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    return write(component)


def _zones(vevents: Iterable[Vevent]) -> list[bytes]:
    """One VTIMEZONE per TZID, by name, from the first year used to the last."""
    years: dict[str, list[int]] = {}
    for zone in set(map(_ZONE, vevents)):
        if zone:
            years.setdefault(zone.name, []).extend((zone.first_year, zone.last_year))
    return [vtimezone(zone, min(of_zone), max(of_zone)) for zone, of_zone in sorted(years.items())]
