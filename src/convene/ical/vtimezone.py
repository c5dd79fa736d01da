"""VTIMEZONE: what the clocks of a zone do in the years that a calendar needs (RFC 5545 3.6.5).

Written from the zones of the PyPI package `tzdata`, like every other hour. The library's own `Timezone.from_tzinfo`
is not used: it gives 03:00 instead of 02:00 as the onset of European summer time, an hour late (3.6.5 wants the
wall clock just before the change).

Programs differ in what they understand. Outlook makes one rule for summer and one for winter out of DTSTART and RRULE
(MS-STANOICAL 2.2.47); ical.js, and with it Thunderbird, takes no notice of DTSTART where there is an RDATE. So a zone
that changes by the same two rules in all years is written as those, and any other change by change, never with RDATE.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from convene.ical.content_lines import write
from convene.rules.zones import zone

_NOTHING = timedelta()
_STEP = timedelta(days=1)
_LOOK_BACK = timedelta(days=366)
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_YEAR = 9998


class _Clock(NamedTuple):
    """What a clock shows: its offset from UTC, the name for it, and how far it is from standard time."""

    offset: timedelta
    name: str
    saved: timedelta


class _Onset(NamedTuple):
    """A change of the clock: `at` is what it showed just before."""

    at: datetime
    before: _Clock
    after: _Clock

    @property
    def is_summer(self) -> bool:
        """Whether summer time begins; so it does in Ireland, whose law calls winter the exception."""
        return self.after.saved > _NOTHING or (self.after.saved == _NOTHING and self.before.saved < _NOTHING)


@cache
def vtimezone(name: str, first_year: int, last_year: int) -> bytes:
    """The VTIMEZONE of the zone `name`, right from 1 January of the first year to 31 December of the last."""
    component = Timezone()
    component.add("TZID", name)
    last_year = min(last_year, _LAST_YEAR)
    onsets = _onsets(name, first_year, last_year)
    rules = _two_rules(onsets, last_year)
    for onset in onsets if rules is None else rules:
        component.add_component(_observance(onset, rules[onset] if rules else None))
    return write(component)


def _onsets(name: str, first_year: int, last_year: int) -> list[_Onset]:
    """The changes of these years, and before them the one that was in force when they began; where there was none for
    long, that state itself.
    """
    start = datetime(first_year, 1, 1, tzinfo=zone(name)).astimezone(UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=zone(name)).astimezone(UTC)
    earlier = _changes(name, max(start - _LOOK_BACK, _EARLIEST), start)
    clock = _clock(name, start)
    state = _Onset(datetime(first_year, 1, 1), clock, clock)
    return [*(earlier[-1:] or [state]), *_changes(name, start, end)]


def _changes(name: str, moment: datetime, end: datetime) -> list[_Onset]:
    found = []
    clock = _clock(name, moment)
    while moment < end:
        following = min(moment + _STEP, end)
        if _clock(name, following) != clock:
            moment = _change_between(name, moment, following)
            after = _clock(name, moment)
            found.append(_Onset((moment + clock.offset).replace(tzinfo=None), clock, after))
            clock = after
        else:
            moment = following
    return found


def _two_rules(onsets: list[_Onset], last_year: int) -> dict[_Onset, vRecur] | None:
    """The first change to summer time and the first back, each with the rule that it follows up to the last year."""
    groups = [[onset for onset in onsets if onset.is_summer is is_summer] for is_summer in (True, False)]
    rules = [_yearly_rule(group, last_year) for group in groups]
    if None in rules:
        return None
    return {group[0]: rule for group, rule in zip(groups, rules, strict=True) if rule is not None}


def _yearly_rule(onsets: list[_Onset], last_year: int) -> vRecur | None:
    """ "The last Sunday of March", where the onsets are nothing else, one a year and all between the same clocks."""
    alike = {(onset.before, onset.after, onset.at.time(), onset.at.month, onset.at.weekday()) for onset in onsets}
    years = [onset.at.year for onset in onsets]
    if len(alike) != 1 or years != list(range(years[0], last_year + 1)):
        return None
    counted = {(onset.at.day - 1) // 7 + 1 for onset in onsets}
    if all(onset.at.day + 7 > monthrange(onset.at.year, onset.at.month)[1] for onset in onsets):
        counted = {-1}
    if len(counted) != 1:
        return None
    on = onsets[0].at
    return vRecur({"FREQ": "YEARLY", "BYMONTH": on.month, "BYDAY": f"{counted.pop()}{_WEEKDAYS[on.weekday()]}"})


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
    return _Clock(local.utcoffset() or _NOTHING, local.tzname() or "", local.dst() or _NOTHING)


def _observance(onset: _Onset, rule: vRecur | None) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if onset.is_summer else TimezoneStandard()
    part.add("DTSTART", onset.at)
    part.add("TZOFFSETFROM", onset.before.offset)
    part.add("TZOFFSETTO", onset.after.offset)
    part.add("TZNAME", onset.after.name)
    if rule is not None:
        part.add("RRULE", rule)
    return part
