"""An event, its days, and the numbers that stay with events."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from convene.model.columns import JsonColumn, TextMap, UtcMoment


class Event(SQLModel, table=True):
    """One thing people attend, with every key of the file as written.

    `uid` is that of the one bar that some feeds show. `revision` counts changes of the facts (what people must know).
    `days_written` is None where the file gives no `days` (`same_as`, `due`); the rows of `Day` hold what follows from
    either.
    """

    __table_args__ = (
        UniqueConstraint("programme_id", "slug"),
        # With all that the listing of a feed asks of an event, whose row may be long.
        Index("event_listed", "programme_id", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    position: int
    slug: str
    was: str | None = None
    kind: str | None = None
    title: TextMap | None = Field(default=None, sa_type=JsonColumn)
    short_title: TextMap | None = Field(default=None, sa_type=JsonColumn)
    description: TextMap | None = Field(default=None, sa_type=JsonColumn)
    status: str
    reason: TextMap | None = Field(default=None, sa_type=JsonColumn)
    series: str | None = None
    number: int | None = None
    cohort: str | None = None
    same_as: str | None = None
    starts: date | None = None
    part_of: str | None = None
    venue: str | None = None
    timezone: str | None = None
    organiser: dict[str, str] | None = Field(default=None, sa_type=JsonColumn)
    days_written: bool = False
    due: dict[str, str | None] | None = Field(default=None, sa_type=JsonColumn)
    capacity: int | None = None
    target: list[Any] | None = Field(default=None, sa_type=JsonColumn)
    invite: list[list[str | None]] | None = Field(default=None, sa_type=JsonColumn)
    reminders: list[str] | None = Field(default=None, sa_type=JsonColumn)
    follow_ups: list[str] | None = Field(default=None, sa_type=JsonColumn)
    invitations: Any = Field(default=None, sa_type=JsonColumn, nullable=True)
    announced_as: str | None = None
    spoken: list[str] = Field(sa_type=JsonColumn)
    materials: list[dict[str, Any]] = Field(sa_type=JsonColumn)
    alarms: list[str] = Field(sa_type=JsonColumn)
    uid: str = Field(unique=True)
    revision: int = 1
    created_at: datetime = Field(sa_type=UtcMoment)
    facts_changed_at: datetime = Field(sa_type=UtcMoment)


class Day(SQLModel, table=True):
    """One calendar entry of an event; a deadline has one, with the slug `due`.

    The first block is as written (None: the key is absent), the second what it resolves to: the wall clock and its
    zone are the truth, `starts_at` and `ends_at` (UTC) are derived from them with tzdata `tzdata_version`.
    `removed_at`: the day fell away, and its entry stays in feeds as CANCELLED. `in_feeds`: it has not aged out of them
    (`rules/feed_entries.py`); a daily sweep takes it off, a change brings it back.
    """

    # Else SQLite would give the number of a deleted day again, and feeds know their entries by it.
    __table_args__ = (
        UniqueConstraint("event_id", "slug"),
        # With all that the listing of a feed asks of a day.
        Index("day_listed", "event_id", "in_feeds", "sequence", "changed_at", "on_date"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    position: int
    slug: str
    on_date: date | None = None
    undecided: str | None = None
    start_time: time | None = None
    end_time: time | None = None
    until: date | None = None
    mode: str | None = None
    venue: str | None = None
    timezone: str | None = None
    link: str | None = None
    title: TextMap | None = Field(default=None, sa_type=JsonColumn)
    fold: int | None = None

    zone: str
    resolved_mode: str
    resolved_venue: str | None = None
    starts_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    ends_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    tzdata_version: str

    uid: str = Field(unique=True)
    sequence: int = 0
    created_at: datetime = Field(sa_type=UtcMoment)
    changed_at: datetime = Field(sa_type=UtcMoment)
    facts_since: datetime = Field(sa_type=UtcMoment)
    removed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    in_feeds: bool = True


class SeriesNumber(SQLModel, table=True):
    """A number in a series that people know an event by, though it has another one now, or is deleted: no other
    event takes it. `event_id` is None once the event was deleted; `event_name` is its id in the file at that time.
    """

    programme_id: int = Field(foreign_key="programme.id", primary_key=True)
    series: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    event_id: int | None = Field(default=None, foreign_key="event.id", index=True)
    event_name: str


class RetiredEvent(SQLModel, table=True):
    """A deleted event, known by its uid: if it is written again, its entries go on after the highest `sequence` that
    subscribers have seen, since a calendar program ignores one that is not higher than its own.
    """

    uid: str = Field(primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    sequence: int
