"""When a calendar entry lies: DTSTART and DTEND of one day, and whether it fills the time (RFC 5545 3.6.1)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from convene.rules.facts import DayFacts
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE, Mode
from convene.rules.zones import is_repeated

_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})
_NO_PLACE = frozenset({READER_ZONE, ANYWHERE_ON_EARTH})


@dataclass(frozen=True)
class Span:
    """The time of an entry. `start` and `end` are both dates (`end` exclusive), or both date-times.

    `zone` is the TZID of naive date-times; None for dates, and for moments in UTC. `end` None means no length.
    """

    start: date | datetime
    end: date | datetime | None
    zone: str | None = None


def is_all_day(day: DayFacts) -> bool:
    """On-demand windows, visits over several dates, days without an hour, and deadlines that belong to no one clock."""
    return day.start is None or day.mode is Mode.ON_DEMAND or day.zone in _NO_PLACE or is_visit(day)


def is_visit(day: DayFacts) -> bool:
    """Whether the day is one bar over several dates."""
    return day.mode is not Mode.ON_DEMAND and day.last_date > day.on


def is_free(day: DayFacts) -> bool:
    """Whether people have time for something else meanwhile: TRANSP:TRANSPARENT."""
    return day.mode in (Mode.ON_DEMAND, Mode.DEADLINE) or is_visit(day)


def span(day: DayFacts) -> Span:
    """The time that the entry of `day` takes up. An on-demand window stands on its first date alone."""
    if is_all_day(day):
        last = day.on if day.mode is Mode.ON_DEMAND else day.last_date
        return Span(day.on, last + timedelta(days=1))
    if day.zone in _UTC_NAMES or _is_one_of_two(day):
        return Span(day.starts_at(), day.ends_at() if _has_length(day) else None)
    assert day.start is not None  # a day without an hour is all-day
    end = datetime.combine(day.end_date, day.end) if day.end and _has_length(day) else None
    return Span(datetime.combine(day.on, day.start), end, day.zone)


def _has_length(day: DayFacts) -> bool:
    # DTEND must lie after DTSTART; without it a timed entry ends where it starts.
    return day.end is not None and day.mode is not Mode.DEADLINE


def _is_one_of_two(day: DayFacts) -> bool:
    """Whether an hour of it comes twice that night. With TZID it would mean the first (RFC 5545 3.3.5), and some
    programs read the second; as a moment it means itself.
    """
    if day.start is None:
        return False
    return is_repeated(day.on, day.start, day.zone) or (
        day.end is not None and is_repeated(day.end_date, day.end, day.zone)
    )
