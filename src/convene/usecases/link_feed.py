"""The secret address of a feed: made from a row and the secret key, printed as often as one likes."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from convene.language.languages import has_catalogue
from convene.model.event import Event
from convene.model.link import FeedLink
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.feed_entries import AS_USUAL, FeedOptions
from convene.rules.language_chain import ENGLISH
from convene.rules.link_token import check_token, is_revoked_token, make_token, parse_token
from convene.store.programme_rows import person_at, programme_named, row_id
from convene.usecases.list_events import event_named
from convene.usecases.publish_feed import Feed, FeedSubject, publish_feed

FEED_PURPOSE = "feed"
_ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_ID_LENGTH = 12


@dataclass(frozen=True)
class OpenedFeed:
    """What a token opens: a feed, or none; `revoked` tells a token that was right once."""

    feed: Feed | None = None
    revoked: bool = False


def feed_token(
    session: Session,
    subject: FeedSubject,
    language: str | None,
    keys: Sequence[bytes],
    now: datetime,
    options: FeedOptions = AS_USUAL,
) -> str:
    """The token of the feed of `subject` in `language`; its row is made on first use.

    Raises NotFoundError for an unknown subject, LinkKeyError without a key.
    """
    columns = {**_columns(session, subject, language), **asdict(options)}
    query = select(FeedLink)
    for name, value in columns.items():
        query = query.where(getattr(FeedLink, name) == value)
    link = session.exec(query).first()
    if link is None:
        public_id = "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))
        link = FeedLink(public_id=public_id, created_at=now, **columns)
        session.add(link)
        session.flush()
    return make_token(link.public_id, FEED_PURPOSE, link.generation, keys)


def open_feed(session: Session, token: str, keys: Sequence[bytes]) -> OpenedFeed:
    """The feed behind a token. Unknown and foreign tokens open nothing, and look alike."""
    parsed = parse_token(token)
    link = session.exec(select(FeedLink).where(FeedLink.public_id == parsed[0])).first() if parsed else None
    if link is None:
        return OpenedFeed()
    if not check_token(token, FEED_PURPOSE, link.generation, keys):
        return OpenedFeed(revoked=is_revoked_token(token, FEED_PURPOSE, link.generation, keys))
    options = FeedOptions(link.one_bar, link.alarm_minutes)
    return OpenedFeed(publish_feed(session, _subject(session, link), link.language, options))


def _columns(session: Session, subject: FeedSubject, language: str | None) -> dict[str, Any]:
    """The columns of the link's row: one of the four subjects, and the language."""
    columns: dict[str, Any] = {"person_id": None, "event_id": None, "programme_id": None, "country": None}
    own: str | None = None
    if subject.person is not None:
        person = person_at(session, subject.person)
        columns["person_id"], own = row_id(person), person.language
    elif subject.event is not None:
        rows, event = event_named(session, subject.event)
        columns["event_id"], own = row_id(event), rows.programme.language
    elif subject.programme is not None:
        programme = programme_named(session, subject.programme)
        columns["programme_id"], own = row_id(programme), programme.language
    else:
        columns["country"] = subject.country
    spoken = own if own and has_catalogue(own) else ENGLISH
    return {**columns, "language": language or spoken}


def _subject(session: Session, link: FeedLink) -> FeedSubject:
    """What the link is about, by the names that people use."""
    if link.person_id is not None:
        return FeedSubject(person=session.get_one(Person, link.person_id).address)
    if link.event_id is not None:
        event = session.get_one(Event, link.event_id)
        programme = session.get_one(Programme, event.programme_id)
        return FeedSubject(event=f"{programme.slug}/{event.slug}")
    if link.programme_id is not None:
        return FeedSubject(programme=session.get_one(Programme, link.programme_id).slug)
    return FeedSubject(country=link.country)
