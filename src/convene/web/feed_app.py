"""Feeds over HTTP: a plain ASGI app in front of the pages (RFC 9110, RFC 9111).

Subscribers replace their copy by what they get, so a fault is a 503 and never an empty calendar. No method but GET
and HEAD, no clock, no Host header, no parameters, no ranges: the whole calendar or nothing.
"""

import logging
from collections.abc import Iterable
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from convene.rules.link_token import parse_token
from convene.store.content_watch import Seen
from convene.web.answer import Answer, Header
from convene.web.feed_copy import FeedCopy
from convene.web.feed_request import asked, codings, matches
from convene.web.feed_shelf import FeedShelf, Held
from convene.web.peer_limits import PeerLimits

PREFIX = "/feed/"
SUFFIX = ".ics"
RETRY_AFTER_SECONDS = 120

_PREFIX, _SUFFIX = PREFIX.encode(), SUFFIX.encode()
_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_UNCACHED = (b"cache-control", b"no-store")

logger = logging.getLogger(__name__)


def _sentence(status: HTTPStatus, sentence: bytes, *headers: Header) -> Answer:
    return Answer(status, *headers, _TEXT, (b"content-length", b"%d" % len(sentence)), body=sentence)


_NOT_ALLOWED = _sentence(
    HTTPStatus.METHOD_NOT_ALLOWED, b"A calendar feed can only be read.\n", (b"allow", b"GET, HEAD"), _UNCACHED
)
_NOT_FOUND = _sentence(HTTPStatus.NOT_FOUND, b"There is no calendar at this address.\n", _UNCACHED)
_TOO_MANY = _sentence(
    HTTPStatus.TOO_MANY_REQUESTS,
    b"Too many addresses that lead nowhere. Try again later.\n",
    (b"retry-after", b"60"),
    _UNCACHED,
)
_UNAVAILABLE = _sentence(
    HTTPStatus.SERVICE_UNAVAILABLE,
    b"The calendar cannot be read at the moment. Try again later.\n",
    (b"retry-after", b"%d" % RETRY_AFTER_SECONDS),
    _UNCACHED,
)
# Programs ask for a revoked feed for years: this answer may be kept for a day.
_GONE = _sentence(
    HTTPStatus.GONE,
    b"This calendar address was withdrawn. Ask the organiser for a new one.\n",
    (b"cache-control", b"private, max-age=86400"),
)


class FeedApp:
    """Answers `/feed/<token>.ics`; everything else goes to `pages`."""

    def __init__(self, feeds: FeedShelf, pages: ASGIApp, limits: PeerLimits) -> None:
        self.feeds = feeds
        self._pages = pages
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        method = scope["method"]
        answer = await self._answer(scope) if method in ("GET", "HEAD") else _NOT_ALLOWED
        await send(answer.begin)
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})

    def kept(self, target: bytes) -> Held | None:
        """What is kept of the feed that a request line names, letter for letter; `at_hand` says whether it stands."""
        if not target.startswith(_PREFIX) or not target.endswith(_SUFFIX):
            return None
        return self.feeds.kept(target[len(_PREFIX) : -len(_SUFFIX)].decode("latin-1"))

    def at_hand(self, held: Held, seen: Seen | None, headers: Iterable[Header]) -> Answer | None:
        """What a GET is answered by what was seen after it came; None where something has to be waited for."""
        if seen is None or held.copy is None or not held.is_as_of(seen):
            return None
        return self._calendar(held.copy, headers)

    async def _answer(self, scope: Scope) -> Answer:
        token = _token(scope["path"])
        if token is None:
            return self._unknown(scope)
        held = self.feeds.at_hand(token)
        if held is None:
            try:
                held = await self.feeds.get(token)
            except Exception as error:
                # Its message may hold the token, which is a key: the kind of error must do.
                logger.error("a feed could not be read: %s", type(error).__qualname__)
                return _UNAVAILABLE
        if held is None or held.copy is None:
            return _GONE if held is not None and held.opened.revoked else self._unknown(scope)
        return self._calendar(held.copy, scope["headers"]) or (await self.feeds.compress(held.copy)).found

    def _calendar(self, copy: FeedCopy, headers: Iterable[Header]) -> Answer | None:
        """The coding that the reader has already, where it is still right; else the smallest that they take. None: that
        one has to be made, since they take no other.
        """
        # Not by If-Modified-Since: it knows whole seconds, and a better translation changes bytes without a date.
        if_none_match, accept_encoding = asked(headers)
        wanted = codings(accept_encoding)
        takes_gzip = wanted.gzip > 0 and wanted.gzip >= wanted.plain
        if if_none_match:
            if wanted.gzip > 0 and matches(if_none_match, copy.gzip_etag):
                return copy.gzip_not_modified
            if matches(if_none_match, copy.plain.etag):
                return copy.plain.not_modified
        if takes_gzip:
            if copy.gzip:
                return copy.gzip.found
            if wanted.plain == 0:
                return None
            self.feeds.compress_later(copy)
        return copy.plain.found

    def _unknown(self, scope: Scope) -> Answer:
        """An address that leads nowhere; a peer who tries many is told to wait. No feed that exists is ever refused."""
        return _NOT_FOUND if self._limits.may_miss(scope) else _TOO_MANY


def _token(path: str) -> str | None:
    """The token of a feed's path, or None for anything that cannot be one (no look-up is spent on it)."""
    if not path.endswith(SUFFIX):
        return None
    token = path[len(PREFIX) : -len(SUFFIX)]
    return token if parse_token(token) else None
