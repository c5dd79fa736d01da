"""The web app over a database: a token is looked up, its calendar or its page written, readiness asked."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from convene.store.database import Database
from convene.usecases.link_feed import open_feed
from convene.usecases.moments import Clock
from convene.web.app import create_app
from convene.web.feed_app import FeedAnswer
from convene.web.readiness import ask_readiness
from convene.web.unsubscribe_page import unsubscribe_route


def feed_app(database: Database, secret_keys: Sequence[str], clock: Clock) -> ASGIApp:
    """The ASGI app that serves the feeds and pages of `database`. `secret_keys` check the tokens."""
    keys = [key.encode() for key in secret_keys]

    def read_feed(token: str) -> FeedAnswer:
        with database.reading() as session:
            opened = open_feed(session, token, keys)
        if opened.feed is None:
            return FeedAnswer(410 if opened.revoked else 404)
        return FeedAnswer(200, opened.feed.body, opened.feed.changed_at)

    return create_app(read_feed, ask_readiness(database, clock), unsubscribe_route(database, keys, clock))
