"""Notices that are due at no moment: SQLite keeps whatever somebody wrote there, and orders it as text.

They are set aside like any other row that nobody can read, or none would be claimed beside them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from convene.model.notice import WAITING_SQL
from convene.store.driver_sql import DriverSql, read_moment

_LONGEST = 100
# Behind every digit: it would never be due.
_BRING_FORWARD = DriverSql(f"UPDATE notice SET due_at = ' ' || due_at WHERE {WAITING_SQL} AND due_at >= 'A'")
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
        try:
            read_moment(due_at)
            timely.add(int(notice_id))
        except (ValueError, AttributeError):
            said = f'when it is due cannot be read: "{str(due_at).strip()[:_LONGEST]}" is no moment'
            _SET_ASIDE.run(connection, notice_id=notice_id, worker=worker, now=now, last_error=said)
    return timely
