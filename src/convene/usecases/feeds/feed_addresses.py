"""Where a link leads: to the calendar, for browsers and for calendar programs, and to the page that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass

from convene.model.link import FeedLink
from convene.rules.link_token import make_token
from convene.usecases.feeds.link_feed import FEED_PURPOSE
from convene.usecases.feeds.subscribe_link import SUBSCRIBE_PURPOSE


@dataclass(frozen=True)
class FeedAddresses:
    """`url` is what one copies, `webcal` the same for a calendar program to open; `page` is the subscribe page."""

    url: str
    webcal: str
    page: str


def feed_addresses(base_url: str, link: FeedLink, keys: Sequence[bytes]) -> FeedAddresses:
    """The addresses of `link` under `base_url`. Raises LinkKeyError without a key."""
    base = base_url.rstrip("/")
    feed, page = (
        make_token(link.public_id, purpose, link.generation, keys) for purpose in (FEED_PURPOSE, SUBSCRIBE_PURPOSE)
    )
    url = f"{base}/feed/{feed}.ics"
    return FeedAddresses(url, "webcal://" + url.partition("://")[2], f"{base}/s/{page}")
