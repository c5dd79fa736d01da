"""A programme and everything that belongs to it: its events at once, its people where they are asked for."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, true
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from convene.errors import NotFoundError
from convene.model.event import Day, Event
from convene.model.notice import Notice, Told
from convene.model.person import Invitation, Membership, Person
from convene.model.programme import Organisation, Programme, Series, Venue
from convene.rules.facts import Text
from convene.store.driver_sql import DriverSql, read_moment
from convene.store.people_rows import group_members, member_roles
from convene.store.plain_rows import PlainRows
from convene.store.unreadable_rows import UnreadableEvent, refuse_unreadable, unreadable_events

_Part = TypeVar("_Part", Organisation, Series, Venue)
_EventRow = tuple[Event, Day | None, Venue | None, Series | None]

# Made once: to build them anew cost a feed of which one entry changed a fifth of its time.
_HEAD = DriverSql("SELECT slug, CAST(title AS text), language, applied_at FROM programme WHERE id = :number")
_OF_PROGRAMME = Event.programme_id == bindparam("programme_id")
_EVENTS = select(Event).where(_OF_PROGRAMME).order_by(col(Event.position))
_DAYS = select(Day).join(Event).where(_OF_PROGRAMME).order_by(col(Day.position))
_WITH_ALL = (
    select(Event, Day, Venue, Series)
    .outerjoin(Day, col(Day.event_id) == Event.id)
    .outerjoin(Venue, (col(Venue.programme_id) == Event.programme_id) & (col(Venue.slug) == Day.resolved_venue))
    .outerjoin(Series, (col(Series.programme_id) == Event.programme_id) & (col(Series.slug) == Event.series))
    .order_by(col(Event.position), col(Day.position))
)
_SOME = _WITH_ALL.where(_OF_PROGRAMME, col(Event.id).in_(bindparam("only", expanding=True)))
_REPEATED = _WITH_ALL.where(_OF_PROGRAMME, col(Event.slug).in_(bindparam("slugs", expanding=True)))
# Without the text of a programme's file, which may be long.
_PARTS = PlainRows(Event, Day, Venue, Series, Programme, without=("source",))
_ANYWHERE = DriverSql(
    f"""
    SELECT {_PARTS.names} FROM event
    JOIN programme ON programme.id = event.programme_id
    LEFT JOIN day ON day.event_id = event.id
    LEFT JOIN venue ON venue.programme_id = event.programme_id AND venue.slug = day.resolved_venue
    LEFT JOIN series ON series.programme_id = event.programme_id AND series.slug = event.series
    WHERE event.id {{in_ids}}
    ORDER BY event.position, day.position
    """
)


class PersonTraits(NamedTuple):
    """What decides how a person stands to a programme; people who share it stand alike."""

    language: str | None
    timezone: str | None
    country: str | None
    organisation: str | None


@dataclass(frozen=True)
class ProgrammeRows:
    """The rows of one programme, in the order of the file. What is about people, of whom there may be thousands, is
    read on first use, in the same session. `is_part`: not all of its events are here, and the series and venues that
    these and their days have.
    """

    session: Session
    programme: Programme
    series: dict[str, Series]
    venues: dict[str, Venue]
    events: list[Event]
    days: dict[int, list[Day]]
    is_part: bool = False

    @cached_property
    def events_by_id(self) -> dict[int, Event]:
        return {row_id(event): event for event in self.events}

    @cached_property
    def events_by_slug(self) -> dict[str, Event]:
        return {event.slug: event for event in self.events}

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        return {row.name: row for row in _belonging(self.session, Organisation, row_id(self.programme))}

    @cached_property
    def audience(self) -> dict[int, Counter[PersonTraits]]:
        """By event, how many people with which traits are invited now."""
        traits = (col(Person.language), col(Person.timezone), col(Person.country), col(Person.organisation))
        query = (
            select(col(Invitation.event_id), func.count(), *traits)  # type: ignore[call-overload]
            .join(Event, col(Event.id) == Invitation.event_id)
            .join(Person, col(Person.id) == Invitation.person_id)
            .where(Event.programme_id == row_id(self.programme), col(Invitation.left_at).is_(None))
            .where(col(Invitation.event_id).in_(self.events_by_id) if self.is_part else true())
            .group_by(col(Invitation.event_id), *traits)
        )
        counted: dict[int, Counter[PersonTraits]] = {}
        for event_id, count, *own in self.session.exec(query):
            counted.setdefault(event_id, Counter())[PersonTraits(*own)] = count
        return counted

    @cached_property
    def people(self) -> dict[int, Person]:
        """The programme's members and everybody invited, by id."""
        invited = select(Invitation.person_id).join(Event).where(Event.programme_id == row_id(self.programme))
        members = select(Membership.person_id).where(Membership.programme_id == row_id(self.programme))
        query = select(Person).where(col(Person.id).in_(invited) | col(Person.id).in_(members))
        return {row_id(person): person for person in self.session.exec(query)}

    @cached_property
    def roles(self) -> dict[int, str | None]:
        """By member (the person's id), the role that the CSV gives them; None where it gives none."""
        return member_roles(self.session, row_id(self.programme))

    @cached_property
    def groups(self) -> dict[str, set[int]]:
        groups: dict[str, set[int]] = {}
        for group, person_id in group_members(self.session, row_id(self.programme)):
            groups.setdefault(group, set()).add(person_id)
        return groups

    @cached_property
    def events_told(self) -> set[int]:
        """The ids of the events that somebody was told of."""
        query = select(Told.event_id).join(Event).where(Event.programme_id == row_id(self.programme)).distinct()
        return set(self.session.exec(query))


