"""A notice, the words that identify it, and what people were told by it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from convene.model.columns import JsonColumn, UtcMoment
from convene.rules.notice_states import NoticeState


class RuleText(SQLModel, table=True):
    """The canonical words of a rule, once: `kind` tells a reminder from an invitation of the same words."""

    __table_args__ = (UniqueConstraint("kind", "words"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    words: str


class Occurrence(SQLModel, table=True):
    """A wall-clock moment and zone that notices speak of ("2020-01-20T09:00 Asia/Phnom_Penh"), once."""

    id: int | None = Field(default=None, primary_key=True)
    words: str = Field(unique=True)


class EventRule(SQLModel, table=True):
    """A rule in force on an event, and since when: nothing due before that is ever written."""

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    rule_id: int = Field(foreign_key="ruletext.id", primary_key=True)
    since: datetime = Field(sa_type=UtcMoment)


class Notice(SQLModel, table=True):
    """One mail, to one person, for one reason.

    `key` is its public name for ever: 16 characters without meaning. `due_at` is UTC; `due_local` is the same moment
    on the clock of `timezone`. `useful_until` (UTC): after it the notice is missed. `claim_token` and `lease_until`
    fence the worker that holds it; `next_try_at` is the back-off of a deferred one. `uncertain` stays once set.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    programme_id: int = Field(foreign_key="programme.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    event_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("event.id"), nullable=True, index=True)
    )
    day_id: int | None = Field(default=None, foreign_key="day.id")
    rule_id: int = Field(foreign_key="ruletext.id")
    occurrence_id: int = Field(foreign_key="occurrence.id")
    round: int
    revision: int = 0
    due_at: datetime = Field(sa_type=UtcMoment)
    due_local: str
    timezone: str
    zone_assumed: bool = False
    shifted_from: str | None = None
    shifted_why: str = ""
    useful_until: datetime = Field(sa_type=UtcMoment)
    language: str
    language_source: str
    role: str
    state: str = NoticeState.PLANNED
    reason: str | None = None
    attempts: int = 0
    uncertain: bool = False
    next_try_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    claim_token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    subject: str | None = None
    message_id: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_error: str | None = None
    created_at: datetime = Field(sa_type=UtcMoment)

    __table_args__ = (
        # Nobody gets the same notice twice: the database refuses the second row. NULLs would not compare as equal.
        Index(
            "notice_identity",
            "programme_id",
            "person_id",
            text("coalesce(event_id, 0)"),
            text("coalesce(day_id, 0)"),
            "rule_id",
            "occurrence_id",
            "round",
            "revision",
            unique=True,
        ),
        Index("notice_due", "state", "due_at", "id"),
    )


class NoticePart(SQLModel, table=True):
    """One of the reminders that a digest stands for."""

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    event_id: int = Field(foreign_key="event.id", primary_key=True)
    day_key: int = Field(primary_key=True)
    rule_id: int = Field(foreign_key="ruletext.id", primary_key=True)
    occurrence_id: int = Field(foreign_key="occurrence.id", primary_key=True)
    round: int
    useful_until: datetime = Field(sa_type=UtcMoment)


class Told(SQLModel, table=True):
    """The facts of an event that a person was told last: the ground on which corrections are decided."""

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    event_id: int = Field(foreign_key="event.id", primary_key=True)
    facts: dict[str, Any] = Field(sa_type=JsonColumn)
    round: int
    notice_id: int = Field(foreign_key="notice.id")
    told_at: datetime = Field(sa_type=UtcMoment)


class Message(SQLModel, table=True):
    """The bytes that left for a notice, exactly: written before the first of them goes out."""

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    body: bytes = Field(sa_type=LargeBinary)
    sha256: str
    composed_at: datetime = Field(sa_type=UtcMoment)
