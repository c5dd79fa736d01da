"""What a request for a feed says about itself: which calendars it has already, which codings it reads (RFC 9110)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_ENTITY_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")
_GZIP = ("gzip", "x-gzip")
_KEPT = 256
_UNNAMED = 0.001
"""What nobody spoke of is taken where nothing else is."""


class Codings(NamedTuple):
    """How much a reader wants a body compressed, and as it is: 0 refuses it (RFC 9110 12.4.2)."""

    gzip: float
    plain: float


def asked(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """If-None-Match and Accept-Encoding; lines of one name are one list. Empty where there is none."""
    if_none_match = accept_encoding = b""
    for name, value in headers:
        if name == b"if-none-match":
            if_none_match = if_none_match + b"," + value if if_none_match else value
        elif name == b"accept-encoding":
            accept_encoding = accept_encoding + b"," + value if accept_encoding else value
    return if_none_match, accept_encoding


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether a client that sends this If-None-Match has `etag` already (weak comparison, RFC 9110 13.1.2)."""
    return if_none_match == etag or if_none_match.strip() == b"*" or etag in _ENTITY_TAG.findall(if_none_match)


@lru_cache(_KEPT)
def codings(accept_encoding: bytes) -> Codings:
    """What an Accept-Encoding allows. What is not said to be read is not used; a body as it is needs no saying."""
    qualities: dict[str, float] = {}
    for member in accept_encoding.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in member.split(";"))
        if name:
            qualities[name] = _quality(parameters)
    others = qualities.get("*")
    gzip = max((qualities[name] for name in _GZIP if name in qualities), default=others or 0.0)
    return Codings(gzip, qualities.get("identity", _UNNAMED if others is None else others))


def _quality(parameters: list[str]) -> float:
    """1 where nothing is said; 0, so that nobody gets what they cannot read, where it cannot be understood."""
    if not parameters:
        return 1.0
    match = _QUALITY.fullmatch(parameters[0].replace(" ", ""))
    return min(float(match[1]), 1.0) if match else 0.0