def row_id(row: Programme | Event | Day | Person | Organisation | Notice) -> int:
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


class ProgrammeHead(NamedTuple):
    """What the calendar of a programme says of the programme itself."""

    slug: str
    title: Text
    language: str
    applied_at: datetime


def programme_head(connection: Connection, programme_id: int) -> ProgrammeHead:
    """The head of the programme of that row id."""
    slug, title, language, applied_at = _HEAD.run(connection, number=programme_id).fetchone()
    return ProgrammeHead(slug, json.loads(title), language, read_moment(applied_at))


def person_at(session: Session, address: str) -> Person:
    """The person with that address. Raises NotFoundError, which does not repeat it."""
    person = session.exec(select(Person).where(Person.address == address)).first()
    if person is None:
        raise NotFoundError("There is no person with that address.", "convene person list shows them all")
    return person


def load_programme(session: Session, programme: Programme, only: Collection[int] | None = None) -> ProgrammeRows:
    """Read the rows of `programme`; events, days, venues and the rest in the order of the file.

    `only` are the ids of the events that matter; those whose days they repeat are read with them. None: all events.
    Raises UnreadableError where one of them cannot be read.
    """
    return _readable(_load_some(session, programme, only) if only is not None else _load_all(session, programme))


def load_readable(session: Session, programme: Programme) -> tuple[ProgrammeRows, list[UnreadableEvent]]:
    """The same of all events that can be read, and those that cannot: for whoever says something of each.

    Raises UnreadableError where it is the programme itself that cannot be read.
    """
    rows = _load_all(session, programme)
    unreadable = _unreadable(rows)
    if not unreadable:
        return rows, []
    without = {event.event_id for event in unreadable}
    events = [event for event in rows.events if row_id(event) not in without]
    return replace(rows, events=events, is_part=True), unreadable


def _load_all(session: Session, programme: Programme) -> ProgrammeRows:
    programme_id = row_id(programme)
    return ProgrammeRows(
        session,
        programme,
        {row.slug: row for row in _belonging(session, Series, programme_id)},
        {row.slug: row for row in _belonging(session, Venue, programme_id)},
        list(session.exec(_EVENTS, params={"programme_id": programme_id})),
        _by_event(session.exec(_DAYS, params={"programme_id": programme_id})),
    )


def _readable(rows: ProgrammeRows) -> ProgrammeRows:
    for unreadable in _unreadable(rows):
        raise unreadable.error
    return rows


