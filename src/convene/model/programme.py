"""A programme as it was applied, with the file it came from."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from convene.model.columns import JsonColumn, TextMap, UtcMoment


class Programme(SQLModel, table=True):
    """`slug` is the id of the file. Rule lists hold canonical texts; None = the kind's plan.

    `source` is the file's text as last applied or exported: `export` patches it, so that comments survive.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: TextMap = Field(sa_type=JsonColumn)
    timezone: str
    language: str
    organiser_name: str
    organiser_email: str
    coordinators: list[str] = Field(sa_type=JsonColumn)
    fiscal_year_starts: list[int] | None = Field(default=None, sa_type=JsonColumn)
    funder: TextMap | None = Field(default=None, sa_type=JsonColumn)
    working_days: str
    weekends: dict[str, list[int]] = Field(sa_type=JsonColumn)
    quiet_hours: list[str] | None = Field(default=None, sa_type=JsonColumn)
    hold_minutes: int
    ask_above: int
    calendar: str
    privacy: str | None = None
    description: TextMap | None = Field(default=None, sa_type=JsonColumn)
    people_files: list[str] = Field(sa_type=JsonColumn)
    reminders: list[str] | None = Field(default=None, sa_type=JsonColumn)
    follow_ups: list[str] | None = Field(default=None, sa_type=JsonColumn)
    invitations: Any = Field(default=None, sa_type=JsonColumn, nullable=True)
    source: str
    source_name: str
    applied_at: datetime = Field(sa_type=UtcMoment)


class Organisation(SQLModel, table=True):
    """A body people belong to. `name` is the one their CSV uses."""

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    position: int
    name: str
    title: TextMap | None = Field(default=None, sa_type=JsonColumn)
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    side: str | None = None


class Series(SQLModel, table=True):
    """The numbered meetings of one body or course."""

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    position: int
    slug: str
    kind: str
    title: TextMap = Field(sa_type=JsonColumn)
    short_title: TextMap | None = Field(default=None, sa_type=JsonColumn)


class Venue(SQLModel, table=True):
    """A place with a clock of its own."""

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    position: int
    slug: str
    title: TextMap = Field(sa_type=JsonColumn)
    timezone: str
    country: str | None = None
    address: TextMap | None = Field(default=None, sa_type=JsonColumn)
    map_link: str | None = None
