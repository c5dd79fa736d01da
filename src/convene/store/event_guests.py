"""Everybody who is or was invited to one event, in groups of those who are alike: counted by the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Integer, String, text
from sqlmodel import Session

from convene.model.columns import UtcMoment
from convene.store.people_without_mail import SILENCE_SQL
from convene.store.programme_rows import PersonTraits

_ALIKE = f"""
    person.language, person.timezone, person.country, person.organisation, invitation.role, invitation.round,
    invitation.invited_at, coalesce(invitation.answer, '') = 'declined', invitation.left_at, told.revision, told.ended,
    told.round, {SILENCE_SQL}
"""
_GUESTS = text(f"""
    SELECT {_ALIKE}, count(*)
    FROM invitation
    JOIN event ON event.id = invitation.event_id
    JOIN person ON person.id = invitation.person_id
    LEFT JOIN told ON told.person_id = invitation.person_id AND told.event_id = invitation.event_id
    WHERE invitation.event_id = :event_id
    GROUP BY {_ALIKE}
    ORDER BY min(invitation.id)
""").columns(
    language=String,
    timezone=String,
    country=String,
    organisation=String,
    role=String,
    round=Integer,
    invited_at=UtcMoment,
    declined=Boolean,
    left_at=UtcMoment,
    told_revision=Integer,
    told_ended=Boolean,
    told_round=Integer,
    silence=String,
    size=Integer,
)


@dataclass(frozen=True)
class GuestGroup:
    """`size` people of one event. `left_at` None: they are invited; `told_revision` None: they were told nothing;
    `silence` says why they get no mail ("unsubscribed", "refused") or "only corrections", None where they get all.
    """

    traits: PersonTraits
    role: str
    round: int
    invited_at: datetime
    declined: bool
    left_at: datetime | None
    told_revision: int | None
    told_ended: bool | None
    told_round: int | None
    silence: str | None
    size: int


def event_guests(session: Session, event_id: int) -> Iterator[GuestGroup]:
    """The groups, in the order of the invitations."""
    for language, timezone, country, organisation, *alike in session.execute(_GUESTS, {"event_id": event_id}):
        yield GuestGroup(PersonTraits(language, timezone, country, organisation), *alike)