def _unreadable(rows: ProgrammeRows) -> list[UnreadableEvent]:
    """The events that cannot be read. Raises UnreadableError where it is the programme."""
    refuse_unreadable(rows.programme, rows.series.values(), rows.venues.values())
    return unreadable_events(rows.programme, rows.events, chain.from_iterable(rows.days.values()))


def load_events(session: Session, event_ids: Collection[int]) -> list[ProgrammeRows]:
    """Of all programmes that have some of these events, what `load_programme` reads of them, to be read alone: objects
    that look like the rows and that no session knows. In one question, by the driver.
    """
    connection = session.connection()
    rows = _ANYWHERE.run(connection, ids=event_ids).fetchall()
    found: dict[int, tuple[Programme, list[_EventRow]]] = {}
    for *row, programme in _PARTS.read(rows, connection.dialect):
        found.setdefault(programme.id, (programme, []))[1].append(tuple(row))
    return [_readable(_part(session, programme, rows)) for programme, rows in found.values()]


def hold_programme(session: Session, programme_id: int, only: Collection[int] | None = None) -> None:
    """Hold a programme and its events until the transaction ends: one pass at a time plans it, also where several hosts
    share a PostgreSQL database, and nobody is on record as told of the events meanwhile. `only`: of these.
    """
    session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update())
    query = select(Event.id).where(Event.programme_id == programme_id).order_by(col(Event.id)).with_for_update()
    session.execute(query if only is None else query.where(col(Event.id).in_(only)))


def hold_named(session: Session, slugs: Collection[str]) -> None:
    """Hold those of these programmes that are stored, before anything of them is read."""
    hold_in_order(session, session.scalars(select(Programme.id).where(col(Programme.slug).in_(slugs))))


def hold_programmes_of(session: Session, address: str, also: str | None = None) -> None:
    """Hold the programmes that know the person at `address`, and the one of the slug `also`, before they are read."""
    person = select(Person.id).where(Person.address == address)
    joined = select(Membership.programme_id).where(col(Membership.person_id).in_(person))
    invited = select(Event.programme_id).join(Invitation).where(col(Invitation.person_id).in_(person))
    known = col(Programme.id).in_(joined) | col(Programme.id).in_(invited) | (col(Programme.slug) == also)
    hold_in_order(session, session.scalars(select(Programme.id).where(known)))


def hold_person(session: Session, person_id: int) -> None:
    """Hold a person until the transaction ends, without being in the way of rows that refer to them."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def hold_in_order(session: Session, programme_ids: Iterable[int | None]) -> None:
    """Hold several programmes. All who do take them in this order, so that no two wait for each other."""
    for programme_id in sorted({each for each in programme_ids if each is not None}):
        hold_programme(session, programme_id)


def _load_some(session: Session, programme: Programme, only: Collection[int]) -> ProgrammeRows:
    """In one question, since of few events the questions cost more than the rows."""
    found = session.exec(_SOME, params={"programme_id": row_id(programme), "only": list(only)})
    return _part(session, programme, list(found))


def _part(session: Session, programme: Programme, found: list[_EventRow]) -> ProgrammeRows:
    """What was found of a programme, with the events that it repeats."""
    while repeated := {event.same_as for event, *_ in found if event.same_as} - {event.slug for event, *_ in found}:
        found += session.exec(_REPEATED, params={"programme_id": row_id(programme), "slugs": list(repeated)})
    return ProgrammeRows(
        session,
        programme,
        {series.slug: series for _, _, _, series in found if series},
        {venue.slug: venue for _, _, venue, _ in found if venue},
        list({row_id(event): event for event, *_ in found}.values()),
        _by_event(day for _, day, _, _ in found if day),
        is_part=True,
    )


def _belonging(session: Session, table: type[_Part], programme_id: int) -> list[_Part]:
    return list(session.exec(_parts(table), params={"programme_id": programme_id}))


@cache
def _parts(table: type[_Part]) -> SelectOfScalar[_Part]:
    return select(table).where(table.programme_id == bindparam("programme_id")).order_by(col(table.position))


def _by_event(rows: Iterable[Day]) -> dict[int, list[Day]]:
    grouped: dict[int, list[Day]] = {}
    for row in rows:
        grouped.setdefault(row.event_id, []).append(row)
    return grouped
