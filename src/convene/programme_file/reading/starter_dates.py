"""The dates of a starter file: `<Tue 2>` is the Tuesday of its second week, put into weeks that lie ahead."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from convene.rules.weekdays import WEEKDAYS, weekday_number, written_date

AHEAD = timedelta(days=35)
"""How far ahead the first week lies at least: the reminders of every plan are still to come."""

_SLOT = re.compile(rf"<({'|'.join(name[:3] for name in WEEKDAYS)}) (\d+)>")
_LONGEST_SEARCH = 52
"""Weeks. Where a whole year holds no suitable ones, the first are taken: a holiday only warns."""


def fill_dates(text: str, today: date, nobody_works: Callable[[date], bool]) -> str:
    """The starter with real dates, in the first weeks ahead of `today` in which people work from Monday to Friday."""
    first = _monday_from(today + AHEAD)
    weeks = sorted({int(week) for _, week in _SLOT.findall(text)})
    mondays = [first + timedelta(weeks=later) for later in range(_LONGEST_SEARCH)]
    monday = next((monday for monday in mondays if not _any_free(monday, weeks, nobody_works)), first)
    return _SLOT.sub(lambda slot: written_date(_date_of(slot, monday)), text)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _any_free(monday: date, weeks: list[int], nobody_works: Callable[[date], bool]) -> bool:
    days = (monday + timedelta(weeks=week - 1, days=day) for week in weeks for day in range(5))
    return any(nobody_works(day) for day in days)


def _date_of(slot: re.Match[str], monday: date) -> date:
    number = weekday_number(slot[1])
    assert number is not None  # the pattern takes nothing else
    return monday + timedelta(weeks=int(slot[2]) - 1, days=number)
