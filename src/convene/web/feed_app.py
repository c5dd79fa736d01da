"""Feeds over HTTP: a plain ASGI app in front of the pages (RFC 9110, RFC 9111).

Subscribers replace their copy by what they get, so a fault is a 503 and never an empty calendar. No method but GET
and HEAD, no clock, no Host header, no parameters, no ranges: the whole calendar or nothing.
"""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from convene.rules.link_token import parse_token
from convene.web.feed_copy import FeedCopy, start
from convene.web.feed_request import asked, codings, matches
from convene.web.feed_shelf import FeedShelf
from convene.web.peer_limits import PeerLimits

PREFIX = "/feed/"
SUFFIX = ".ics"
RETRY_AFTER_SECONDS = 120

_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_UNCACHED = (b"cache-control", b"no-store")
_NO_BODY: Message = {"type": "http.response.body", "body": b""}

Answer = tuple[Message, bytes]
"""What begins an answer, and its body. HEAD and 304 send no body."""

logger = logging.getLogger(__name__)


def _sentence(status: int, sentence: bytes, *headers: tuple[bytes, bytes]) -> Answer:
    return start(status, *headers, _TEXT, (b"content-length", b"%d" % len(sentence))), sentence


_NOT_ALLOWED = _sentence(405, b"A calendar feed can only be read.\n", (b"allow", b"GET, HEAD"), _UNCACHED)
_NOT_FOUND = _sentence(404, b"There is no calendar at this address.\n", _UNCACHED)
_TOO_MANY = _sentence(
    429, b"Too many addresses that lead nowhere. Try again later.\n", (b"retry-after", b"60"), _UNCACHED
)
_UNAVAILABLE = _sentence(
    503,
    b"The calendar cannot be read at the moment. Try again later.\n",
    (b"retry-after", b"%d" % RETRY_AFTER_SECONDS),
    _UNCACHED,
)
# Programs ask for a revoked feed for years: this answer may be kept for a day.
_GONE = _sentence(
    410,
    b"This calendar address was withdrawn. Ask the organiser for a new one.\n",
    (b"cache-control", b"private, max-age=86400"),
)


class FeedApp:
    """Answers `/feed/<token>.ics`; everything else goes to `pages`."""

    def __init__(self, feeds: FeedShelf, pages: ASGIApp, limits: PeerLimits) -> None:
        self._feeds = feeds
        self._pages = pages
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        method = scope["method"]
        begin, body = await self._answer(scope) if method in ("GET", "HEAD") else _NOT_ALLOWED
        await send(begin)
        await send({"type": "http.response.body", "body": body} if body and method != "HEAD" else _NO_BODY)

    async def _answer(self, scope: Scope) -> Answer:
        token = _token(scope["path"])
        if token is None:
            return self._unknown(scope)
        held = self._feeds.at_hand(token)
        if held is None:
            try:
                held = await self._feeds.get(token)
            except Exception as error:
                # Its message may hold the token, which is a key: the kind of error must do.
                logger.error("a feed could not be read: %s", type(error).__qualname__)
                return _UNAVAILABLE
        if held is None or held.copy is None:
            return _GONE if held is not None and held.opened.revoked else self._unknown(scope)
        return await self._calendar(held.copy, scope)

    async def _calendar(self, copy: FeedCopy, scope: Scope) -> Answer:
        """The coding that the reader has already, where it is still right; else the smallest that they take."""
        # Not by If-Modified-Since: it knows whole seconds, and a better translation changes bytes without a date.
        if_none_match, accept_encoding = asked(scope["headers"])
        wanted = codings(accept_encoding)
        takes_gzip = wanted.gzip > 0 and wanted.gzip >= wanted.plain
        if if_none_match:
            if wanted.gzip > 0 and matches(if_none_match, copy.gzip_etag):
                return copy.gzip_not_modified, b""
            if matches(if_none_match, copy.plain.etag):
                return copy.plain.not_modified, b""
        if takes_gzip:
            if wanted.plain == 0:
                await self._feeds.compress(copy)
            if copy.gzip:
                return copy.gzip.found, copy.gzip.body
            self._feeds.compress_later(copy)
        return copy.plain.found, copy.plain.body

    def _unknown(self, scope: Scope) -> Answer:
        """An address that leads nowhere; a peer who tries many is told to wait. No feed that exists is ever refused."""
        return _NOT_FOUND if self._limits.may_miss(scope) else _TOO_MANY


def _token(path: str) -> str | None:
    """The token of a feed's path, or None for anything that cannot be one (no look-up is spent on it)."""
    if not path.endswith(SUFFIX):
        return None
    token = path[len(PREFIX) : -len(SUFFIX)]
    return token if parse_token(token) else None
