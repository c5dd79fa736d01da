"""What an organiser should know, and nobody was there to be told."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from convene.model.columns import UtcMoment


class StoredWarning(SQLModel, table=True):
    """One sentence about a programme, or one of its events, and when it came up."""

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    event_id: int | None = Field(default=None, foreign_key="event.id", index=True)
    sentence: str
    at: datetime = Field(sa_type=UtcMoment)
