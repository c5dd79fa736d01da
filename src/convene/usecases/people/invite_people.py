"""Who is invited to an event: the groups and addresses of its `invite`, kept in step with the invitations stored."""

from datetime import datetime

from sqlmodel import Session, select

from convene.model.event import Day, Event
from convene.model.person import Person
from convene.rules.facts import DayFacts
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE, Mode, Role
from convene.store.invitation_rows import (
    end_invitations,
    insert_invitations,
    invite_again,
    invited_to,
    set_invited_role,
    take_back,
)
from convene.store.programme_rows import ProgrammeRows, row_id


def update_invitations(session: Session, rows: ProgrammeRows, now: datetime) -> None:
    """Add who is new (a further round for who comes back, unless they never heard that they had left), and mark who
    left. Past events keep their people.
    """
    for event in rows.events:
        event_id = row_id(event)
        stored = invited_to(session, event_id)
        if stored and is_past(rows, event, now):
            continue
        wanted = _wanted_roles(session, rows, event)
        insert_invitations(session, event_id, {known: wanted[known] for known in wanted if known not in stored}, now)
        for role in Role:
            others = [known for known, row in stored.items() if wanted.get(known) == role != row.role]
            set_invited_role(session, event_id, others, role.value)
        back = {known: row.believes for known, row in stored.items() if known in wanted and row.has_left}
        invite_again(session, event_id, [known for known, believes in back.items() if not believes], now)
        take_back(session, event_id, [known for known, believes in back.items() if believes], now)
        gone = [known for known, row in stored.items() if known not in wanted and not row.has_left]
        end_invitations(session, event_id, gone, now)


def is_past(rows: ProgrammeRows, event: Event, now: datetime) -> bool:
    """Whether the last day of the event has ended; one without any moment is never past."""
    ends = [_ends_at(day) for day in rows.days.get(row_id(event), []) if day.removed_at is None]
    return bool(ends) and all(end is not None and end <= now for end in ends)


def _ends_at(day: Day) -> datetime | None:
    """None where no date is known. What is due "wherever you are" ends where the date does last."""
    if day.on_date is None or day.zone != READER_ZONE:
        return day.ends_at
    due = DayFacts(day.slug, day.on_date, day.start_time, None, None, day.zone, Mode.DEADLINE)
    return due.ends_at(ANYWHERE_ON_EARTH)


def _wanted_roles(session: Session, rows: ProgrammeRows, event: Event) -> dict[int, str]:
    """Person id to role: an explicit role wins over the CSV's, and several groups give one invitation."""
    explicit: dict[int, str] = {}
    plain: dict[int, str] = {}
    for who, role in event.invite or []:
        for person_id in _people(session, rows, who or ""):
            plain.setdefault(person_id, rows.roles.get(person_id) or Role.PARTICIPANT.value)
            if role:
                explicit.setdefault(person_id, role)
    return {**plain, **explicit}


def _people(session: Session, rows: ProgrammeRows, who: str) -> list[int]:
    if who in rows.groups:
        return sorted(rows.groups[who])
    person = session.exec(select(Person).where(Person.address == who)).first()
    return [row_id(person)] if person else []
