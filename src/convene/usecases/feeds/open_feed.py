"""Open a feed: from the token in its address to its calendar, of which only what changed is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from convene.model.event import Event
from convene.model.person import Person
from convene.rules.feed_entries import FeedOptions
from convene.rules.link_token import check_token, is_revoked_token, parse_token
from convene.store.feed_links import StoredLink, link_behind
from convene.usecases.feeds.link_feed import FEED_PURPOSE
from convene.usecases.feeds.publish_feed import (
    Feed,
    FeedOutline,
    outline_of_country,
    outline_of_event,
    outline_of_person,
    outline_of_programme,
    write_feed,
)
from convene.usecases.feeds.written_entries import WrittenEntries


@dataclass(frozen=True)
class OpenedFeed:
    """What a token opened at a content version: a feed and its outline, or none; `revoked`: it was right once."""

    version: int
    feed: Feed | None = None
    outline: FeedOutline | None = None
    revoked: bool = False


def open_feed(
    session: Session,
    token: str,
    keys: Sequence[bytes],
    written: WrittenEntries | None = None,
    kept: OpenedFeed | None = None,
) -> OpenedFeed:
    """The feed behind a token. Unknown and foreign tokens open nothing, and look alike.

    `written` holds the entries that were written before, `kept` is what the token opened last time: its feed is given
    again where nothing in it is different now.
    """
    parsed = parse_token(token)
    version, link = link_behind(session.connection(), parsed[0] if parsed else "")
    if link is None:
        return OpenedFeed(version)
    if not check_token(token, FEED_PURPOSE, link.generation, keys):
        return OpenedFeed(version, revoked=is_revoked_token(token, FEED_PURPOSE, link.generation, keys))
    outline = _outline(session, link)
    if kept and kept.feed and kept.outline == outline:
        return OpenedFeed(version, kept.feed, outline)
    return OpenedFeed(version, write_feed(session, outline, written or WrittenEntries()), outline)


def _outline(session: Session, link: StoredLink) -> FeedOutline:
    options = FeedOptions(bool(link.one_bar), link.alarm_minutes)
    if link.person_id is not None:
        return outline_of_person(session, session.get_one(Person, link.person_id), link.language, options)
    if link.event_id is not None:
        return outline_of_event(session, session.get_one(Event, link.event_id), link.language, options)
    if link.programme_id is not None:
        return outline_of_programme(session, link.programme_id, link.language, options)
    return outline_of_country(session, link.country or "", link.language, options)
