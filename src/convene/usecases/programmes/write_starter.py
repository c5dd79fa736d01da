"""A programme file to start from: filled in, with comments that teach its keys, one for each kind of event."""

import re
from datetime import date

from convene.programme_file.reading.starter_dates import fill_dates
from convene.resources import resource_folder
from convene.rules.vocabulary import EventKind
from convene.usecases.planning.free_days import free_days

_COUNTRY = re.compile(r"\bcountry: ([A-Z]{2})\b")


def starter_file(kind: EventKind, today: date) -> str:
    """The text of the file. Its dates lie ahead of `today`, on days on which people work where it takes place."""
    text = (resource_folder("config") / "starters" / f"{kind.value}.yaml").read_text("utf-8")
    calendars = [free_days(country, {}) for country in sorted(set(_COUNTRY.findall(text)))]
    return fill_dates(text, today, lambda day: any(is_free(day) for is_free in calendars))
