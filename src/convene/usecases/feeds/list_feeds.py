"""The links to feeds that were ever given to somebody, without their tokens: those are keys."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.link import FeedLink
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.feed_entries import FeedOptions
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.planning.list_notices import utc_text


@dataclass(frozen=True)
class FeedView:
    """One link: what its calendar is about, in which language, how it is shown, and how often it was made anew.

    `created_at` and `revoked_at` are UTC; the latter is None while the address that was given last opens the calendar.
    """

    subject: FeedSubject
    language: str
    options: FeedOptions
    generation: int
    created_at: datetime
    revoked_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self.subject),
            "language": self.language,
            **asdict(self.options),
            "generation": self.generation,
            "created_at": utc_text(self.created_at),
            "revoked_at": utc_text(self.revoked_at),
        }


def list_feeds(session: Session, *conditions: ColumnElement[bool]) -> list[FeedView]:
    """The links for which all `conditions` on `FeedLink` hold: programmes first, then events, people, countries."""
    of_event = aliased(Programme)
    query = (
        select(FeedLink, Person.address, Event.slug, col(of_event.slug), Programme.slug)  # type: ignore[call-overload]
        .outerjoin(Person, col(Person.id) == FeedLink.person_id)
        .outerjoin(Event, col(Event.id) == FeedLink.event_id)
        .outerjoin(of_event, col(of_event.id) == Event.programme_id)
        .outerjoin(Programme, col(Programme.id) == FeedLink.programme_id)
        .where(*conditions)
    )
    views = [
        FeedView(
            FeedSubject(address, f"{programme_of_event}/{event}" if event else None, programme, link.country),
            link.language,
            FeedOptions(link.one_bar, link.alarm_minutes),
            link.generation,
            link.created_at,
            link.revoked_at,
        )
        for link, address, event, programme_of_event, programme in session.exec(query)
    ]
    return sorted(views, key=_place)


def _place(view: FeedView) -> tuple[bool | int | str, ...]:
    subject = view.subject
    names = (subject.programme, subject.event, subject.person, subject.country)
    kinds = tuple(name is None for name in names)
    name = next(name for name in names if name is not None)
    return (*kinds, name, view.language, view.options.one_bar, view.options.alarm_minutes or 0)
