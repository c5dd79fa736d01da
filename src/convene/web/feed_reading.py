"""The web app over a database: a token is looked up, its calendar or its page written, readiness asked."""

import time
from collections.abc import Sequence

from starlette.types import ASGIApp

from convene.rules.link_token import is_signed_token
from convene.settings_table import Network
from convene.store.content_watch import ContentWatch, Seen, watch_content
from convene.store.database import Database
from convene.usecases.delivery.moments import Clock
from convene.usecases.feeds.link_feed import FEED_PURPOSE
from convene.usecases.feeds.open_feed import OpenedFeed, open_feed
from convene.usecases.feeds.written_entries import WrittenEntries
from convene.web.app import create_app
from convene.web.feed_shelf import FeedShelf
from convene.web.peer_limits import PeerLimits
from convene.web.readiness import ask_readiness
from convene.web.subscribe_page import subscribe_route
from convene.web.unsubscribe_page import unsubscribe_route


def feed_app(
    database: Database,
    secret_keys: Sequence[str],
    clock: Clock,
    trusted_proxies: Sequence[Network] = (),
    base_url: str | None = None,
) -> ASGIApp:
    """The ASGI app that serves the feeds and pages of `database`. `secret_keys` check the tokens.

    Without `base_url`, the address under which readers reach it, there is no subscribe page: it prints addresses.
    """
    keys = [key.encode() for key in secret_keys]
    feeds = feed_shelf(database, keys, watch_content(database, time.monotonic))
    limits = PeerLimits(time.monotonic, trusted_proxies)
    pages = [unsubscribe_route(database, keys, clock)]
    if base_url is not None:
        pages.append(subscribe_route(database, keys, base_url))
    return create_app(feeds, ask_readiness(database, clock), limits, *pages)


def feed_shelf(database: Database, keys: Sequence[bytes], watch: ContentWatch) -> FeedShelf:
    """The feeds of `database`, of which this process keeps what it has written."""
    reader = _FeedReader(database, keys)
    return FeedShelf(reader.read, lambda token, newest: is_signed_token(token, FEED_PURPOSE, newest, keys), watch)


class _FeedReader:
    """Opens tokens, in threads. Entries that were written before its database was put back are worth nothing after."""

    def __init__(self, database: Database, keys: Sequence[bytes]) -> None:
        self._database = database
        self._keys = keys
        self._written = (0, WrittenEntries())

    def read(self, token: str, seen: Seen, kept: OpenedFeed | None) -> OpenedFeed:
        epoch, written = self._written
        if epoch != seen.epoch:
            written = WrittenEntries()
            self._written = (seen.epoch, written)
        with self._database.reading() as session:
            return open_feed(session, token, self._keys, written, kept)
