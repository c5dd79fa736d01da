"""Which clock a reader sees, and which one beneath it (design promise 2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from convene.rules.facts import DayFacts, EventFacts, Whereabouts
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.zones import offset, wall_clock

_ALMOST = timedelta(microseconds=1)


class Clocks(NamedTuple):
    """The zones whose clocks are printed for one day: `first` always, `beneath` where it tells something new.

    `label_first`: whose country's label belongs beside the single clock; False where reader and place share the
    country, or nothing could be confused.
    """

    first: str
    beneath: str | None = None
    label_first: bool = False


@dataclass(frozen=True)
class WorldClockEntry:
    """One offset among those invited: what its clock shows at the start, and who lives by it."""

    local: datetime
    whereabouts: tuple[Whereabouts, ...]


def clocks(day: DayFacts, reader: Whereabouts) -> Clocks:
    """The clocks to print of `day` for a reader; the offsets compared are those at the start of the day."""
    first = first_clock_zone(day, reader)
    if day.mode is Mode.ON_DEMAND:
        return Clocks(first)
    if day.mode is Mode.DEADLINE:
        return _deadline_clocks(day, reader)
    if day.mode is Mode.LIVE:
        return Clocks(first, label_first=_is_elsewhere(day, reader))
    if day.mode is Mode.HYBRID and not _at_home(day, reader):
        return Clocks(first, _if_differs(day, first, day.zone))
    return Clocks(first, _if_differs(day, first, reader.zone), label_first=_is_elsewhere(day, reader))


def as_read(facts: EventFacts, reader: Whereabouts) -> EventFacts:
    """The facts as they are printed for a reader: the place of a deadline goes unsaid where its clock shows what theirs
    does, so that it is one on their own.
    """
    if not any(day.mode is Mode.DEADLINE for day in facts.days):
        return facts
    days = (replace(day, zone=reader.zone) if _is_on_own_clock(day, reader) else day for day in facts.days)
    return replace(facts, days=tuple(days))


def world_clock(day: DayFacts, audience: Iterable[Whereabouts]) -> tuple[WorldClockEntry, ...]:
    """The start of a live day on the clocks of all invited, one entry per offset, from west to east.

    Empty where everybody lives at one offset, and where no hour is known.
    """
    if day.start is None:
        return ()
    start = day.starts_at()
    by_offset: dict[timedelta, set[Whereabouts]] = {}
    for place in audience:
        by_offset.setdefault(offset(start, place.zone), set()).add(place)
    if len(by_offset) < 2:
        return ()
    return tuple(
        WorldClockEntry(
            wall_clock(start, min(place.zone for place in places)),
            tuple(sorted(places, key=lambda place: (place.country or "", place.zone))),
        )
        for _, places in sorted(by_offset.items())
    )


def first_clock_zone(day: DayFacts, reader: Whereabouts) -> str:
    """The zone on whose calendar rules in days, weeks and months count for this reader."""
    if day.mode is Mode.DEADLINE:
        return day.clock_zone(reader.zone)
    if day.mode is Mode.LIVE or (day.mode is Mode.HYBRID and not _at_home(day, reader)):
        return reader.zone
    return day.zone


def first_clock_date(day: DayFacts, reader: Whereabouts) -> date:
    """The date of the first clock printed on which the day begins; the date as written where no hour is printed."""
    if day.start is None or day.mode in (Mode.ON_DEMAND, Mode.DEADLINE):
        return day.on
    zone = first_clock_zone(day, reader)
    shift = timedelta(0) if zone == day.zone else day.reader_shift
    return (wall_clock(day.starts_at(), zone) + shift).date()


def last_clock_date(day: DayFacts, reader: Whereabouts) -> date:
    """The date of the first clock printed on which the day ends; the date as written where no hour is printed."""
    if day.start is None or day.mode in (Mode.ON_DEMAND, Mode.DEADLINE):
        return day.last_date
    # An end at midnight still belongs to the evening before.
    end = day.ends_at() - _ALMOST if day.end else day.starts_at()
    return wall_clock(end, first_clock_zone(day, reader)).date()


def _deadline_clocks(day: DayFacts, reader: Whereabouts) -> Clocks:
    first = first_clock_zone(day, reader)
    if day.zone == READER_ZONE:
        return Clocks(first)
    # A date without an hour still ends at some moment, and that is another one on the reader's clock.
    ends = day.ends_at()
    differs = offset(ends, day.zone) != offset(ends, reader.zone)
    return Clocks(first, reader.zone if differs else None, label_first=_is_elsewhere(day, reader))


def _is_on_own_clock(day: DayFacts, reader: Whereabouts) -> bool:
    return day.mode is Mode.DEADLINE and not day.reader_shift and clocks(day, reader).beneath is None


def _at_home(day: DayFacts, reader: Whereabouts) -> bool:
    return day.venue is not None and day.venue.country is not None and day.venue.country == reader.country


def _if_differs(day: DayFacts, shown: str, other: str) -> str | None:
    """`other` where it shows another hour than `shown` at the start; without an hour there is nothing to compare."""
    if day.start is None:
        return None
    start = day.starts_at()
    return other if day.reader_shift or offset(start, shown) != offset(start, other) else None


def _is_elsewhere(day: DayFacts, reader: Whereabouts) -> bool:
    country = day.venue.country if day.venue else None
    return country != reader.country if country and reader.country else day.zone != reader.zone
