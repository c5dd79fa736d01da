"""Dates, times and spans as coordinators write them. Each function reads one value or says what to write instead."""

import re
from calendar import monthrange
from datetime import date, time

from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.rules.weekdays import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    WEEKDAYS,
    WeekdayError,
    parse_date,
    weekday_number,
    written_date,
)

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNDECIDED = "to be decided"
LONGEST_HOLD = 60
"""Minutes: a correction leaves at most one hour after the first change (design promise 5)."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_BETWEEN = re.compile(r"between (.+) and (.+)", re.IGNORECASE)
_MONTH = re.compile(rf"({'|'.join(MONTHS)}) (\d{{4}})", re.IGNORECASE | re.ASCII)
_DATE_LIKE = re.compile(r"(?:[A-Za-z]+[, ]+)?(\d{4})-(\d{2})-\d{2}", re.ASCII)


def day_date(text: str) -> date:
    """`2020-01-20` or `Mon 2020-01-20`, from 1970 on."""
    try:
        day = parse_date(text)
    except WeekdayError as error:
        raise WrittenValueError(error.sentence, _month_length(text) or error.remedy) from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise WrittenValueError(f"{quoted(text)} is out of reach.", f"years {EARLIEST_YEAR} to {LATEST_YEAR} are taken")
    return day


def undecided_date(text: str) -> str | None:
    """The words of a date that is not known yet, in their one spelling; None where the text is something else.

    Raises WrittenValueError for "between ... and ..." with dates that do not fit.
    """
    words = " ".join(text.split())
    if words.lower() == UNDECIDED:
        return UNDECIDED
    between, month = _BETWEEN.fullmatch(words), _MONTH.fullmatch(words)
    if between:
        return _between(words, day_date(between[1]), day_date(between[2]))
    if month and EARLIEST_YEAR <= int(month[2]) <= LATEST_YEAR:
        return f"{month[1].capitalize()} {month[2]}"
    return None


def clock_time(text: str) -> time:
    """`09:00`, two digits each."""
    match = _TIME.fullmatch(text.strip())
    if match:
        return time(int(match[1]), int(match[2]))
    short = re.fullmatch(r"(\d):([0-5]\d)", text.strip(), re.ASCII)
    remedy = f"write: 0{short[0]}" if short else "write hours and minutes, 00:00 to 23:59, as in 09:00"
    raise WrittenValueError(f"{quoted(text)} is not a time of day.", remedy)


def fiscal_year_start(text: str) -> tuple[int, int]:
    """(month, day) from `1 April` or `04-01`; 29 February is none, for it is missing in most years."""
    numbers = re.fullmatch(r"(\d{2})-(\d{2})", text.strip(), re.ASCII)
    words = re.fullmatch(rf"(\d{{1,2}}) ({'|'.join(MONTHS)})", " ".join(text.split()), re.IGNORECASE | re.ASCII)
    month, day = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    if words:
        month, day = MONTHS.index(words[2].capitalize()) + 1, int(words[1])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(2001, month)[1]):
        raise WrittenValueError(f"{quoted(text)} is not a day of the year.", "write: 1 April, or 04-01")
    return month, day


def quiet_hours(text: str) -> tuple[time, time]:
    """(from, to) from `21:00-07:00`; over midnight where `to` is the earlier one."""
    parts = re.split(r"\s*[-–]\s*", text.strip())
    if len(parts) != 2:
        raise WrittenValueError(f"{quoted(text)} is not a span of hours.", "write: 21:00-07:00")
    begin, end = clock_time(parts[0]), clock_time(parts[1])
    if begin == end:
        raise WrittenValueError(f"{quoted(text)} begins when it ends.", "write: 21:00-07:00, or leave the key out")
    return begin, end


def hold_minutes(text: str) -> int:
    """`10 minutes`, at most one hour."""
    match = re.fullmatch(r"(\d{1,4}) (minutes?|hours?)", " ".join(text.lower().split()), re.ASCII)
    minutes = int(match[1]) * (60 if match[2].startswith("hour") else 1) if match else LONGEST_HOLD + 1
    if minutes > LONGEST_HOLD:
        raise WrittenValueError(f"{quoted(text)} is not 0 to {LONGEST_HOLD} minutes.", "write: 10 minutes")
    return minutes


def weekday(text: str) -> int:
    """0 for Monday ... 6 for Sunday."""
    number = weekday_number(text.strip())
    if number is None:
        known = ", ".join(name[:3] for name in WEEKDAYS)
        raise WrittenValueError(f"{quoted(text)} is not a day of the week.", f"write one of: {known}")
    return number


def _between(words: str, first: date, last: date) -> str:
    if last <= first:
        remedy = "write the earlier date first"
        raise WrittenValueError(f"{quoted(words)} ends before it begins.", remedy)
    return f"between {written_date(first)} and {written_date(last)}"


def _month_length(text: str) -> str:
    """How long the month is that a date outside the calendar names; "" for other mistakes."""
    match = _DATE_LIKE.fullmatch(text.strip())
    year, month = (int(match[1]), int(match[2])) if match else (0, 0)
    if year == 0:
        return ""
    if not 1 <= month <= 12:
        return "months are 01 to 12"
    length = monthrange(year, month)[1]
    day = int(text.strip()[-2:])
    return "" if 1 <= day <= length else f"{MONTHS[month - 1]} {year} has {length} days"
