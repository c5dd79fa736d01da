"""A written world-clock line, read entry by entry: "13h UTC/GMT (15h Europe / 18h30 Delhi / 20h Bangkok)".

Hours stand before their places, or behind them all ("Belgium 15:00 · India 18:30", as convene itself writes). What the
clocks of a place show is told by the caller; whether an entry is right is decided here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from convene.rules.weekdays import weekday_number

_HOUR = re.compile(
    r"""(?<![\w:.+\-−])(?:
      (?P<h>\d{1,2})\ ?h(?:rs?|ours?)?\ ?(?P<m>\d{2})?                                      # 15h, 18h30, 15 hours
    | (?P<twelve>\d{1,2})(?:[:.](?P<twelve_m>\d{2}))?\ ?(?P<half>[ap])(?:\.m\.|m\b)         # 1pm, 6:30 p.m.
    | (?P<clock>\d{1,2}):(?P<clock_m>\d{2})(?:\ ?h(?:rs?)?)?                                # 13:00, 13:00h
    )(?![\w:])""",
    re.IGNORECASE | re.VERBOSE,
)
_DAY = re.compile(
    r"""(?<!\w)(?<!UTC\ )(?<!GMT\ )(?:
      (?P<shift>[+\-−]1(?:\ day)?|next\ day|previous\ day)
    | (?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*
    | (?P<day>\d{1,2})\ (?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*
    )[)\]]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AROUND = " \t,;/|·•–—=:.-"
_BRACKETS = "()[]"
_LINK_WORDS = re.compile(r"^(?:in|at|for)\s+|\s+(?:and|et|y|e|und)$", re.IGNORECASE)
_BETWEEN_PLACES = re.compile(r"\s*[/,;&|·]\s*|\s+and\s+")
_ZONE_ID = re.compile(r"[A-Z][a-z]\w+/[A-Z]\w+(?:/\w+)?")


@dataclass(frozen=True)
class AnnouncedEntry:
    """One hour of the line with the places it is given for. `hour` is as written, `at` None where no clock shows it
    ("25h"). `day` is what the line says of the date ("next day", "Wed", "13 June"; "" for nothing).
    """

    hour: str
    at: time | None
    places: tuple[str, ...]
    day: str = ""


class Verdict(Enum):
    """What the clocks of a place say to an entry. AMBIGUOUS: right on some of them alone. WRONG_DAY: right but for the
    day; UNSAID_DAY: right, on another date than that of the first entry, and the line does not say so.
    """

    RIGHT = "right"
    AMBIGUOUS = "ambiguous"
    WRONG = "wrong"
    WRONG_DAY = "wrong day"
    UNSAID_DAY = "unsaid day"


def read_line(text: str) -> tuple[AnnouncedEntry, ...]:
    """The entries of the line; none where no hour stands in it."""
    hours = list(_HOUR.finditer(text))
    if not hours:
        return ()
    edges = [0, *(edge for hour in hours for edge in hour.span()), len(text)]
    pieces = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    if _place(pieces[0]):
        pieces = _moved_behind(pieces)
    return tuple(_entry(hour, piece) for hour, piece in zip(hours, pieces[1:], strict=True))


def judge(entry: AnnouncedEntry, shown: Mapping[str, datetime], first: date) -> Verdict:
    """Compare an entry with what the clocks of its place show (naive), by the name of each; `first` is the date of the
    line's first entry. `shown` holds one clock at least.
    """
    agreeing = [local for local in shown.values() if local.time() == entry.at]
    if not agreeing:
        return Verdict.WRONG
    if len(agreeing) < len(shown):
        return Verdict.AMBIGUOUS
    dates = {local.date() for local in agreeing}
    if entry.day:
        return Verdict.RIGHT if all(_fits(entry.day, on, first) for on in dates) else Verdict.WRONG_DAY
    return Verdict.RIGHT if dates == {first} else Verdict.UNSAID_DAY


def written_like(at: time, pattern: str) -> str:
    """The hour `at` in the way in which `pattern` is written: "15h", "18h30", "13:00", "6:30 pm"."""
    match = _HOUR.fullmatch(pattern)
    if match is None or match["clock"]:
        return f"{at:%H:%M}"
    if match["half"]:
        minutes = f":{at.minute:02}" if at.minute else ""
        return f"{(at.hour - 1) % 12 + 1}{minutes}{' ' if ' ' in pattern else ''}{'pm' if at.hour >= 12 else 'am'}"
    return f"{at.hour}h{at.minute:02}" if at.minute else f"{at.hour}h"


def _moved_behind(pieces: list[str]) -> list[str]:
    """The pieces of a line whose places come first, as if they came last; the day of an hour stands behind it."""
    days = ["", *(_leading_day(piece) for piece in pieces[1:])]
    places = [piece[len(day) :] for piece, day in zip(pieces, days, strict=True)]
    return ["", *(f"{place} {day}" for place, day in zip(places, days[1:], strict=False))]


def _leading_day(piece: str) -> str:
    """The day in brackets with which a piece begins: "(13 June)"; "" for none."""
    match = re.match(r"\s*[(\[]([^)\]]*)[)\]]", piece)
    return match[0] if match and _DAY.fullmatch(match[1].strip()) else ""


def _entry(hour: re.Match[str], piece: str) -> AnnouncedEntry:
    words = piece.rstrip(_AROUND + "([")
    day = _DAY.search(words)
    place = _place(words[: day.start()] if day else words)
    places = (place,) if _ZONE_ID.fullmatch(place) else tuple(filter(None, _BETWEEN_PLACES.split(place)))
    return AnnouncedEntry(hour[0].strip(), _time(hour), places, day[0].rstrip(_BRACKETS) if day else "")


def _place(piece: str) -> str:
    """The words of a piece without what separates entries and ties them together."""
    return _LINK_WORDS.sub("", piece.strip(_AROUND + _BRACKETS))


def _time(match: re.Match[str]) -> time | None:
    if match["half"]:
        hour, minute = int(match["twelve"]), int(match["twelve_m"] or 0)
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    else:
        hour, minute = int(match["h"] or match["clock"]), int(match["m"] or match["clock_m"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _fits(day: str, on: date, first: date) -> bool:
    match = _DAY.fullmatch(day)
    assert match  # it was read by this pattern
    if match["weekday"]:
        return weekday_number(match["weekday"]) == on.weekday()
    if match["day"]:
        return (int(match["day"]), match["month"].lower()) == (on.day, _MONTHS[on.month - 1])
    return on == first + timedelta(days=1 if match["shift"][0] in "+n" else -1)
