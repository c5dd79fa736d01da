"""Causes as rows: found or added, and handed out as the integers that notices carry."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from convene.model.notice import Cause as CauseRow
from convene.rules.planned_event import Cause
from convene.rules.vocabulary import NoticeKind


def cause_ids(session: Session, programme_id: int, causes: Iterable[Cause]) -> dict[Cause, int]:
    """The ids of the causes' rows; those that are new are stored."""
    wanted = set(causes)
    ids = _stored(session, sorted({cause.event_id for cause in wanted}))
    new = sorted(wanted - ids.keys(), key=_order)
    if new:
        rows = [_columns(programme_id, cause) for cause in new]
        statement = insert(CauseRow).returning(col(CauseRow.id), sort_by_parameter_order=True)
        ids |= dict(zip(new, session.scalars(statement, rows), strict=True))
    return ids


def _stored(session: Session, event_ids: Sequence[int]) -> dict[Cause, int]:
    rows = session.exec(select(CauseRow).where(col(CauseRow.event_id).in_(event_ids)))
    return {_cause(row): row.id for row in rows if row.id is not None and row.event_id is not None}


def _cause(row: CauseRow) -> Cause:
    assert row.event_id is not None  # only digests have no event, and those are made in SQL
    return Cause(NoticeKind(row.kind), row.event_id, row.day_id, row.rule, row.occurrence, row.revision)


def _columns(programme_id: int, cause: Cause) -> dict[str, Any]:
    return {"programme_id": programme_id, **vars(cause), "kind": cause.kind.value}


def _order(cause: Cause) -> tuple[object, ...]:
    return (cause.event_id, cause.day_id or 0, cause.kind.value, cause.rule, cause.occurrence, cause.revision)
