"""The language that a browser asks for, for the one page that belongs to nobody."""

import re

from convene.language.languages import has_catalogue, parse_language
from convene.rules.language_chain import ENGLISH

_MOST = 20
"""Languages that are looked at; browsers send a handful."""

_ENTRY = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII
)


def accepted_language(header: str) -> str:
    """Of the languages in `Accept-Language` (RFC 9110 12.5.4) the one liked best that has a catalogue; else English."""
    entries = [_ENTRY.fullmatch(entry) for entry in header.split(",", _MOST)[:_MOST]]
    liked = [(float(entry[2] or 1), parse_language(entry[1])) for entry in entries if entry]
    spoken = [(liking, code) for liking, code in liked if liking > 0 and code and has_catalogue(code)]
    return max(spoken, key=lambda found: found[0])[1] if spoken else ENGLISH
