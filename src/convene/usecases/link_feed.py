"""The secret address of a feed: made from a row and the secret key, printed as often as one likes."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from convene.language.languages import has_catalogue
from convene.model.link import FeedLink
from convene.rules.feed_entries import AS_USUAL, FeedOptions
from convene.rules.language_chain import ENGLISH
from convene.rules.link_token import make_token
from convene.store.programme_rows import person_at, programme_named, row_id
from convene.usecases.list_events import event_named
from convene.usecases.publish_feed import FeedSubject

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
