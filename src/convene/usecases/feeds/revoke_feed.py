"""Revoke the addresses of a feed: whoever has them reads it no more, and the next one that is printed is another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from convene.model.link import FeedLink
from convene.rules.feed_entries import FeedOptions
from convene.usecases.feeds.link_feed import subject_columns
from convene.usecases.feeds.list_feeds import FeedView, list_feeds
from convene.usecases.feeds.publish_feed import FeedSubject


@dataclass(frozen=True)
class RevokedFeeds:
    """`revoked` are the links whose addresses stop working, `before` those of which none worked any more."""

    revoked: tuple[FeedView, ...]
    before: tuple[FeedView, ...]


def revoke_feeds(
    session: Session, subject: FeedSubject, language: str | None, options: FeedOptions, now: datetime
) -> RevokedFeeds:
    """Revoke every link to `subject` that has what is asked for: all of them where nothing is, since an address that
    got out is worse than one printed anew. Twice changes nothing. Raises NotFoundError for an unknown subject.
    """
    conditions = _conditions(session, subject, language, options)
    links = session.exec(select(FeedLink).where(*conditions).with_for_update()).all()
    views = list_feeds(session, *conditions)
    for link in links:
        if link.revoked_at is None:
            link.generation += 1
            link.revoked_at = now
    session.flush()
    return RevokedFeeds(
        tuple(view for view in views if view.revoked_at is None),
        tuple(view for view in views if view.revoked_at is not None),
    )


def _conditions(
    session: Session, subject: FeedSubject, language: str | None, options: FeedOptions
) -> list[ColumnElement[bool]]:
    columns, _ = subject_columns(session, subject)
    wanted = {name: value for name, value in columns.items() if value is not None}
    if language is not None:
        wanted["language"] = language
    if options.one_bar:
        wanted["one_bar"] = True
    if options.alarm_minutes is not None:
        wanted["alarm_minutes"] = options.alarm_minutes
    return [col(getattr(FeedLink, name)) == value for name, value in wanted.items()]
