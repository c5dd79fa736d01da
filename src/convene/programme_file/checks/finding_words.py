"""Dates, reasons and numbers as findings print them, for the coordinator, in English."""

from collections.abc import Sequence
from datetime import date, datetime

from convene.programme_file.reading.written_dates import MONTHS
from convene.rules.weekdays import WEEKDAYS


def short_date(on: date, year: int) -> str:
    """ "Fri 14 Jan"; with the year where it is not `year`, the one that the finding is about."""
    text = f"{WEEKDAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1][:3]}"
    return text if on.year == year else f"{text} {on.year}"


def short_moment(local: datetime, year: int) -> str:
    """ "Thu 13 Jan 09:00"."""
    return f"{short_date(local.date(), year)} {local:%H:%M}"


def why_free(why: str) -> str:
    """The reason of a free day as a sentence goes on: "is the weekend", "is a holiday (Eid al-Fitr, estimated)"."""
    kind, _, name = why.partition(": ")
    return f"is a holiday ({name.replace(' (', ', ').replace(')', '')})" if name else f"is the {kind}"


def moved_from(before: datetime, why: str, year: int) -> str:
    """From where a notice moves, and why: "Sat 18 Jan is the weekend", "Fri 17 Jan 22:30 falls into quiet hours"."""
    free = why.removesuffix("quiet hours").removesuffix(", ")
    if not free:
        return f"{short_moment(before, year)} falls into quiet hours"
    then = "" if free == why else ", and then come quiet hours"
    return f"{short_date(before.date(), year)} {why_free(free)}{then}"


def short_rule(text: str) -> str:
    """A rule without its hour: "3 days before", "progress 3 months"."""
    words = text.partition(" at ")[0]
    return words.removesuffix(" after") if words[:1].isalpha() else words


def city(zone: str) -> str:
    """The place that names a zone: "Phnom Penh"."""
    return zone.rpartition("/")[2].replace("_", " ")


def people_count(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def and_words(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
