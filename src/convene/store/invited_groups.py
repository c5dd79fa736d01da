"""Everybody invited to the planned events, in groups of those whom no rule tells apart."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Boolean, Integer, String, text
from sqlmodel import Session

from convene.model.columns import UtcMoment
from convene.model.person import REFUSED_SQL
from convene.store.bulk_insert import bulk_insert
from convene.store.planning_tables import PERSON_PLACE, PLANNED_EVENT, measure
from convene.store.programme_rows import PersonTraits

_MOST_GROUPS = 1_000_000  # of an event: they are numbered from its own id times so many
_UNSUBSCRIBED_FROM = 500_000  # of these numbers on: groups of people who get corrections alone
_STEPS = 20  # each may read the tables of all people
_FEW_EVENTS = 50  # are seated in one
_AHEAD = 2  # steps: a batch may need as many, and all others are work for the database beside later batches

# CROSS JOIN tells SQLite in which order, here and below: from the planned events to their people.
_INVITED = """
    SELECT id, language, timezone, country, organisation FROM person WHERE id IN (
        SELECT invitation.person_id FROM planned_event CROSS JOIN invitation
        WHERE invitation.event_id = planned_event.event_id
    )
"""

_SEAT = f"""
    INSERT INTO seat (group_id, event_id, person_id, whereabouts_id, language, language_source, zone_assumed)
    SELECT
        invitation.event_id * CAST({_MOST_GROUPS} AS bigint) + {{number_from}} + dense_rank() OVER (
            PARTITION BY planned_event.event_id
            ORDER BY person_place.whereabouts_id, invitation.round, invitation.invited_at, invitation.role,
                invitation.answer, invitation.left_at, told.revision, told.ended, told.round
        ),
        invitation.event_id, invitation.person_id, person_place.whereabouts_id, person_place.language,
        person_place.language_source, person_place.zone_assumed
"""
_OPTED_OUT = "SELECT person_id FROM optout WHERE (programme_id = :programme_id OR programme_id IS NULL)"
# Who left and was never told of the event is owed nothing, nor is who gets no e-mail. Those who get corrections alone
# are seated by themselves: they are few, and among all others nobody is asked about twice.
_SEATS = f"""{_SEAT.format(number_from=0)}
    FROM planned_event
    CROSS JOIN invitation
    JOIN person_place ON person_place.person_id = invitation.person_id
    LEFT JOIN told ON told.person_id = invitation.person_id AND told.event_id = invitation.event_id
        AND told.event_id BETWEEN :first AND :last
    WHERE invitation.event_id = planned_event.event_id
        AND planned_event.event_id BETWEEN :first AND :last AND invitation.event_id BETWEEN :first AND :last
        AND (invitation.left_at IS NULL OR told.person_id IS NOT NULL)
        AND invitation.person_id NOT IN (SELECT id FROM person WHERE {REFUSED_SQL} UNION ALL {_OPTED_OUT})
"""
_SEATS_OF_UNSUBSCRIBED = f"""{_SEAT.format(number_from=_UNSUBSCRIBED_FROM)}
    FROM ({_OPTED_OUT} GROUP BY person_id HAVING max(CASE WHEN all_mail THEN 1 ELSE 0 END) = 0) AS unsubscribed
    CROSS JOIN invitation
    CROSS JOIN told
    CROSS JOIN planned_event
    JOIN person ON person.id = invitation.person_id
    JOIN person_place ON person_place.person_id = invitation.person_id
    WHERE invitation.person_id = unsubscribed.person_id AND planned_event.event_id = invitation.event_id
        AND told.person_id = unsubscribed.person_id AND told.event_id = invitation.event_id
        AND invitation.event_id BETWEEN :first AND :last AND person.refused_at IS NULL
"""

_GROUPS = text(f"""
    SELECT
        grouped.group_id, grouped.event_id, grouped.whereabouts_id, grouped.size, invitation.role, invitation.round,
        invitation.invited_at, coalesce(invitation.answer, '') = 'declined' AS declined,
        invitation.left_at, told.revision AS told_revision, told.ended AS told_ended,
        told.round AS told_round,
        grouped.group_id - grouped.event_id * CAST({_MOST_GROUPS} AS bigint) > {_UNSUBSCRIBED_FROM} AS only_corrections
    FROM (
        SELECT group_id, event_id, whereabouts_id, min(person_id) AS person_id, count(*) AS size
        FROM seat WHERE group_id BETWEEN :first_group AND :last_group
        GROUP BY group_id, event_id, whereabouts_id
    ) AS grouped
    JOIN invitation ON invitation.event_id = grouped.event_id AND invitation.person_id = grouped.person_id
        AND invitation.event_id BETWEEN :first AND :last
    LEFT JOIN told ON told.person_id = grouped.person_id AND told.event_id = grouped.event_id
        AND told.event_id BETWEEN :first AND :last
    ORDER BY grouped.group_id
