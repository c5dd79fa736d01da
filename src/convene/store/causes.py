"""Causes as rows: found or added, and handed out as the integers that notices carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from convene.model.notice import Cause as CauseRow
from convene.rules.planned_event import Cause
from convene.rules.vocabulary import NoticeKind
from convene.store.bulk_insert import bulk_insert

_IDENTITY = ("kind", "event_id", "day_id", "rule", "occurrence", "revision")
_COLUMNS = ("programme_id", *_IDENTITY, "joins_from", "joins_to")
_STORED = select(*(col(getattr(CauseRow, name)) for name in ("id", *_IDENTITY))).where(
    col(CauseRow.event_id).in_(bindparam("events", expanding=True))
)


@dataclass
class JoinDates:
    """The first and the last date on which a cause's notices may join digests; None: on none."""

    first: date | None = None
    last: date | None = None

    def add(self, on: date | None) -> None:
        if on is not None:
            self.first = min(self.first or on, on)
            self.last = max(self.last or on, on)


def cause_ids(session: Session, programme_id: int, causes: Mapping[Cause, JoinDates]) -> dict[Cause, int]:
    """The ids of the causes' rows; those that are new are stored, with their dates."""
    event_ids = sorted({cause.event_id for cause in causes})
    ids = _stored(session, event_ids)
    new = sorted(causes.keys() - ids.keys(), key=_order)
    if new:
        rows = [_values(programme_id, cause, causes[cause]) for cause in new]
        bulk_insert(session, CauseRow.__table__, _COLUMNS, rows)  # type: ignore[attr-defined]
        ids = _stored(session, event_ids)
    return ids


def _stored(session: Session, event_ids: Sequence[int]) -> dict[Cause, int]:
    """Every cause of these events, with its row's id."""
    rows: Any = session.connection().execute(_STORED, {"events": event_ids})
    return {Cause(NoticeKind(kind), *others): row_id for row_id, kind, *others in rows}


def _values(programme_id: int, cause: Cause, dates: JoinDates) -> tuple[Any, ...]:
    kind, *others = cause
    return (programme_id, kind.value, *others, dates.first, dates.last)


def _order(cause: Cause) -> tuple[object, ...]:
    return (cause.event_id, cause.day_id or 0, cause.kind.value, cause.rule, cause.occurrence, cause.revision)
