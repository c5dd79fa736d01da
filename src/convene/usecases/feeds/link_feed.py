"""The secret address of a feed: made from a row and the secret key, printed as often as one likes."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from convene.language.languages import has_catalogue
from convene.model.link import FeedLink
from convene.model.programme import Programme
from convene.rules.feed_entries import AS_USUAL, FeedOptions
from convene.rules.language_chain import ENGLISH
from convene.rules.link_token import make_token
from convene.store.programme_rows import person_at, programme_named, row_id
from convene.usecases.events.list_events import event_named
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.people.reader_language import language_of, programmes_of

FEED_PURPOSE = "feed"
_ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_ID_LENGTH = 12


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
    link = give_link(session, subject, language, now, options)
    return make_token(link.public_id, FEED_PURPOSE, link.generation, keys)


def give_link(
    session: Session, subject: FeedSubject, language: str | None, now: datetime, options: FeedOptions = AS_USUAL
) -> FeedLink:
    """The link, made on first use, whose address somebody is given now: it is not revoked any more.

    `language` None: the reader's own, else the programme's. Raises NotFoundError for an unknown subject.
    """
    columns = _columns(session, subject, language, options)
    link = session.exec(_rows(columns)).first() or _new_link(session, columns, now)
    if link.revoked_at is not None:
        link.revoked_at = None
        session.flush()
    return link


def given_link(
    session: Session, subject: FeedSubject, language: str | None, options: FeedOptions = AS_USUAL
) -> FeedLink | None:
    """The link, where its address was given before and still holds. Raises NotFoundError for an unknown subject."""
    link = session.exec(_rows(_columns(session, subject, language, options))).first()
    return link if link and link.revoked_at is None else None


def subject_columns(session: Session, subject: FeedSubject) -> tuple[dict[str, Any], str]:
    """What all links to `subject` have in common, one of four columns set; and the language of its readers.

    Raises NotFoundError for an unknown subject.
    """
    columns: dict[str, Any] = {"person_id": None, "event_id": None, "programme_id": None, "country": None}
    if subject.person is not None:
        person = person_at(session, subject.person)
        own = language_of(session, person, programmes_of(session, person))
        return {**columns, "person_id": row_id(person)}, own
    if subject.event is not None:
        rows, event = event_named(session, subject.event)
        return {**columns, "event_id": row_id(event)}, _spoken(rows.programme)
    if subject.programme is not None:
        programme = programme_named(session, subject.programme)
        return {**columns, "programme_id": row_id(programme)}, _spoken(programme)
    return {**columns, "country": subject.country}, ENGLISH


def _spoken(programme: Programme) -> str:
    own = programme.language
    return own if own and has_catalogue(own) else ENGLISH


def _new_link(session: Session, columns: dict[str, Any], now: datetime) -> FeedLink:
    public_id = "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))
    link = FeedLink(public_id=public_id, created_at=now, **columns)
    try:
        with session.begin_nested():
            session.add(link)
    except IntegrityError:  # somebody else asked for it at the same moment
        return session.exec(_rows(columns)).one()
    return link


def _rows(columns: dict[str, Any]) -> SelectOfScalar[FeedLink]:
    query = select(FeedLink)
    for name, value in columns.items():
        query = query.where(getattr(FeedLink, name) == value)
    return query


def _columns(session: Session, subject: FeedSubject, language: str | None, options: FeedOptions) -> dict[str, Any]:
    """What tells the row of the link from all others."""
    columns, own = subject_columns(session, subject)
    return {**columns, "language": language or own, **asdict(options)}
