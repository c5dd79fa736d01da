"""Numbers in a series are given once: what people were told as "the 3rd", or what was held as it, stays the 3rd."""

from collections.abc import Set
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from convene.errors import ConflictError
from convene.model.event import Event, SeriesNumber
from convene.programme_file.checks.resolve import effective_event
from convene.programme_file.document import EventEntry, ProgrammeDocument
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import inherited
from convene.usecases.events.refuse_changes import successor

_Number = tuple[str, int]
"""A series and a number in it."""


@dataclass(frozen=True)
class _Holder:
    """The event that people know by a number; `event_id` is None once it was deleted."""

    event_id: int | None
    name: str


def keep_numbers(session: Session, rows: ProgrammeRows, held: Set[int], document: ProgrammeDocument) -> None:
    """Keep what people know an event by, where `document` takes it from that event. `rows` are those before.

    Known are the numbers of events that people were told of, and of the `held` ones (row ids). Raises ConflictError
    where `document` gives one of them, or one kept before, to another event.
    """
    known = _known(rows, held)
    kept = {
        (row.series, row.number): _Holder(row.event_id, row.event_name)
        for row in session.exec(select(SeriesNumber).where(SeriesNumber.programme_id == row_id(rows.programme)))
    }
    _refuse_taken(known | kept, rows, document)
    for (series, number), holder in known.items():
        entry = successor(document, holder.name)
        if (series, number) not in kept and (entry is None or _number(document, entry) != (series, number)):
            session.add(
                SeriesNumber(
                    programme_id=row_id(rows.programme),
                    series=series,
                    number=number,
                    event_id=holder.event_id,
                    event_name=holder.name,
                )
            )
    session.flush()


def forget_event(session: Session, event_id: int) -> None:
    """The event is deleted; its numbers stay with its name."""
    session.execute(update(SeriesNumber).where(col(SeriesNumber.event_id) == event_id).values(event_id=None))


def _known(rows: ProgrammeRows, held: Set[int]) -> dict[_Number, _Holder]:
    known = {}
    for event in rows.events:
        series, number = inherited(rows, event, "series"), inherited(rows, event, "number")
        if series is not None and number is not None and row_id(event) in rows.events_told | held:
            original = _original(rows, event)
            known[(series, number)] = _Holder(row_id(original), original.slug)
    return known


def _original(rows: ProgrammeRows, event: Event) -> Event:
    """The event that a cohort goes through: cohorts share its number."""
    source = rows.events_by_slug.get(event.same_as or "")
    return _original(rows, source) if source else event


def _refuse_taken(holders: dict[_Number, _Holder], rows: ProgrammeRows, document: ProgrammeDocument) -> None:
    for entry in document.events.values():
        number = _number(document, entry)
        holder = holders.get(number) if number else None
        if number is None or holder is None or _is_known_by(holder, rows, document, entry):
            continue
        raise ConflictError(
            f'Number {number[1]} of {number[0]} stays with "{holder.name}", as people know it: '
            f'"{entry.id}" cannot take it.',
            f"give {entry.id} another number, or write  was: {holder.name}  if it is the same event",
        )


def _number(document: ProgrammeDocument, entry: EventEntry) -> _Number | None:
    effective = effective_event(document, entry)
    return (effective.series, effective.number) if effective.series and effective.number else None


def _is_known_by(holder: _Holder, rows: ProgrammeRows, document: ProgrammeDocument, entry: EventEntry) -> bool:
    """Whether `entry`, or the event that it goes through, is the holder itself."""
    if holder.event_id is None:
        known = entry.id == holder.name
    else:
        stored = rows.events_by_slug.get(entry.id) or rows.events_by_slug.get(entry.was or "")
        known = stored is not None and row_id(stored) == holder.event_id
    source = document.events.get(entry.same_as or "")
    return known or (source is not None and _is_known_by(holder, rows, document, source))
