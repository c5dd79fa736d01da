"""The queue: which notices are due, which worker holds them, and what is of use no more.

Every UPDATE names the states it may leave (`rules/notice_states.py`).
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, case, or_, text, union_all, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from convene.model.columns import UtcMoment
from convene.model.notice import WAITING_SQL, Cause, Notice, NoticePart
from convene.rules.notice_states import CLAIMABLE, IN_FLIGHT, UNSENT, NoticeState
from convene.rules.usefulness import TOO_LATE
from convene.rules.vocabulary import NoticeKind
from convene.store.driver_sql import DriverSql
from convene.store.timeless_notices import without_timeless

_REMINDING = (NoticeKind.REMINDER, NoticeKind.DIGEST)
_WAITING = text(WAITING_SQL)

_MAY_LEAVE = f"""
    {WAITING_SQL} AND due_at <= :now AND (next_try_at IS NULL OR next_try_at <= :real_now)
"""
_UNPAUSED = """
    AND cause_id NOT IN (
        SELECT cause.id FROM cause JOIN pause ON pause.programme_id = cause.programme_id
    )
"""
# MATERIALIZED: PostgreSQL, where it takes few notices to wait, would look for some anew for each that does, pass over
# those that it has just taken, and so take them all.
_CLAIM, _CLAIM_UNPAUSED = (
    DriverSql(
        f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM notice WHERE {_MAY_LEAVE} AND useful_until > :now {unpaused}
            ORDER BY due_at, id LIMIT :most {{skip_locked}}
        )
        UPDATE notice SET state = 'claimed', claimed_by = :worker
        WHERE id IN (SELECT id FROM due) AND {WAITING_SQL}
        RETURNING id, due_at
        """
    )
    for unpaused in ("", _UNPAUSED)
)
_DUE, _DUE_UNPAUSED = (
    DriverSql(f"SELECT EXISTS (SELECT 1 FROM notice WHERE {_MAY_LEAVE} {unpaused})") for unpaused in ("", _UNPAUSED)
)
_PAUSED = DriverSql("SELECT programme_id FROM pause")
_IN_HAND = DriverSql("SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL")
_GIVE_BACK = DriverSql(
    """
    UPDATE notice SET state = 'planned', claimed_by = NULL
    WHERE claimed_by = :worker AND state IN ('claimed', 'body_sent') AND id {in_ids}
    """
)
_GIVE_BACK_UNBEGUN = DriverSql(
    "UPDATE notice SET state = 'planned', claimed_by = NULL WHERE claimed_by = :worker AND state = 'claimed'"
)


def next_moment(session: Session) -> datetime | None:
    """The earliest moment (UTC) at which a waiting notice may leave: due, and its back-off over; None: none waits."""
    due = col(Notice.due_at)
    tried = func.coalesce(Notice.next_try_at, Notice.due_at)
    later = case((tried > due, tried), else_=due)
    query = select(func.min(later, type_=UtcMoment())).where(_WAITING)
    earliest: datetime | None = session.exec(query).one()
    return earliest


def next_due(session: Session, now: datetime) -> datetime | None:
    """The earliest due moment (UTC) after `now` of a waiting notice; None where there is none. By the index alone."""
    query = select(func.min(Notice.due_at, type_=UtcMoment())).where(_WAITING, col(Notice.due_at) > now)
    earliest: datetime | None = session.exec(query).one()
    return earliest


def paused_programmes(connection: Connection) -> frozenset[int | None]:
    """The ids of those of which nothing may leave; None among them: nothing at all may."""
    return frozenset(programme_id for (programme_id,) in _PAUSED.run(connection))


def something_is_due(connection: Connection, now: datetime, real_now: datetime) -> bool:
    """Whether a notice waits that may leave now, and no pause holds it."""
    paused = paused_programmes(connection)
    statement = _DUE_UNPAUSED if paused else _DUE
    return None not in paused and bool(statement.run(connection, now=now, real_now=real_now).fetchone()[0])


def earliest_by_rule(session: Session) -> datetime | None:
    """The earliest due moment (UTC) of a waiting notice that is no invitation; None where none waits."""
    query = (
        select(func.min(Notice.due_at, type_=UtcMoment()))
        .join(Cause, col(Cause.id) == Notice.cause_id)
        .where(_WAITING, Cause.kind != NoticeKind.INVITATION)
    )
    earliest: datetime | None = session.exec(query).one()
    return earliest


