"""A notice, its cause, and what people were told by it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Identity, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from convene.model.columns import JsonColumn, UtcMoment
from convene.rules.notice_states import CLAIMABLE, REPLANNABLE, NoticeState

WAITING_SQL = f"state IN ({', '.join(repr(state.value) for state in CLAIMABLE)})"
"""What may still leave, in the words of the index: SQLite uses it only for a query that says exactly this."""

CLAIMED_SQL = "claimed_by IS NOT NULL"

_REPLANNABLE = ", ".join(repr(state.value) for state in REPLANNABLE)
REPLANNABLE_SQL = f"(notice.state IN ({_REPLANNABLE}) AND NOT notice.uncertain)"
"""What the planner may re-time or cancel. What may have arrived is left to the worker: also when a repeat was begun and
waits again as any other.
"""
OPEN_SQL = f"(notice.state IN ({_REPLANNABLE}, '{NoticeState.CANCELLED.value}') AND NOT notice.uncertain)"
"""The same, and what it may plan again. All else has left, or may have, or is of no use."""


class EventRule(SQLModel, table=True):
    """A rule in force on an event, and since when: nothing due before that is ever written.

    `words` is the rule's canonical text; `kind` tells a reminder from an invitation of the same words.
    """

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    kind: str = Field(primary_key=True)
    words: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcMoment)


class Cause(SQLModel, table=True):
    """Why notices are there, apart from whom they go to: one row for all people who share it.

    `rule` is the canonical text of the rule; `occurrence` the wall-clock moment and zone that it speaks of
    ("2020-01-20T09:00 Asia/Phnom_Penh"); of a digest, which has no event, its date. `revision` is that of a change.
    Its notices may join digests on dates from `joins_from` to `joins_to`.
    """

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    event_id: int | None = Field(default=None, foreign_key="event.id", index=True)
    day_id: int | None = Field(default=None, foreign_key="day.id")
    kind: str
    rule: str
    occurrence: str
    revision: int = 0
    joins_from: date | None = None
    joins_to: date | None = None

    __table_args__ = (
        # NULLs would not compare as equal.
        Index(
            "cause_identity",
            "programme_id",
            text("coalesce(event_id, 0)"),
            text("coalesce(day_id, 0)"),
            "kind",
            "rule",
            "occurrence",
            "revision",
            unique=True,
        ),
        Index("cause_joins", "programme_id", "joins_to", "joins_from"),
    )


class Notice(SQLModel, table=True):
    """One mail, to one person, for one reason.

    Its public name is worked out from `id` (`rules/notice_key.py`). `due_at` is UTC, and read on the clock of
    `timezone`; `joins_on` is the date there on which it may join a digest (of a digest, its date). `useful_until`
    (UTC): after it the notice is missed. `claimed_by` is the worker that holds it (`worker.id`): nobody else may write
    its state. `next_try_at` is the back-off of a deferred one. `uncertain` stays once set.

    There are no foreign keys: PostgreSQL would check a million rows one by one, which takes longer than writing them.
    The rows come from joins with the tables that they name (`store/notice_plan.py`), and go before those do.
    """

    # PostgreSQL takes one number as slowly as it writes a sixth of the row, 32 as fast as one.
    id: int | None = Field(default=None, primary_key=True, sa_column_args=(Identity(cache=32),))
    cause_id: int
    person_id: int
    round: int
    due_at: datetime = Field(sa_type=UtcMoment)
    timezone: str
    zone_assumed: bool = False
    joins_on: date | None = None
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
    claimed_by: int | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_error: str | None = None
    created_at: datetime = Field(sa_type=UtcMoment)

    __table_args__ = (
        # Nobody gets the same notice twice: the database refuses the second row.
        Index("notice_identity", "cause_id", "person_id", "round", unique=True),
        # Only what waits: a row leaves the index when it is sent.
        Index("notice_due", "due_at", "id", sqlite_where=text(WAITING_SQL), postgresql_where=text(WAITING_SQL)),
        # What is in some worker's hands, a few hundred rows at most.
        Index("notice_claimed", "claimed_by", sqlite_where=text(CLAIMED_SQL), postgresql_where=text(CLAIMED_SQL)),
    )


class NoticePart(SQLModel, table=True):
    """One of the reminders that a digest stands for: with the person of the digest, it can be one of its own again.

    Without foreign keys, as the notices themselves.
    """

    notice_id: int = Field(primary_key=True)
    cause_id: int = Field(primary_key=True)
    person_id: int
    round: int
    role: str
    due_at: datetime = Field(sa_type=UtcMoment)
    timezone: str
    joins_on: date
    shifted_from: str | None = None
    shifted_why: str = ""
    useful_until: datetime = Field(sa_type=UtcMoment)

    __table_args__ = (Index("part_identity", "cause_id", "person_id", "round"), {"sqlite_with_rowid": False})


class EventRevision(SQLModel, table=True):
    """The facts of an event as they were at one revision, and since when: what people can have been told.

    `offsets`: by day slug and zone, how many seconds the clocks of its readers were ahead of UTC when the day begins.
    """

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    revision: int = Field(primary_key=True)
    facts: dict[str, Any] = Field(sa_type=JsonColumn)
    offsets: dict[str, dict[str, int]] = Field(sa_type=JsonColumn)
    changed_at: datetime = Field(sa_type=UtcMoment)


class Told(SQLModel, table=True):
    """Which facts of an event a person was told last, by which notice: the ground on which corrections are decided.

    `ended`: they were told that it is off, or that they are off its list.
    """

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    event_id: int = Field(foreign_key="event.id", primary_key=True, index=True)
    revision: int
    ended: bool
    round: int
    notice_id: int
    told_at: datetime = Field(sa_type=UtcMoment)


class MailText(SQLModel, table=True):
    """A mail without what is personal in it: one row for all who read the same words (`mail/mail_text.py`).

    By `digest`, over the content and the events that it tells of, a second worker or the next process finds it again.
    """

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    sender: str
    subject: str
    content: bytes = Field(sa_type=LargeBinary)


class TextEvent(SQLModel, table=True):
    """An event whose facts, as of a revision, a text tells its readers. `ended` (1 or 0): it tells them that it is off,
    or that they are off its list.
    """

    text_id: int = Field(foreign_key="mailtext.id", primary_key=True)
    event_id: int = Field(foreign_key="event.id", primary_key=True, index=True)
    revision: int
    ended: int


class Message(SQLModel, table=True):
    """What left for a notice: text and slots make the same bytes again, and `sha256` proves it.

    Written before the first byte goes out. `id` only ever rises: by it a database that was put back from a copy is
    known (`worker/restore_guard.py`). `composed_at` is the Date of the mail.
    """

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", unique=True)
    text_id: int = Field(foreign_key="mailtext.id")
    slots: str
    sha256: bytes = Field(sa_type=LargeBinary)
    composed_at: datetime = Field(sa_type=UtcMoment)

    # Else SQLite would give the number of an erased person's last message again.
    __table_args__ = ({"sqlite_autoincrement": True},)
