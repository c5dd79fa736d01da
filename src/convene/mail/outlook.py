"""What lies ahead of a reader on the day of the mail: what happens to which day, and how many days are left."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from convene.language.dates import long_date, short_date, short_date_range
from convene.language.digits import localise_digits
from convene.mail.clock_lines import date_span
from convene.mail.event_view import day_heading
from convene.rules.clock import first_clock_date, last_clock_date
from convene.rules.due import Subject, closing_window
from convene.rules.facts import DayFacts, EventFacts
from convene.rules.letter import Letter, Part, Reader
from convene.rules.vocabulary import Mode


class Turn(StrEnum):
    """What happens on the date that a reminder counts down to. A window opens and closes; it never "is"."""

    IS = "is"
    BEGINS = "begins"
    ENDS = "ends"
    OPENS = "opens"
    CLOSES = "closes"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class Outlook:
    """What a reminder speaks of. `ahead` counts calendar days from the reader's date to `date`; below 0 where that
    date is over on the reader's calendar, and not yet on the clock that it is written in.

    `days` is that number as the reader reads it, `day` the name of the day where the rule names one of several,
    `short` the date for subjects: that of the day named or of what ends, else those of the event.
    """

    turn: Turn
    ahead: int
    days: str
    date: str
    short: str
    day: str


def outlook(letter: Letter, part: Part) -> Outlook | None:
    """None for an event without a date."""
    facts, reader = part.event.facts, letter.reader
    if not facts.days:
        return None
    day = _day_spoken_of(part)
    turn = _turn(part, day)
    on = _date(turn, day, reader)
    ahead = (on - letter.today).days
    whole = part.about_day is None and turn not in (Turn.ENDS, Turn.CLOSES)
    return Outlook(
        turn=turn,
        ahead=ahead,
        days=localise_digits(str(ahead), reader.language, reader.digits),
        date=long_date(on, reader.language, reader.digits),
        short=short_dates(facts.days, reader) if whole else short_date(on, reader.language, reader.digits),
        day=day_heading(day.slug, part.event, reader) if part.about_day else "",
    )


def speaks_of(part: Part, day: DayFacts) -> bool:
    """Whether a mail for `part` shows the day: the one named, the windows where they close, else all."""
    if part.about_day is not None:
        return day.slug == part.about_day
    return part.anchor != "closing" or day.mode is Mode.ON_DEMAND


def short_dates(days: tuple[DayFacts, ...], reader: Reader, since: date | None = None) -> str:
    """The first and the last date of `days` for a subject, from `since` on; empty for none."""
    if not days:
        return ""
    first, last = date_span(days, reader)
    return short_date_range(max(first, since or first), last, reader.language, reader.digits)


def next_date(part: Part, reader: Reader) -> date:
    """The date that a reminder counts down to: the last one of a window that closes. The event has one day at least."""
    day = _day_spoken_of(part)
    return _date(_turn(part, day), day, reader)


def _day_spoken_of(part: Part) -> DayFacts:
    """The day whose start, or end, the rule counts from. The event has one day at least."""
    facts = part.event.facts
    subject = Subject(facts, facts.day(part.about_day) if part.about_day else None)
    day = closing_window(subject) if part.anchor == "closing" else None
    return day or (subject.ending if part.anchor == "end" else None) or subject.opening or facts.days[0]


def _turn(part: Part, day: DayFacts) -> Turn:
    alone = part.about_day is not None or len(part.event.facts.days) == 1
    if day.mode is Mode.DEADLINE:
        return Turn.DEADLINE
    if day.mode is Mode.ON_DEMAND and (part.anchor == "closing" or (part.anchor == "end" and alone)):
        return Turn.CLOSES
    if part.anchor == "end":
        return Turn.ENDS
    if day.mode is Mode.ON_DEMAND:
        return Turn.OPENS
    return Turn.IS if part.about_day or _is_short(part.event.facts) else Turn.BEGINS


def _is_short(facts: EventFacts) -> bool:
    return len(facts.days) == 1 and facts.days[0].last_date == facts.days[0].on


def _date(turn: Turn, day: DayFacts, reader: Reader) -> date:
    if turn in (Turn.ENDS, Turn.CLOSES):
        return last_clock_date(day, reader.whereabouts)
    return first_clock_date(day, reader.whereabouts)
