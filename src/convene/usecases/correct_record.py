"""Mend the record of an event that was held: what people were told counts as what was, and nobody is mailed."""

from datetime import datetime

from sqlmodel import Session

from convene.model.event import Event
from convene.rules.facts import facts_to_json
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.describe_events import event_facts
from convene.usecases.refuse_changes import refuse_reviving_by_correction


def correct_record(session: Session, rows: ProgrammeRows, event: Event, now: datetime) -> None:
    """Let the facts told be the facts now, for everybody who is still invited. Called between writing and planning.

    Raises ConflictError where the event would no longer be over.
    """
    refuse_reviving_by_correction(rows, event, now)
    facts = facts_to_json(event_facts(rows, event))
    invited = {row.person_id for row in rows.invitations.get(row_id(event), []) if row.left_at is None}
    for (person_id, event_id), row in rows.told.items():
        if event_id == row_id(event) and person_id in invited:
            row.facts = facts
    session.flush()
