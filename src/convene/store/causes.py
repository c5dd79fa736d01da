"""Causes as rows: found or added, and handed out as the integers that notices carry."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, select

from convene.model.notice import Cause as CauseRow
from convene.rules.planned_event import Cause
from convene.rules.vocabulary import NoticeKind
from convene.store.bulk_insert import bulk_insert

_COLUMNS = ("programme_id", "kind", "event_id", "day_id", "rule", "occurrence", "revision")


def cause_ids(session: Session, programme_id: int, causes: Iterable[Cause]) -> dict[Cause, int]:
    """The ids of the causes' rows; those that are new are stored."""
    wanted = set(causes)
    event_ids = sorted({cause.event_id for cause in wanted})
    ids = _stored(session, event_ids)
    new = sorted(wanted - ids.keys(), key=_order)
    if new:
        bulk_insert(session, CauseRow.__table__, _COLUMNS, [_values(programme_id, cause) for cause in new])  # type: ignore[attr-defined]
        ids = _stored(session, event_ids)
    return ids


def _stored(session: Session, event_ids: Sequence[int]) -> dict[Cause, int]:
    """Every cause of these events, with its row's id."""
    columns = [col(getattr(CauseRow, name)) for name in ("id", *_COLUMNS[1:])]
    rows: Any = session.execute(select(*columns).where(col(CauseRow.event_id).in_(event_ids)))
    return {Cause(NoticeKind(kind), *others): row_id for row_id, kind, *others in rows}


def _values(programme_id: int, cause: Cause) -> tuple[Any, ...]:
    return (
        programme_id,
        cause.kind.value,
        cause.event_id,
        cause.day_id,
        cause.rule,
        cause.occurrence,
        cause.revision,
    )


def _order(cause: Cause) -> tuple[object, ...]:
    return (cause.event_id, cause.day_id or 0, cause.kind.value, cause.rule, cause.occurrence, cause.revision)
