"""Feeds over HTTP: a plain ASGI app in front of the pages (RFC 9110, RFC 9111).

Subscribers replace their copy by what they get, so a fault is a 503 and never an empty calendar. No method but GET
and HEAD, no clock, no Host header and no state in this process.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from convene.rules.link_token import parse_token

PREFIX = "/feed/"
SUFFIX = ".ics"
RETRY_AFTER_SECONDS = 120
CACHE_SECONDS = 300

_ENTITY_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_ALLOWED = (b"GET", b"HEAD")
_PRIVACY = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
)
_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_UNCACHED = (b"cache-control", b"no-store")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FeedAnswer:
    """What a token opens: `status` 200 with the calendar, 404 unknown, 410 revoked.

    `body` and `last_modified` (of the newest entry in it) count for 200 only.
    """

    status: int
    body: bytes = b""
    last_modified: datetime | None = None


ReadFeed = Callable[[str], FeedAnswer]
"""Looks a token up and writes its calendar. Runs in a thread; whatever it raises is answered by 503."""


@dataclass(frozen=True)
class _Response:
    """Status, headers and body of one answer. HEAD and 304 send the headers alone."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""


class FeedApp:
    """Answers `/feed/<token>.ics`; everything else goes to `pages`."""

    def __init__(self, read_feed: ReadFeed, pages: ASGIApp) -> None:
        self._read_feed = read_feed
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        method = scope["method"].encode("latin-1")
        response = await self._answer(scope) if method in _ALLOWED else _not_allowed()
        await _send(response, send, with_body=method != b"HEAD")

    async def _answer(self, scope: Scope) -> _Response:
        token = _token(scope["path"])
        if token is None:
            return _not_found()
        try:
            answer = await run_in_threadpool(self._read_feed, token)
        except Exception as error:
            # Its message may hold the token, which is a key: the kind of error must do.
            logger.error("a feed could not be read: %s", type(error).__qualname__)
            return _unavailable()
        if answer.status == 410:
            return _gone()
        return _calendar(answer, scope) if answer.status == 200 else _not_found()


def _token(path: str) -> str | None:
    """The token of a feed's path, or None for anything that cannot be one (no look-up is spent on it)."""
    if not path.endswith(SUFFIX):
        return None
    token = path[len(PREFIX) : -len(SUFFIX)]
    return token if parse_token(token) else None


def entity_tag(body: bytes) -> bytes:
    """A strong ETag: equal for equal bytes alone (RFC 9110 8.8.3)."""
    return b'"' + hashlib.sha256(body).hexdigest().encode("ascii") + b'"'


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether a client that sends this If-None-Match has `etag` already (weak comparison, RFC 9110 13.1.2)."""
    return if_none_match.strip() == b"*" or etag in _ENTITY_TAG.findall(if_none_match)


def _calendar(answer: FeedAnswer, scope: Scope) -> _Response:
    # If-Modified-Since is left alone: it knows whole seconds, and a better translation changes bytes without a date.
    etag = entity_tag(answer.body)
    validators = [(b"etag", etag), (b"cache-control", b"private, max-age=%d" % CACHE_SECONDS), *_PRIVACY]
    if answer.last_modified:
        written = format_datetime(answer.last_modified.astimezone(UTC), usegmt=True)
        validators.append((b"last-modified", written.encode("ascii")))
    asked = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
    if asked and matches(asked, etag):
        return _Response(304, tuple(validators))
    return _Response(200, ((b"content-type", b"text/calendar; charset=utf-8"), *validators), answer.body)


def _not_allowed() -> _Response:
    headers = ((b"allow", b", ".join(_ALLOWED)), _TEXT, _UNCACHED, *_PRIVACY)
    return _Response(405, headers, b"A calendar feed can only be read.\n")


def _not_found() -> _Response:
    return _Response(404, (_TEXT, _UNCACHED, *_PRIVACY), b"There is no calendar at this address.\n")


def _gone() -> _Response:
    # Programs ask for a revoked feed for years: this answer may be kept for a day.
    headers = (_TEXT, (b"cache-control", b"private, max-age=86400"), *_PRIVACY)
    return _Response(410, headers, b"This calendar address was withdrawn. Ask the organiser for a new one.\n")


def _unavailable() -> _Response:
    headers = ((b"retry-after", b"%d" % RETRY_AFTER_SECONDS), _TEXT, _UNCACHED, *_PRIVACY)
    return _Response(503, headers, b"The calendar cannot be read at the moment. Try again later.\n")


async def _send(response: _Response, send: Send, *, with_body: bool) -> None:
    headers = list(response.headers)
    if response.status != 304:
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body if with_body else b""})
