"""Patterns of dates in CLDR letters, as the files of the languages write them, cut into pieces once.

Only letters that stand for a name are taken; days and years are numbers that convene puts in itself. L and q are
refused like any other letter: Babel 2.18 leaks those names between the languages of one process (babel #1234).
"""

import re
from enum import Enum


class Field(Enum):
    """What changes with the date; the value is how a pattern writes it."""

    WEEKDAY = "EEEE"
    WEEKDAY_ALONE = "cccc"
    SHORT_WEEKDAY = "E"
    MONTH = "MMMM"
    DAY = "{day}"
    YEAR = "{year}"
    GREGORIAN = "{gregorian}"


DatePattern = tuple[Field | str, ...]
"""Fields and the words between them, in their order."""

_PIECE = re.compile(r"(?P<field>\{\w*\}|[A-Za-z]+)|'(?P<quoted>[^']*)'|(?P<plain>[^A-Za-z'{}]+)")


def date_pattern(text: str) -> DatePattern:
    """`text` in pieces. Raises ValueError with a sentence for what no pattern may hold."""
    pieces: list[Field | str] = []
    place = 0
    while place < len(text):
        found = _PIECE.match(text, place)
        if found is None:
            raise ValueError(f"cannot be read from {text[place:]!r} on: a quotation mark or a bracket has no partner")
        place = found.end()
        pieces.append(_field(found["field"]) if found["field"] else found["quoted"] or found["plain"] or "")
    return tuple(pieces)


def _field(written: str) -> Field:
    known = [field.value for field in Field]
    if written not in known:
        raise ValueError(f"holds {written!r}; put words into '...', and for names and numbers use {', '.join(known)}")
    return Field(written)
