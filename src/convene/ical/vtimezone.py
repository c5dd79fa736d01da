"""VTIMEZONE: what the clocks of a zone do in the years that a calendar needs (RFC 5545 3.6.5).

Written from the zones of the PyPI package `tzdata`, like every other hour. The library's own `Timezone.from_tzinfo`
is not used: it gives 03:00 instead of 02:00 as the onset of European summer time, an hour late (3.6.5 wants the
wall clock just before the change).
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from convene.ical.content_lines import write
from convene.rules.zones import zone

_STEP = timedelta(days=1)
_LAST_YEAR = 9998


class _Clock(NamedTuple):
    """What a clock shows: its offset from UTC, the name for it, and whether it is summer time."""

    offset: timedelta
    name: str
    is_summer: bool


class _Change(NamedTuple):
    """From one clock to another. Changes that are alike in all years are one observance."""

    before: timedelta
    after: _Clock


@cache
def vtimezone(name: str, first_year: int, last_year: int) -> bytes:
    """The VTIMEZONE of the zone `name`, right from 1 January of the first year to 31 December of the last."""
    component = Timezone()
    component.add("TZID", name)
    for change, onsets in _observances(name, first_year, min(last_year, _LAST_YEAR)).items():
        component.add_component(_observance(change, onsets))
    return write(component)


def _observances(name: str, first_year: int, last_year: int) -> dict[_Change, list[datetime]]:
    """Each change of the clock with the wall-clock moments of its onsets; the first one is the state at the start."""
    moment = datetime(first_year, 1, 1, tzinfo=zone(name)).astimezone(UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=zone(name)).astimezone(UTC)
    clock = _clock(name, moment)
    found = {_Change(clock.offset, clock): [datetime(first_year, 1, 1)]}
    while moment < end:
        following = min(moment + _STEP, end)
        if _clock(name, following) != clock:
            change_at = _change_between(name, moment, following)
            after = _clock(name, change_at)
            onset = (change_at + clock.offset).replace(tzinfo=None)
            found.setdefault(_Change(clock.offset, after), []).append(onset)
            moment, clock = change_at, after
        else:
            moment = following
    return found


def _change_between(name: str, before: datetime, after: datetime) -> datetime:
    """The first second at which the clock is no longer the one of `before`."""
    clock = _clock(name, before)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _clock(name, before + timedelta(seconds=middle)) == clock:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _clock(name: str, moment: datetime) -> _Clock:
    local = moment.astimezone(zone(name))
    return _Clock(local.utcoffset() or timedelta(), local.tzname() or "", (local.dst() or timedelta()) > timedelta())


def _observance(change: _Change, onsets: list[datetime]) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.after.is_summer else TimezoneStandard()
    part.add("DTSTART", onsets[0])
    part.add("TZOFFSETFROM", change.before)
    part.add("TZOFFSETTO", change.after.offset)
    part.add("TZNAME", change.after.name)
    if onsets[1:]:
        part.add("RDATE", onsets[1:])
    return part
