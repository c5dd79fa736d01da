"""A worker process: who holds the claims on notices, and whether it still lives."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from convene.model.columns import UtcMoment


class Worker(SQLModel, table=True):
    """One process that delivers. Its `id` is the token of its claims (`notice.claimed_by`) and is never given again.

    The lease is renewed while the process lives, on the database's own time; once it ran out, whoever sees it gives
    the claims back and removes the row. `swept_at`: when the worker last looked for what is due. `relay_trouble`: why
    the SMTP server cannot be used at present, in one sentence, and since when; None while it can.
    """

    id: int | None = Field(default=None, primary_key=True)
    host: str
    pid: int
    started_at: datetime = Field(sa_type=UtcMoment)
    lease_until: datetime = Field(sa_type=UtcMoment)
    swept_at: datetime = Field(sa_type=UtcMoment)
    relay_trouble: str | None = None
    relay_trouble_since: datetime | None = Field(default=None, sa_type=UtcMoment)

    # SQLite would otherwise give the number of a worker that is gone to the next one, and with it its claims.
    __table_args__ = ({"sqlite_autoincrement": True},)


class Pause(SQLModel, table=True):
    """Nothing is claimed while there is one: of one programme, or (`programme_id` None) of all.

    `reason` is a sentence for the operator, `after_restore` marks the pause of a database that was put back from a
    copy, which only `resume --after-restore` ends.
    """

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    reason: str
    after_restore: bool = False
    since: datetime = Field(sa_type=UtcMoment)

    # One pause of everything, too: NULLs would not compare as equal.
    __table_args__ = (Index("pause_scope", text("coalesce(programme_id, 0)"), unique=True),)
