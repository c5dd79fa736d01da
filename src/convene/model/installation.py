"""What belongs to one database alone."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from convene.model.columns import UtcMoment


class Installation(SQLModel, table=True):
    """One row, made with the schema. `key_secret` names the notices (`rules/notice_key.py`) and never changes.

    `tzdata_version` is the newest zone database by which moments were worked out here; None before the first.
    `content_version` rises with every transaction that may change what mails say, or whether they leave: all but those
    of the delivery itself. `restores` rises whenever somebody says that the database had been put back from a copy.
    `overruled_moment`: when a mail left, by a clock that was ahead, as somebody said who resumed by another.
    """

    id: int = Field(primary_key=True)
    key_secret: bytes = Field(sa_type=LargeBinary)
    tzdata_version: str | None = None
    content_version: int = 0
    restores: int = 0
    overruled_moment: datetime | None = Field(default=None, sa_type=UtcMoment)
