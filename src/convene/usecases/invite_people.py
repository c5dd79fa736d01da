"""Who is invited to an event: the groups and addresses of its `invite`, kept in step with the invitations stored."""

from datetime import datetime

from sqlmodel import Session, select

from convene.model.event import Event
from convene.model.person import Invitation, Person
from convene.rules.vocabulary import Role
from convene.store.programme_rows import ProgrammeRows, row_id


def update_invitations(session: Session, rows: ProgrammeRows, now: datetime) -> None:
    """Add who is new (a further round for who comes back), and mark who left. Past events keep their people."""
    for event in rows.events:
        stored = {row.person_id: row for row in rows.invitations.get(row_id(event), [])}
        if stored and is_past(rows, event, now):
            continue
        wanted = _wanted_roles(session, rows, event)
        for person_id, role in wanted.items():
            _invite(session, stored.get(person_id), row_id(event), person_id, role, now)
        for person_id, row in stored.items():
            if person_id not in wanted and row.left_at is None:
                row.left_at = now
    session.flush()


def is_past(rows: ProgrammeRows, event: Event, now: datetime) -> bool:
    """Whether the last day of the event has ended; one without any moment is never past."""
    ends = [day.ends_at for day in rows.days.get(row_id(event), []) if day.removed_at is None]
    return bool(ends) and all(end is not None and end <= now for end in ends)


def _wanted_roles(session: Session, rows: ProgrammeRows, event: Event) -> dict[int, str]:
    """Person id to role: an explicit role wins over the CSV's, and several groups give one invitation."""
    explicit: dict[int, str] = {}
    plain: dict[int, str] = {}
    for who, role in event.invite or []:
        for person_id in _people(session, rows, who or ""):
            member = rows.memberships.get(person_id)
            plain.setdefault(person_id, (member.role if member else None) or Role.PARTICIPANT.value)
            if role:
                explicit.setdefault(person_id, role)
    return {**plain, **explicit}


def _people(session: Session, rows: ProgrammeRows, who: str) -> list[int]:
    if who in rows.groups:
        return sorted(rows.groups[who])
    person = session.exec(select(Person).where(Person.address == who)).first()
    return [row_id(person)] if person else []


def _invite(session: Session, row: Invitation | None, event_id: int, person_id: int, role: str, now: datetime) -> None:
    if row is None:
        session.add(Invitation(event_id=event_id, person_id=person_id, role=role, invited_at=now))
        return
    row.role = role
    if row.left_at is not None:
        row.round += 1
        row.left_at, row.invited_at, row.answer = None, now, None
