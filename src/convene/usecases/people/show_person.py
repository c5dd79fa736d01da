"""One person as `person show` prints them: their columns, what ties them to programmes, and what they were told."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.link import FeedLink
from convene.model.notice import EventRevision, Told
from convene.model.person import Invitation, Membership, Person
from convene.model.programme import Programme
from convene.rules.facts import DayFacts
from convene.rules.vocabulary import EventStatus
from convene.rules.weekdays import written_date
from convene.store.notice_keys import key_of
from convene.store.programme_rows import person_at, row_id
from convene.usecases.people.list_people import PersonView, list_people
from convene.usecases.planning.list_notices import NoticeFilter, NoticeView, list_notices, notice_named, utc_text
from convene.usecases.planning.told_facts import told_facts


@dataclass(frozen=True)
class InvitationView:
    """One invitation. `event` is `programme/event`; `left_at` ends the round."""

    event: str
    row: Invitation

    def as_json(self) -> dict[str, Any]:
        row = self.row
        return {
            "event": self.event,
            "role": row.role,
            "round": row.round,
            "answer": row.answer,
            "invited_at": utc_text(row.invited_at),
            "left_at": utc_text(row.left_at),
        }


@dataclass(frozen=True)
class ToldView:
    """The facts of one event that the person was told last: by which notice, when (UTC), and what.

    `off_list`: that they are off its list, which to them is as good as cancelled; the event itself was not.
    """

    event: str
    notice: str
    kind: str
    told_at: datetime
    status: str
    days: tuple[str, ...]
    off_list: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "event": self.event,
            "notice": self.notice,
            "kind": self.kind,
            "told_at": utc_text(self.told_at),
            "status": self.status,
            "days": list(self.days),
            "off_list": self.off_list,
        }


@dataclass(frozen=True)
class PersonShown:
    """`notices` counts them by state; `roles` are by programme; `mails` are the notices themselves, `feeds` the
    languages of the calendars that the person subscribed to.
    """

    person: PersonView
    roles: dict[str, str]
    invitations: tuple[InvitationView, ...]
    notices: dict[str, int]
    told: tuple[ToldView, ...]
    mails: tuple[NoticeView, ...]
    feeds: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Everything that is kept about the person, but the bytes of their mails (`notice show KEY --eml`)."""
        return self.person.as_json() | {
            "roles": self.roles,
            "invitations": [view.as_json() for view in self.invitations],
            "notices": self.notices,
            "told": [view.as_json() for view in self.told],
            "mails": [view.as_json() for view in self.mails],
            "feeds": list(self.feeds),
        }


def show_person(session: Session, address: str) -> PersonShown:
    """The person at `address`. Raises NotFoundError."""
    person = person_at(session, address)
    [view] = [view for view in list_people(session, None) if view.row.id == person.id]
    events = _event_names(session)
    invitations = session.exec(select(Invitation).where(Invitation.person_id == person.id)).all()
    mails = list_notices(session, NoticeFilter(person=person.address))
    feeds = select(FeedLink.language).distinct().where(FeedLink.person_id == person.id).order_by(FeedLink.language)
    return PersonShown(
        person=view,
        roles=_roles(session, person),
        invitations=tuple(
            sorted((InvitationView(events[row.event_id], row) for row in invitations), key=lambda shown: shown.event)
        ),
        notices=dict(sorted(Counter(view.row.state for view in mails).items())),
        told=_told(session, person, events),
        mails=tuple(mails),
        feeds=tuple(session.exec(feeds)),
    )


def _event_names(session: Session) -> dict[int, str]:
    query = select(Event, Programme.slug).where(Event.programme_id == Programme.id)
    return {row_id(event): f"{programme}/{event.slug}" for event, programme in session.exec(query)}


def _roles(session: Session, person: Person) -> dict[str, str]:
    query = (
        select(Programme.slug, Membership.role)
        .where(Membership.programme_id == Programme.id, Membership.person_id == person.id)
        .order_by(Programme.slug)
    )
    return {programme: role for programme, role in session.exec(query) if role}


def _told(session: Session, person: Person, events: dict[int, str]) -> tuple[ToldView, ...]:
    rows = session.exec(select(Told).where(Told.person_id == person.id).order_by(col(Told.told_at)))
    return tuple(_told_view(session, row, events[row.event_id]) for row in rows)


def _told_view(session: Session, row: Told, event: str) -> ToldView:
    facts = told_facts(session, row.person_id, row.event_id)
    assert facts is not None  # the row says so
    key = key_of(session, row.notice_id)
    kind = notice_named(session, key).cause.kind
    stood = session.get_one(EventRevision, (row.event_id, row.revision)).facts["status"] != EventStatus.CANCELLED
    days = tuple(map(_day_words, facts.days))
    return ToldView(event, key, kind, row.told_at, facts.status.value, days, row.ended and stood)


def _day_words(day: DayFacts) -> str:
    """A day as somebody was told it: `Mon 2020-01-20 09:00-11:30 Asia/Phnom_Penh, in-person, Phnom Penh`."""
    hours = f" {day.start:%H:%M}" + (f"-{day.end:%H:%M}" if day.end else "") if day.start else ""
    until = f" until {written_date(day.until)}" if day.until else ""
    venue = next(iter(day.venue.title.values()), "") if day.venue else ""
    parts = [f"{written_date(day.on)}{hours}{until} {day.zone}", day.mode.value, venue, day.link or ""]
    return ", ".join(part for part in parts if part)
