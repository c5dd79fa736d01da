"""Feeds without a database, for what HTTP says about them: a token opens what a table says."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.types import ASGIApp

from convene.rules.link_token import is_signed_token, make_token
from convene.store.content_watch import Seen
from convene.usecases.feeds.open_feed import OpenedFeed
from convene.usecases.feeds.publish_feed import Feed
from convene.web.app import AskReadiness, Readiness, create_app
from convene.web.feed_shelf import FeedShelf
from convene.web.peer_limits import PeerLimits

KEYS = (b"a key for tests",)
CHANGED = datetime(2020, 1, 19, 10, 0, 5, 999, tzinfo=UTC)


def token_named(name: str) -> str:
    return make_token(name, "feed", 1, KEYS)


def opens(body: bytes, version: int = 0) -> OpenedFeed:
    return OpenedFeed(version, Feed("A feed", "km", body, hashlib.sha256(body).hexdigest(), CHANGED))


GONE = OpenedFeed(0, revoked=True)


class StillWatch:
    """A database in which nothing happens, unless a test says so. `fault` is raised by each look."""

    def __init__(self) -> None:
        self.now: Seen | None = Seen(0, 0, 1)
        self.fault: Exception | None = None
        self.glances = 0
        self.looks = 0

    def seen(self) -> Seen | None:
        self.glances += 1
        if self.fault:
            raise self.fault
        return self.now

    def look(self) -> Seen:
        self.looks += 1
        raise ConnectionError("the database is away")


def shelf_of(opened: Mapping[str, OpenedFeed | Exception], watch: StillWatch | None = None) -> FeedShelf:
    """Tokens that `opened` does not name open nothing."""

    def read(token: str, seen: Seen, kept: OpenedFeed | None) -> OpenedFeed:
        found = opened.get(token, OpenedFeed(seen.version))
        if isinstance(found, Exception):
            raise found
        return found

    return FeedShelf(read, lambda token, newest: is_signed_token(token, "feed", newest, KEYS), watch or StillWatch())


def app_of(
    opened: Mapping[str, OpenedFeed | Exception] | None = None,
    readiness: AskReadiness = lambda: Readiness(ready=True),
    limits: PeerLimits | None = None,
    watch: StillWatch | None = None,
) -> ASGIApp:
    return create_app(shelf_of(opened or {}, watch), readiness, limits or PeerLimits(lambda: 0.0))
