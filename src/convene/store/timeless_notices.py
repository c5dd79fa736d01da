"""Notices that are due at no moment: SQLite keeps whatever somebody wrote there, and orders it as text.

They are set aside like any other row that nobody can read, or none would be claimed beside them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from convene.model.notice import WAITING_SQL
from convene.store.driver_sql import DriverSql, read_moment
from convene.store.notice_keys import key_of

_LONGEST = 100
# Behind every digit: it would never be due.
_BRING_FORWARD = DriverSql(f"UPDATE notice SET due_at = ' ' || due_at WHERE {WAITING_SQL} AND due_at >= 'A'")
# All that may be: SQLite counts on from 31 February, knows a year 0, and does not mind what follows the seconds.
_DOUBTFUL = DriverSql(
    """
    SELECT id, due_at FROM notice
    WHERE datetime(due_at, '+0 days') IS NOT substr(due_at, 1, 19) OR substr(due_at, 1, 4) = '0000'
        OR due_at NOT GLOB '*.[0-9][0-9][0-9][0-9][0-9][0-9]'
    """
)
_SET_ASIDE = DriverSql(
    """
    UPDATE notice SET state = 'failed', claimed_by = NULL, due_at = :now, last_error = :last_error
    WHERE id = :notice_id AND claimed_by = :worker AND state = 'claimed'
    """
)


def bring_forward(connection: Connection) -> None:
    """Let what stands where a moment should, and comes after all moments, come before them: then it is claimed."""
    if connection.dialect.name == "sqlite":
        _BRING_FORWARD.run(connection)


def without_timeless(
    connection: Connection, worker: int, claimed: Iterable[tuple[int, Any]], now: datetime
) -> set[int]:
    """The notices that a worker claimed, without those due at no moment: they fail, with `now` (UTC) for a moment."""
    timely = set()
    for notice_id, due_at in claimed:
        said = _why_timeless(due_at)
        if said:
            _SET_ASIDE.run(connection, notice_id=notice_id, worker=worker, now=now, last_error=said)
        else:
            timely.add(int(notice_id))
    return timely


def timeless_notices(session: Session) -> dict[int, str]:
    """The notices that are due at no moment, whatever their state: by the row's id a sentence that names the notice."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return {}
    found = ((notice_id, _why_timeless(due_at)) for notice_id, due_at in _DOUBTFUL.run(connection))
    return {notice_id: f"Of the notice {key_of(session, notice_id)}, {said}." for notice_id, said in found if said}


def _why_timeless(due_at: Any) -> str | None:
    """What is wrong with what stands where a moment should; None for a moment."""
    try:
        read_moment(due_at)
    except (ValueError, AttributeError):
        return f'when it is due cannot be read: "{str(due_at).strip()[:_LONGEST]}" is no moment'
    return None
