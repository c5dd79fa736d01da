"""The notices that wait and that no pause holds back, counted person by person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, text, update
from sqlmodel import Session, col

from convene.model.notice import WAITING_SQL, Cause, Notice
from convene.model.person import Person
from convene.model.programme import Programme
from convene.model.worker import Pause
from convene.rules.notice_states import IN_FLIGHT, NoticeState, states_before
from convene.store.changed_notices import ChangedNotices, FirstChanged
from convene.store.opt_outs import is_ended

_WAITING = text(WAITING_SQL)


def waiting_notices(
    session: Session, now: datetime, soon: datetime, programme_id: int | None = None
) -> Iterator[ChangedNotices]:
    """By kind and person, those due earliest first; of one programme, or of all (None).

    What its reader unsubscribed from, or goes to an address that was refused, does not leave and is not counted.
    """
    due = col(Notice.due_at)
    first = func.min(due)
    query: Any = select(
        col(Cause.kind),
        col(Notice.person_id),
        col(Notice.language),
        _sum(due <= now),
        _sum((due > now) & (due <= soon)),
        _sum(due > soon),
    )
    query = query.join(Cause, col(Cause.id) == col(Notice.cause_id)).where(*_free(programme_id))
    query = query.group_by(col(Cause.kind), col(Notice.person_id), col(Notice.language))
    for row in session.execute(query.order_by(first, col(Cause.kind), col(Notice.person_id))):
        yield ChangedNotices(*row)


def first_waiting(session: Session, now: datetime, programme_id: int | None = None) -> FirstChanged | None:
    """The one that is due first after `now`."""
    query: Any = select(col(Cause.kind), col(Notice.due_at), col(Notice.timezone)).join(
        Cause, col(Cause.id) == col(Notice.cause_id)
    )
    query = query.where(*_free(programme_id), col(Notice.due_at) > now)
    row = session.execute(query.order_by(col(Notice.due_at), col(Notice.timezone)).limit(1)).first()
    return FirstChanged(row.kind, row.due_at, row.timezone) if row else None


def skip_due(session: Session, now: datetime, programme_id: int | None, reason: str) -> int:
    """Mark what is due by `now` and no pause holds back as missed; how many."""
    result = session.execute(
        update(Notice)
        .where(col(Notice.state).in_(states_before(NoticeState.MISSED)), col(Notice.state).not_in(IN_FLIGHT))
        .where(col(Notice.due_at) <= now, col(Notice.cause_id).in_(_causes(programme_id)))
        .values(state=NoticeState.MISSED, reason=reason)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def least_ask_above(session: Session) -> int:
    """The lowest limit of any programme above which a number is typed; 0 where there is none."""
    return session.execute(select(func.min(col(Programme.ask_above)))).scalar_one() or 0


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _free(programme_id: int | None) -> tuple[Any, ...]:
    refused = select(col(Person.id)).where(col(Person.refused_at).is_not(None))
    return (
        _WAITING,
        col(Notice.cause_id).in_(_causes(programme_id)),
        col(Notice.person_id).not_in(refused),
        text(f"NOT {is_ended('notice.person_id')}"),
    )


def _causes(programme_id: int | None) -> Any:
    """The causes of a programme, or of all, without those that are paused."""
    held = select(col(Pause.id)).where(
        or_(col(Pause.programme_id).is_(None), col(Pause.programme_id) == col(Cause.programme_id))
    )
    query = select(col(Cause.id)).where(~held.exists())
    return query if programme_id is None else query.where(col(Cause.programme_id) == programme_id)