""").columns(
    group_id=Integer,
    event_id=Integer,
    whereabouts_id=Integer,
    size=Integer,
    role=String,
    round=Integer,
    invited_at=UtcMoment,
    declined=Boolean,
    left_at=UtcMoment,
    told_revision=Integer,
    told_ended=Boolean,
    told_round=Integer,
    only_corrections=Boolean,
)


@dataclass(frozen=True)
class PlaceColumns:
    """How people stand to the programme, as their notices record it. `whereabouts_id` numbers what decides when they
    are due: those who differ in language alone have the same.
    """

    whereabouts_id: int
    language: str
    language_source: str
    zone_assumed: bool


class InvitedGroup(NamedTuple):
    """`size` people of one event, alike in everything here. `told_revision` None: they were told nothing yet."""

    group_id: int
    event_id: int
    whereabouts_id: int
    size: int
    role: str
    round: int
    invited_at: datetime
    declined: bool
    left_at: datetime | None
    told_revision: int | None
    told_ended: bool | None
    told_round: int | None
    only_corrections: bool


def set_planned_events(session: Session, event_ids: Collection[int]) -> None:
    """Name the events that the pass plans."""
    bulk_insert(session, PLANNED_EVENT, ("event_id",), ((event_id,) for event_id in event_ids))
    measure(session, PLANNED_EVENT)


def invited_traits(session: Session) -> dict[int, PersonTraits]:
    """By person: everybody invited to the planned events, those who left them too."""
    return {person_id: PersonTraits._make(traits) for person_id, *traits in session.execute(text(_INVITED))}


def note_places(session: Session, places: Mapping[int, PlaceColumns], people: Mapping[int, int]) -> None:
    """Note how everybody stands: place by person."""
    columns_of = {place_id: astuple(place) for place_id, place in places.items()}
    columns = ("person_id", "whereabouts_id", "language", "language_source", "zone_assumed")
    rows = ((person_id, *columns_of[place_id]) for person_id, place_id in people.items())
    bulk_insert(session, PERSON_PLACE, columns, rows)


class Seating:
    """Seats those invited to the planned events of a programme, some events at a time, in the groups that the rules
    see.
    """

    def __init__(self, session: Session, programme_id: int, event_ids: Collection[int]) -> None:
        self._session = session
        self._programme_id = programme_id
        self._steps = list(_in_steps(sorted(event_ids)))
        self._seated = self._read = 0

    def seat_next(self) -> bool:
        """Seat those invited to the next events; whether it is their turn by now. Long work, of the database alone."""
        if self._seated == min(len(self._steps), self._read + _AHEAD):
            return False
        step = {**_events_of(self._steps[self._seated]), "programme_id": self._programme_id}
        for seats in (_SEATS, _SEATS_OF_UNSUBSCRIBED):
            self._session.execute(text(seats), step)
        self._seated += 1
        return True

    def groups(self) -> Iterator[list[InvitedGroup]]:
        """The groups of each event. Those whom nobody seated ahead are seated when it is their turn."""
        for number, some in enumerate(self._steps):
            self._read = number + 1
            if number == self._seated:
                self.seat_next()
            bounds = {"first_group": some[0] * _MOST_GROUPS, "last_group": (some[-1] + 1) * _MOST_GROUPS}
            rows = self._session.execute(_GROUPS, _events_of(some) | bounds, execution_options={"yield_per": 1000})
            for _, alike in groupby(map(InvitedGroup._make, rows), lambda group: group.event_id):
                yield list(alike)


def _events_of(step: Sequence[int]) -> dict[str, int]:
    return {"first": step[0], "last": step[-1]}


def _in_steps(event_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    size = max(_FEW_EVENTS, -(-len(event_ids) // _STEPS))
    for start in range(0, len(event_ids), size):
        yield event_ids[start : start + size]
