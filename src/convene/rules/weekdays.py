"""Dates as people write them: `2020-01-20`, or `Mon 2020-01-20`, where the weekday must fit the date."""

import re
from datetime import date, datetime

from convene.errors import ConveneError

EARLIEST_YEAR, LATEST_YEAR = 1970, 2199
"""The years that programmes may speak of: history is data, and every zone can be worked out to there."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WRITTEN = re.compile(r"(?:(?P<weekday>[A-Za-z]{3,9})[, ]+)?(?P<date>\d{4}-\d{2}-\d{2})", re.ASCII)


class WeekdayError(ConveneError):
    """A date that is none, or that contradicts its weekday."""


def parse_date(text: str) -> date:
    """Read a date, with or without its weekday. Raises WeekdayError with what to write instead."""
    match = _WRITTEN.fullmatch(text.strip())
    if not match:
        raise WeekdayError(f'"{text}" is not a date.', "write it as Mon 2020-01-20")
    try:
        day = date.fromisoformat(match["date"])
    except ValueError:
        raise WeekdayError(f'"{text}" is not in the calendar.', "look at the month's length") from None
    if match["weekday"] and weekday_number(match["weekday"]) != day.weekday():
        name = WEEKDAYS[day.weekday()]
        raise WeekdayError(f'"{text}" is a {name}.', f"write: {name[:3]} {day.isoformat()}")
    return day


def weekday_number(name: str) -> int | None:
    """0 for Monday ... 6 for Sunday, from the name or its first three letters; None for another word."""
    return next((n for n, full in enumerate(WEEKDAYS) if name.lower() in (full.lower(), full[:3].lower())), None)


def written_date(day: date) -> str:
    """A date as files and messages print it: `Mon 2020-01-20`."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.isoformat()}"


def written_moment(moment: datetime) -> str:
    """A local moment as messages print it: `Mon 2020-01-20 09:00`."""
    return f"{written_date(moment.date())} {moment:%H:%M}"
