"""What the database knows of sending: what is due, who looks for it, what went wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from convene.model.columns import UtcMoment
from convene.model.notice import WAITING_SQL, Notice
from convene.model.worker import Worker

_WAITING = text(WAITING_SQL)


def due_notices(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many notices are due and wait, paused or not, and since when (UTC) the first of them does."""
    query: Any = select(func.count(), func.min(col(Notice.due_at), type_=UtcMoment()))
    count, since = session.execute(query.select_from(Notice).where(_WAITING, col(Notice.due_at) <= now)).one()
    return count, since


def last_sweep(session: Session) -> datetime | None:
    """When any worker last looked for what is due (UTC, real time); None where no worker is written down."""
    swept_at: datetime | None = session.execute(select(func.max(col(Worker.swept_at), type_=UtcMoment()))).scalar_one()
    return swept_at
