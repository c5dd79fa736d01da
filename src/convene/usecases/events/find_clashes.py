"""Find clashes in the database: events of any programme whose days overlap and that share people or a venue."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, column, func, or_, select, values
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from convene.model.event import Day, Event
from convene.model.person import Invitation
from convene.model.programme import Programme
from convene.rules.clashes import BusyDay, Clash, Overlap, overlaps
from convene.rules.vocabulary import EventStatus, Mode, Role

_PAIRS_AT_A_TIME = 2_000
_SPEAKER = Role.SPEAKER.value
_NEVER_BUSY = (Mode.ON_DEMAND.value, Mode.DEADLINE.value)


@dataclass(frozen=True)
class _Named:
    """The names of an event: its programme's id and its own."""

    programme: str
    event: str

    def seen_from(self, programmes: Collection[str]) -> str:
        """The event's id, with its programme where that is not the only one spoken of."""
        return self.event if list(programmes) == [self.programme] else f"{self.programme}/{self.event}"


def find_clashes(session: Session, programmes: Collection[str]) -> list[Clash]:
    """What the events of `programmes` (ids) share with events of these and of all other programmes, by date.

    Events are called "programme/event"; where both belong to the one programme asked about, by their id alone. The
    days are swept once; the people of the pairs that overlap are counted in the database.
    """
    span = _span(session, programmes)
    if span is None:
        return []
    names, days = _busy_days(session, *span)
    ours = {event for event, name in names.items() if name.programme in programmes}
    pairs = [pair for pair in overlaps(days, _part_of(session)) if ours & {pair.first, pair.second}]
    shared = _shared_people(session, pairs)
    found = (_clash(pair, names, shared.get((pair.first, pair.second), (0, 0)), programmes) for pair in pairs)
    return [clash for clash in found if clash.people or clash.venues]


def _span(session: Session, programmes: Collection[str]) -> tuple[datetime, datetime] | None:
    """From when to when the programmes have days: beyond that nothing can clash with them."""
    query = select(func.min(col(Day.starts_at)), func.max(col(Day.ends_at))).join(Event).join(Programme)
    first, last = session.execute(query.where(col(Programme.slug).in_(programmes), *_BUSY)).one()
    return (first, last) if first else None


_BUSY: Sequence[ColumnElement[bool]] = (
    col(Event.status) == EventStatus.CONFIRMED.value,
    col(Day.removed_at).is_(None),
    col(Day.starts_at).is_not(None),
    col(Day.resolved_mode).not_in(_NEVER_BUSY),
)


def _busy_days(session: Session, first: datetime, last: datetime) -> tuple[dict[int, _Named], list[BusyDay[int]]]:
    query = (
        select(
            *(col(Programme.slug), col(Event.slug), col(Day.event_id)),
            *(col(Day.on_date), col(Day.starts_at), col(Day.ends_at), col(Day.resolved_venue)),
        )
        .join(Event, col(Day.event_id) == col(Event.id))
        .join(Programme, col(Event.programme_id) == col(Programme.id))
        .where(*_BUSY, col(Day.starts_at) < last, col(Day.ends_at) > first)
    )
    names: dict[int, _Named] = {}
    days: list[BusyDay[int]] = []
    for programme, event, event_id, on, starts_at, ends_at, venue in session.execute(query):
        names[event_id] = _Named(programme, event)
        # A venue's id belongs to its programme: the same word elsewhere may be another house.
        place = f"{programme}/{venue}" if venue else None
        days.append(BusyDay(event_id, on, starts_at, ends_at, place))
    return names, days


def _part_of(session: Session) -> dict[int, int]:
    """The event that wraps another, by their row ids."""
    around = aliased(Event)
    same = (col(Event.programme_id) == col(around.programme_id)) & (col(Event.part_of) == col(around.slug))
    rows = session.execute(select(col(Event.id), col(around.id)).join(around, same))
    return {event: wrapper for event, wrapper in rows if event and wrapper}


def _shared_people(session: Session, pairs: Sequence[Overlap[int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """How many people are invited to both events of each pair, and how many of them speak; one query per thousands."""
    counted: dict[tuple[int, int], tuple[int, int]] = {}
    for some in _in_turns([(pair.first, pair.second) for pair in pairs]):
        for first, second, people, speakers in session.execute(_shared_query(some)):
            counted[first, second] = (people, speakers)
    return counted


def _shared_query(pairs: Sequence[tuple[int, int]]) -> Select[Any]:
    pair = values(column("one", Integer), column("other", Integer), name="pair", literal_binds=True).data(pairs).cte()
    one, other = aliased(Invitation), aliased(Invitation)
    speaks = case((or_(col(one.role) == _SPEAKER, col(other.role) == _SPEAKER), 1), else_=0)
    return (
        select(pair.c.one, pair.c.other, func.count(), func.sum(speaks))
        .select_from(pair)
        .join(one, (col(one.event_id) == pair.c.one) & _stays_invited(one))
        .join(
            other,
            (col(other.event_id) == pair.c.other)
            & (col(other.person_id) == col(one.person_id))
            & _stays_invited(other),
        )
        .group_by(pair.c.one, pair.c.other)
    )


def _stays_invited(invitation: type[Invitation]) -> ColumnElement[bool]:
    """Neither taken off the list nor declined."""
    return col(invitation.left_at).is_(None) & (func.coalesce(col(invitation.answer), "") != "declined")


def _in_turns(pairs: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    for start in range(0, len(pairs), _PAIRS_AT_A_TIME):
        yield pairs[start : start + _PAIRS_AT_A_TIME]


def _clash(
    pair: Overlap[int], names: Mapping[int, _Named], shared: tuple[int, int], programmes: Collection[str]
) -> Clash:
    first, second = names[pair.first], names[pair.second]
    together = programmes if first.programme == second.programme else ()
    people, speakers = shared
    venues = tuple(venue.partition("/")[2] for venue in pair.venues)
    return Clash(first.seen_from(together), second.seen_from(together), pair.on, people, speakers, venues)
