"""The workers: who lives, and what becomes of the claims of one that does not.

On PostgreSQL leases run on the database's own time. On SQLite one worker at a time holds a lock file, which needs none.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import Session, col, func, select, update

from convene.model.columns import UtcMoment
from convene.model.installation import Installation
from convene.model.notice import Message
from convene.model.worker import Worker
from convene.store.driver_sql import DriverSql

_REGISTER = DriverSql(
    """
    INSERT INTO worker (host, pid, started_at, lease_until, swept_at)
    VALUES (:host, :pid, :now, :now, :now)
    RETURNING id
    """
)
_RENEW = {
    "sqlite": DriverSql("UPDATE worker SET lease_until = :lease_until, swept_at = :swept_at WHERE id = :worker"),
    "postgresql": DriverSql(
        """
        UPDATE worker SET lease_until = clock_timestamp() + :lease * interval '1 second', swept_at = :swept_at
        WHERE id = :worker
        """
    ),
}
_TROUBLE = DriverSql(
    """
    UPDATE worker SET relay_trouble = :trouble,
        relay_trouble_since = CASE WHEN relay_trouble IS NULL THEN :now ELSE relay_trouble_since END
    WHERE id = :worker
    """
)
_NO_TROUBLE = DriverSql("UPDATE worker SET relay_trouble = NULL, relay_trouble_since = NULL WHERE id = :worker")
_STATE = DriverSql(
    """
    SELECT content_version,
        (SELECT count(*) FROM worker WHERE id = :worker),
        {last_message}, restores
    FROM installation
    """
)
_LIVING = DriverSql("SELECT count(*) FROM worker WHERE {holds_lease}")
_ANY_DEAD = DriverSql(
    """
    SELECT EXISTS (
        SELECT 1 FROM notice WHERE claimed_by IS NOT NULL
        AND claimed_by NOT IN (SELECT id FROM worker WHERE {holds_lease})
    )
    """
)
_DEAD = "claimed_by IS NOT NULL AND claimed_by NOT IN (SELECT id FROM worker WHERE {holds_lease})"
_HALF_SENT = DriverSql(f"SELECT id FROM notice WHERE {_DEAD} AND state = 'body_sent'")
_RELEASE = tuple(
    DriverSql(f"UPDATE notice SET claimed_by = NULL, {values} WHERE {_DEAD} AND {which}")
    for which, values in (
        ("state = 'claimed'", "state = 'planned'"),
        (
            "state = 'body_sent' AND uncertain",
            "state = 'failed', attempts = attempts + 1, last_error = 'the outcome stayed unknown twice'",
        ),
        (
            "state = 'body_sent' AND NOT uncertain",
            "state = 'uncertain', uncertain = TRUE, attempts = attempts + 1, "
            "last_error = 'the worker ended before the reply was on record'",
        ),
    )
)
_BURY = DriverSql("DELETE FROM worker WHERE NOT ({holds_lease})")
_END = DriverSql("DELETE FROM worker WHERE id = :worker")
_END_ALL = DriverSql("DELETE FROM worker")


def register_worker(connection: Connection, host: str, pid: int, now: datetime) -> int:
    """A new worker without a lease: it must `renew_lease` before it claims. Its id is the token of its claims."""
    return int(_REGISTER.run(connection, host=host, pid=pid, now=now).fetchone()[0])


def renew_lease(connection: Connection, worker: int, seconds: float, swept_at: datetime, real_now: datetime) -> bool:
    """A sign of life, and when the worker last looked for what is due. False: others have taken it for dead."""
    sql = _RENEW[connection.dialect.name]
    lease_until = real_now + timedelta(seconds=seconds)
    found = sql.run(connection, worker=worker, lease=seconds, lease_until=lease_until, swept_at=swept_at)
    return bool(found.rowcount == 1)


def note_trouble(connection: Connection, worker: int, trouble: str | None, now: datetime) -> None:
    """Why the SMTP server takes nothing at present; None when it does again."""
    if trouble is None:
        _NO_TROUBLE.run(connection, worker=worker)
    else:
        _TROUBLE.run(connection, worker=worker, trouble=trouble, now=now)


class WorkerState(NamedTuple):
    """What a worker looks at before it writes. `is_alive`: nobody has taken it for dead. `last_message`: the number of
    the last message (0: none); `restores`: how often the database was put back from a copy.
    """

    content_version: int
    is_alive: bool
    last_message: int
    restores: int


def worker_state(connection: Connection, worker: int) -> WorkerState:
    """The state that concerns a worker, all as of one moment."""
    version, alive, last, restores = _STATE.run(connection, worker=worker).fetchone()
    return WorkerState(int(version), bool(alive), int(last or 0), int(restores))


def last_moment_on_record(session: Session) -> datetime | None:
    """The latest moment (UTC) at which a worker looked, or a mail left, as far as the database knows: not one of which
    somebody said, by resuming, that a wrong clock had made it.
    """
    looked = session.exec(select(func.max(Worker.swept_at, type_=UtcMoment()))).one()
    left = _last_left(session)
    if left == session.exec(select(Installation.overruled_moment)).one():
        left = None
    return max((moment for moment in (looked, left) if moment is not None), default=None)


def overrule_moments(session: Session, now: datetime) -> None:
    """Take the clock that says `now` (UTC) for right, whatever later moments are on record."""
    session.execute(update(Worker).where(col(Worker.swept_at) > now).values(swept_at=now))
    left = _last_left(session)
    if left is not None and left > now:
        session.exec(select(Installation)).one().overruled_moment = left


def _last_left(session: Session) -> datetime | None:
    return session.exec(select(Message.composed_at).order_by(col(Message.id).desc()).limit(1)).first()


def living_workers(connection: Connection) -> int:
    return int(_LIVING.run(connection).fetchone()[0])


def some_are_dead(connection: Connection) -> bool:
    """Whether claims wait to be taken from workers that gave no sign of life."""
    return bool(_ANY_DEAD.run(connection).fetchone()[0])


def half_sent_by_the_dead(connection: Connection) -> list[int]:
    """The notices whose body may have left a worker that is gone."""
    return [int(notice_id) for (notice_id,) in _HALF_SENT.run(connection)]


def release_from_the_dead(connection: Connection) -> None:
    """Give back what dead workers held: unsent bodies are planned again, sent ones uncertain, or failed for good."""
    for statement in _RELEASE:
        statement.run(connection)
    _BURY.run(connection)


def end_worker(connection: Connection, worker: int) -> None:
    """The worker ends in good order; it holds nothing."""
    _END.run(connection, worker=worker)


def end_all_workers(connection: Connection) -> None:
    """For the one worker of an SQLite database, when it takes the lock: every other is gone. Also for a database that
    was put back from a copy: those that live sign on again.
    """
    _END_ALL.run(connection)
