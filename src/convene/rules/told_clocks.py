"""What a change of the zone database is to a reader: a clock that they were told, and that now shows something else.

The wall clock of a day stays; what the reader's own clock shows then may not (design promise 1).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from convene.rules.clock import clocks
from convene.rules.facts import DayFacts, EventFacts, Whereabouts
from convene.rules.usefulness import lies_ahead_until
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.zones import offset

Offsets = Mapping[str, Mapping[str, int]]
"""By day slug and zone: how many seconds the clock was ahead of UTC when the day begins, or a deadline ends."""


def day_offsets(facts: EventFacts, zones: frozenset[str]) -> dict[str, dict[str, int]]:
    """The offsets of the days that are told by an hour, for their own zones and those of their readers."""
    return {
        day.slug: {zone: _seconds(day, zone) for zone in sorted({day.zone, *zones})}
        for day in facts.days
        if _has_clock(day)
    }


def clocks_moved(facts: EventFacts, before: Offsets) -> bool:
    """Whether somebody's clock stands otherwise beside a day's own than it did in `before`."""
    return any(
        ahead - before[day.slug][day.zone] != _seconds(day, zone) - _seconds(day, day.zone)
        for day in facts.days
        if _has_clock(day) and day.zone in before.get(day.slug, {})
        for zone, ahead in before[day.slug].items()
    )


def as_told(facts: EventFacts, before: Offsets, reader: Whereabouts) -> EventFacts:
    """The facts with the clocks that this reader was shown of them: days whose reader's clock has moved since differ
    from the facts now, and are printed with the hour that was told.
    """
    return replace(facts, days=tuple(_day_as_told(day, before.get(day.slug, {}), reader) for day in facts.days))


def _day_as_told(day: DayFacts, before: Mapping[str, int], reader: Whereabouts) -> DayFacts:
    if not _has_clock(day) or not {day.zone, reader.zone} <= before.keys():
        return day
    then = before[reader.zone] - before[day.zone]
    now = _seconds(day, reader.zone) - _seconds(day, day.zone)
    shown = clocks(day, reader).first == reader.zone or then != 0
    return replace(day, reader_shift=timedelta(seconds=then - now)) if shown and then != now else day


def _has_clock(day: DayFacts) -> bool:
    """A deadline without an hour has one, too: its date ends at another hour on the clock of a reader elsewhere."""
    hour = day.start is not None or day.mode is Mode.DEADLINE
    return hour and day.mode is not Mode.ON_DEMAND and day.zone != READER_ZONE


def _seconds(day: DayFacts, zone: str) -> int:
    return int(offset(lies_ahead_until(day, zone), zone).total_seconds())
