"""Texts that run from right to left (Arabic, Urdu, Hebrew) inside mails of languages that run the other way."""

import re
import unicodedata

_RIGHT_TO_LEFT = frozenset(("R", "AL"))
# Every script that runs from right to left lies in these blocks: a quick look spares all other texts the slow one.
_BLOCKS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATE, _END = "\u2068", "\u2069"


def direction(text: str) -> str:
    """Which way a text with right-to-left letters runs, by its first letter: "rtl" or "ltr"; "" for one without any."""
    if not _BLOCKS.search(text):
        return ""
    ways = [unicodedata.bidirectional(sign) for sign in text]
    if _RIGHT_TO_LEFT.isdisjoint(ways):
        return ""
    return "rtl" if next(way for way in ways if way == "L" or way in _RIGHT_TO_LEFT) in _RIGHT_TO_LEFT else "ltr"


def isolated(text: str) -> str:
    """`text` for a line of plain text: where it runs the other way, it does not carry off the date beside it.

    By the marks that Unicode has for it (FSI and PDI), line by line. Not for calendars, which draw them as boxes.
    """
    return "\n".join(f"{_ISOLATE}{line}{_END}" if direction(line) else line for line in text.split("\n"))
