"""What a person was told last of an event."""

from dataclasses import replace

from sqlmodel import Session

from convene.model.notice import EventRevision, Told
from convene.rules.facts import EventFacts, facts_from_json
from convene.rules.vocabulary import EventStatus


def told_facts(session: Session, person_id: int, event_id: int) -> EventFacts | None:
    """None where that is nothing. Who was told that it is off for them knows a cancelled one."""
    told = session.get(Told, (person_id, event_id))
    if told is None:
        return None
    facts = facts_from_json(session.get_one(EventRevision, (event_id, told.revision)).facts)
    return replace(facts, status=EventStatus.CANCELLED) if told.ended else facts
