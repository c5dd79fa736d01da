"""A programme and everything that belongs to it, read in a handful of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlmodel import Session, col, select

from convene.errors import NotFoundError
from convene.model.event import Day, Event
from convene.model.notice import Told
from convene.model.person import GroupMember, Invitation, Membership, Person
from convene.model.programme import Organisation, Programme, Series, Venue

_Part = TypeVar("_Part", Organisation, Series, Venue)
_OfEvent = TypeVar("_OfEvent", Day, Invitation)


@dataclass(frozen=True)
class ProgrammeRows:
    """The rows of one programme. `people` are its members and everybody invited, by id."""

    programme: Programme
    organisations: dict[str, Organisation]
    series: dict[str, Series]
    venues: dict[str, Venue]
    events: list[Event]
    days: dict[int, list[Day]]
    invitations: dict[int, list[Invitation]]
    people: dict[int, Person]
    memberships: dict[int, Membership]
    groups: dict[str, set[int]]
    told: dict[tuple[int, int], Told]

    @cached_property
    def events_by_id(self) -> dict[int, Event]:
        return {row_id(event): event for event in self.events}

    @cached_property
    def events_by_slug(self) -> dict[str, Event]:
        return {event.slug: event for event in self.events}


def row_id(row: Programme | Event | Day | Person | Organisation) -> int:
    """The primary key of a row that is stored (before that it has none)."""
    assert row.id is not None
    return row.id


def find_programme(session: Session, slug: str) -> Programme | None:
    return session.exec(select(Programme).where(Programme.slug == slug)).first()


def programme_named(session: Session, slug: str) -> Programme:
    """The programme `slug`. Raises NotFoundError that lists those there are."""
    programme = find_programme(session, slug)
    if programme is None:
        known = ", ".join(session.exec(select(Programme.slug).order_by(Programme.slug)).all())
        raise NotFoundError(f'There is no programme "{slug}".', f"known: {known}" if known else "apply a file first")
    return programme


def person_at(session: Session, address: str) -> Person:
    """The person with that address. Raises NotFoundError, which does not repeat it."""
    person = session.exec(select(Person).where(Person.address == address)).first()
    if person is None:
        raise NotFoundError("There is no person with that address.", "convene person list shows them all")
    return person


def load_programme(session: Session, programme: Programme) -> ProgrammeRows:
    """Read all rows of `programme`; events, days, venues and the rest in the order of the file."""
    programme_id = row_id(programme)
    events = list(session.exec(select(Event).where(Event.programme_id == programme_id).order_by(col(Event.position))))
    event_ids = [row_id(event) for event in events]
    invitations = _by_event(
        session.exec(select(Invitation).where(col(Invitation.event_id).in_(event_ids)).order_by(col(Invitation.id)))
    )
    memberships = session.exec(
        select(Membership).where(Membership.programme_id == programme_id).order_by(col(Membership.id))
    ).all()
    invited_ids = {row.person_id for rows in invitations.values() for row in rows}
    person_ids = invited_ids | {row.person_id for row in memberships}
    return ProgrammeRows(
        programme,
        {row.name: row for row in _belonging(session, Organisation, programme_id)},
        {row.slug: row for row in _belonging(session, Series, programme_id)},
        {row.slug: row for row in _belonging(session, Venue, programme_id)},
        events,
        _by_event(session.exec(select(Day).where(col(Day.event_id).in_(event_ids)).order_by(col(Day.position)))),
        invitations,
        {row_id(row): row for row in session.exec(select(Person).where(col(Person.id).in_(person_ids)))},
        {row.person_id: row for row in memberships},
        _groups(session, programme_id),
        {
            (row.person_id, row.event_id): row
            for row in session.exec(select(Told).where(col(Told.event_id).in_(event_ids)))
        },
    )


def _belonging(session: Session, table: type[_Part], programme_id: int) -> list[_Part]:
    return list(session.exec(select(table).where(table.programme_id == programme_id).order_by(col(table.position))))


def _by_event(rows: Iterable[_OfEvent]) -> dict[int, list[_OfEvent]]:
    grouped: dict[int, list[_OfEvent]] = {}
    for row in rows:
        grouped.setdefault(row.event_id, []).append(row)
    return grouped


def _groups(session: Session, programme_id: int) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = {}
    for row in session.exec(select(GroupMember).where(GroupMember.programme_id == programme_id)):
        groups.setdefault(row.group_name, set()).add(row.person_id)
    return groups
