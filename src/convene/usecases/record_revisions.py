"""Keep the facts of every revision of an event: what people can have been told, however often it changed since."""

from sqlmodel import Session, col, func, select

from convene.model.notice import EventRevision
from convene.rules.facts import facts_to_json
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.describe_events import event_facts


def store_revisions(session: Session, rows: ProgrammeRows) -> None:
    """Write the facts of each event whose present revision has none yet. A revision once written stays as it is."""
    query = (
        select(EventRevision.event_id, func.max(EventRevision.revision))
        .where(col(EventRevision.event_id).in_(rows.events_by_id))
        .group_by(col(EventRevision.event_id))
    )
    newest = dict(session.exec(query).all())
    for event in rows.events:
        if newest.get(row_id(event), 0) < event.revision:
            session.add(
                EventRevision(
                    event_id=row_id(event),
                    revision=event.revision,
                    facts=facts_to_json(event_facts(rows, event)),
                    changed_at=event.facts_changed_at,
                )
            )
