"""The invitations to one event, of which there may be thousands: read as columns and written as sets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, update
from sqlmodel import Session, col, select

from convene.model.notice import Told
from convene.model.person import Invitation
from convene.store.bulk_insert import bulk_insert
from convene.store.people_rows import in_chunks

_COLUMNS = ("event_id", "person_id", "role", "round", "invited_at")


class Invited(NamedTuple):
    """How somebody is, or was, invited to an event. `believes`: they were told of it, and not that it is off."""

    role: str
    has_left: bool
    believes: bool


def invited_to(session: Session, event_id: int) -> dict[int, Invited]:
    """By the person's id: everybody invited to the event, those who left it too."""
    mine = and_(col(Told.event_id) == Invitation.event_id, col(Told.person_id) == Invitation.person_id)
    columns = select(Invitation.person_id, Invitation.role, col(Invitation.left_at).is_not(None), Told.ended)
    query = columns.outerjoin(Told, mine).where(Invitation.event_id == event_id).order_by(col(Invitation.id))
    rows = session.exec(query)
    return {person_id: Invited(role, has_left, ended is False) for person_id, role, has_left, ended in rows}


def insert_invitations(session: Session, event_id: int, roles: Mapping[int, str], now: datetime) -> None:
    """Invite people (role by id) for the first time."""
    rows = ((event_id, person_id, role, 1, now) for person_id, role in roles.items())
    bulk_insert(session, Invitation.__table__, _COLUMNS, rows)  # type: ignore[attr-defined]


def invite_again(session: Session, event_id: int, person_ids: Sequence[int], now: datetime) -> None:
    """Begin a further round for people who had left."""
    values = {"round": Invitation.round + 1, "invited_at": now, "left_at": None, "rejoined_at": now, "answer": None}
    _update(session, event_id, person_ids, values)


def take_back(session: Session, event_id: int, person_ids: Sequence[int], now: datetime) -> None:
    """Let the round of people go on who had left and never heard of it."""
    _update(session, event_id, person_ids, {"left_at": None, "rejoined_at": now})


def set_invited_role(session: Session, event_id: int, person_ids: Sequence[int], role: str) -> None:
    _update(session, event_id, person_ids, {"role": role})


def end_invitations(session: Session, event_id: int, person_ids: Sequence[int], now: datetime) -> None:
    """Note that people left the event at `now` (UTC)."""
    _update(session, event_id, person_ids, {"left_at": now})


def _update(session: Session, event_id: int, person_ids: Sequence[int], values: Mapping[str, Any]) -> None:
    for some in in_chunks(person_ids):
        of_these = col(Invitation.event_id) == event_id, col(Invitation.person_id).in_(some)
        session.execute(update(Invitation).where(*of_these).values(values))
