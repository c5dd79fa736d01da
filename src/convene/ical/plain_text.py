"""Text as calendar programs can take it, before it reaches the calendar library.

The library refuses line breaks by an `assert`, which `python -O` removes, and lets other controls pass. What
coordinators wrote is kept literally otherwise; escaping is left to `content_lines`.
"""

import re
import unicodedata

SUMMARY_LIMIT = 250
LOCATION_LIMIT = 300
NAME_LIMIT = 75
DESCRIPTION_LIMIT = 8000
"""Limits in code points. No standard sets them; calendar programs cut or refuse what is far longer."""

_ELLIPSIS = "…"
_LINE_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# ZWSP, BOM and marks of direction: drawn as gaps or boxes in calendar grids. ZWJ and ZWNJ change letters and stay.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# A letter after one of these belongs to the letter before it: joiner, and the viramas of Khmer, Bengali and Devanagari.
_JOINING = frozenset("\u200d\u17d2\u09cd\u094d")


def safe_line(text: str, limit: int) -> str:
    """`text` on one line, NFC, without controls, ZWSP or marks of direction, at most `limit` code points."""
    text = _INVISIBLE.sub("", _LINE_BREAKS.sub(" ", _valid(text)))
    return _shorten(re.sub(" {2,}", " ", _CONTROLS.sub(" ", text)).strip(), limit)


def safe_paragraphs(text: str, limit: int = DESCRIPTION_LIMIT) -> str:
    """`text` with `\\n` as its only line break, NFC, without other controls. ZWSP stays: Khmer may break there."""
    text = _LINE_BREAKS.sub("\n", _valid(text))
    return _shorten(_CONTROLS.sub(" ", text).strip(), limit)


def _valid(text: str) -> str:
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut and _continues_a_letter(text, cut):
        cut -= 1
    return text[:cut].rstrip() + _ELLIPSIS


def _continues_a_letter(text: str, place: int) -> bool:
    return unicodedata.category(text[place]).startswith("M") or text[place] == "\u200d" or text[place - 1] in _JOINING
