"""Keep the facts of every revision of an event, and its readers' clocks: what people can have been told."""

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import EventRevision
from convene.rules.facts import facts_to_json
from convene.rules.told_clocks import day_offsets
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.describe_events import event_facts


def store_revisions(session: Session, rows: ProgrammeRows, zones: frozenset[str]) -> None:
    """Write the facts of each event whose present revision has none yet, with the clocks of its readers' `zones`.

    The facts of a revision stay as they are; the clock of a zone that has come up since is added.
    """
    known = _stored(session, rows)
    for event in rows.events:
        stored = known.get((row_id(event), event.revision))
        if stored is None or any(not zones <= clocks.keys() for clocks in stored.offsets.values()):
            _store(session, rows, event, stored, zones)


def _stored(session: Session, rows: ProgrammeRows) -> dict[tuple[int, int], EventRevision]:
    query = (
        select(EventRevision)
        .join(Event, col(Event.id) == EventRevision.event_id)
        .where(col(Event.id).in_(rows.events_by_id), EventRevision.revision == Event.revision)
    )
    return {(row.event_id, row.revision): row for row in session.exec(query)}


def _store(
    session: Session, rows: ProgrammeRows, event: Event, stored: EventRevision | None, zones: frozenset[str]
) -> None:
    facts = event_facts(rows, event)
    offsets = day_offsets(facts, zones)
    if stored is not None:
        stored.offsets = {slug: offsets.get(slug, {}) | known for slug, known in stored.offsets.items()}
        return
    session.add(
        EventRevision(
            event_id=row_id(event),
            revision=event.revision,
            facts=facts_to_json(facts),
            offsets=offsets,
            changed_at=event.facts_changed_at,
        )
    )
