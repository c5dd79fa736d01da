"""Links that are keys: the row behind each token (design promise 8)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from convene.model.columns import UtcMoment


class FeedLink(SQLModel, table=True):
    """A calendar behind a secret address, in one language. The token is made from this row and the secret key.

    Exactly one of the four subjects is set. `one_bar` and `alarm_minutes` are what was asked for beside the language
    (`rules/feed_entries.py`). Revoking raises `generation`, and older tokens answer 410.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    event_id: int | None = Field(default=None, foreign_key="event.id")
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    country: str | None = None
    language: str
    one_bar: bool = False
    alarm_minutes: int | None = None
    generation: int = 1
    created_at: datetime = Field(sa_type=UtcMoment)