def claim_due(connection: Connection, worker: int, now: datetime, real_now: datetime, limit: int) -> set[int]:
    """Take up to `limit` notices that are due at `now`, with their back-off over at `real_now`; their ids.

    What belongs to a paused programme stays, and so does everything while all is paused. What is due at no moment is
    set aside.
    """
    paused = paused_programmes(connection)
    if None in paused:
        return set()
    statement = _CLAIM_UNPAUSED if paused else _CLAIM
    found = statement.run(connection, worker=worker, now=now, real_now=real_now, most=limit)
    return without_timeless(connection, worker, found.fetchall(), now)


def give_back(connection: Connection, worker: int, notice_ids: Collection[int]) -> None:
    """What was claimed and never begun waits again."""
    if notice_ids:
        _GIVE_BACK.run(connection, worker=worker, ids=notice_ids)


def give_back_unbegun(connection: Connection, worker: int) -> None:
    """Everything that was claimed and never begun waits again."""
    _GIVE_BACK_UNBEGUN.run(connection, worker=worker)


def miss_useless(session: Session, now: datetime) -> int:
    """Mark as missed what came due too late to be of use (design promise 4); how many."""
    return _miss(session, *_useless(now))


def miss_overtaken(session: Session, now: datetime) -> int:
    """Of several overdue reminders about one event only the latest leaves; an overdue invitation leaves instead.

    A digest is overtaken when each of its parts is.
    """
    return sum(_miss(session, *overtaken) for overtaken in _overtaken(now))


def why_missed(session: Session, notice_id: int, now: datetime) -> str | None:
    """Why a worker that looked at `now` would mark a notice as missed; None where it would not."""
    for which, reason in (_useless(now), *_overtaken(now)):
        if session.exec(select(Notice.id).where(col(Notice.id) == notice_id, which)).first():
            return reason
    return None


def _miss(session: Session, which: ColumnElement[bool], reason: str) -> int:
    result = session.execute(
        update(Notice)
        .where(which)
        .values(state=NoticeState.MISSED, reason=reason)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _useless(now: datetime) -> tuple[ColumnElement[bool], str]:
    """Which notices come too late, and the reason in words."""
    which = and_(_WAITING, col(Notice.due_at) <= now, col(Notice.useful_until) <= now)
    return which, TOO_LATE


def _overtaken(now: datetime) -> Iterator[tuple[ColumnElement[bool], str]]:
    """The same of those in whose place another leaves."""
    other, cause = aliased(Notice), aliased(Cause)
    invitation = col(cause.kind) == NoticeKind.INVITATION
    later = and_(
        col(cause.kind).in_(_REMINDING),
        or_(
            col(other.due_at) > Notice.due_at,
            and_(col(other.due_at) == Notice.due_at, col(other.id) > Notice.id),
        ),
    )
    for rival, reason in (
        (invitation, "the invitation leaves in its place"),
        (or_(invitation, later), "a later reminder leaves in its place"),
    ):
        which = and_(
            col(Notice.state).in_(UNSENT),
            _WAITING,
            col(Notice.due_at) <= now,
            col(Notice.cause_id).in_(select(Cause.id).where(col(Cause.kind).in_(_REMINDING))),
            ~_speaks_of_more_than(other, cause, and_(rival, col(other.due_at) <= now)),
        )
        yield which, reason


def _speaks_of_more_than(other: type[Notice], cause: type[Cause], rival: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a notice speaks of an event that no waiting notice `other` to the same person, a `rival`, speaks of."""
    mine, theirs = _spoken_of().subquery(), _spoken_of().subquery()
    same = (
        select(other.id)
        .join(cause, col(cause.id) == col(other.cause_id))
        .join(theirs, theirs.c.notice_id == other.id)
        .where(theirs.c.event_id == mine.c.event_id, col(other.person_id) == Notice.person_id)
        .where(col(other.state).in_(CLAIMABLE + IN_FLIGHT), rival)
        .correlate(Notice, mine)  # SQLAlchemy sees by itself only one level up
    )
    return select(mine.c.event_id).where(mine.c.notice_id == Notice.id, ~same.exists()).exists()


def _spoken_of() -> CompoundSelect[Any]:
    """The events of every notice: its own, or those of a digest's parts."""
    own: Any = select(col(Notice.id).label("notice_id"), col(Cause.event_id).label("event_id"))
    own = own.join(Cause, col(Cause.id) == col(Notice.cause_id)).where(col(Cause.event_id).is_not(None))
    parts: Any = select(col(NoticePart.notice_id), col(Cause.event_id))
    return union_all(own, parts.join(Cause, col(Cause.id) == col(NoticePart.cause_id)))


def count_in_hand(connection: Connection) -> int:
    """How many notices some worker has in hand."""
    return int(_IN_HAND.run(connection).fetchone()[0])
