"""What lies ahead of a reader on the day of the mail: which day it speaks of, and how many days are left."""

from dataclasses import dataclass

from convene.language.dates import long_date, short_date, short_date_range
from convene.language.digits import localise_digits
from convene.mail.clock_lines import date_span
from convene.mail.event_view import day_heading
from convene.rules.clock import first_clock_date
from convene.rules.facts import DayFacts, EventBrief
from convene.rules.letter import Letter, Reader
from convene.rules.vocabulary import Mode


@dataclass(frozen=True)
class Outlook:
    """The day a reminder speaks of. `ahead` counts calendar days from the reader's date; below 0 it has begun.

    `days` is that number as the reader reads it, `day` the name of the day where it is not the first of several,
    `short` its date for subjects, `last` the date on which the event, or the open window, ends.
    """

    ahead: int
    days: str
    date: str
    short: str
    last: str
    day: str
    several: bool
    deadline: bool


def outlook(letter: Letter, brief: EventBrief) -> Outlook | None:
    """None for an event without a date."""
    if not brief.facts.days:
        return None
    reader, day = letter.reader, _day_spoken_of(letter, brief)
    on = first_clock_date(day, reader.whereabouts)
    is_first = day.slug == brief.facts.days[0].slug and letter.about_day is None
    ahead = (on - letter.today).days
    return Outlook(
        ahead=ahead,
        days=localise_digits(str(ahead), reader.language, reader.digits),
        date=long_date(on, reader.language, reader.digits),
        short=short_date(on, reader.language, reader.digits) if letter.about_day else _dates(brief, reader),
        last=long_date(day.end_date, reader.language, reader.digits),
        day="" if is_first else day_heading(day.slug, brief, reader),
        several=len(brief.facts.days) > 1 or day.last_date > day.on,
        deadline=day.mode is Mode.DEADLINE,
    )


def short_dates(days: tuple[DayFacts, ...], reader: Reader) -> str:
    """The first and the last date of `days` for a subject; empty for none."""
    if not days:
        return ""
    first, last = date_span(days, reader)
    return short_date_range(first, last, reader.language, reader.digits)


def _day_spoken_of(letter: Letter, brief: EventBrief) -> DayFacts:
    """The day that the rule names; else the next to begin, else one that is still open, else the last."""
    days = brief.facts.days
    named = brief.facts.day(letter.about_day) if letter.about_day else None
    coming = (day for day in days if first_clock_date(day, letter.reader.whereabouts) >= letter.today)
    still_open = (day for day in days if day.last_date >= letter.today)
    return named or next(coming, None) or next(still_open, None) or days[-1]


def _dates(brief: EventBrief, reader: Reader) -> str:
    return short_dates(brief.facts.days, reader)
