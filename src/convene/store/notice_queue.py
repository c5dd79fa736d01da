"""The queue: which notices are due, who holds them, and the only statements that change a notice's state.

Every UPDATE names the states it may leave (`rules/notice_states.py`); those of a worker name its claim token too, so
that a worker that slept past its lease writes nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, or_, text, union_all, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from convene.model.columns import UtcMoment
from convene.model.notice import WAITING_SQL, Cause, Notice, NoticePart
from convene.rules.notice_states import CLAIMABLE, IN_FLIGHT, UNSENT, NoticeState, states_before
from convene.rules.vocabulary import NoticeKind

_REMINDING = (NoticeKind.REMINDER, NoticeKind.DIGEST)
_WAITING = text(WAITING_SQL)


def next_moment(session: Session) -> datetime | None:
    """The earliest moment (UTC) at which a waiting notice may leave: due, and its back-off over; None: none waits."""
    due = col(Notice.due_at)
    tried = func.coalesce(Notice.next_try_at, Notice.due_at)
    later = case((tried > due, tried), else_=due)
    query = select(func.min(later, type_=UtcMoment())).where(_WAITING)
    earliest: datetime | None = session.exec(query).one()
    return earliest


def earliest_by_rule(session: Session) -> datetime | None:
    """The earliest due moment (UTC) of a waiting notice that is no invitation; None where none waits."""
    query = (
        select(func.min(Notice.due_at, type_=UtcMoment()))
        .join(Cause, col(Cause.id) == Notice.cause_id)
        .where(_WAITING, Cause.kind != NoticeKind.INVITATION)
    )
    earliest: datetime | None = session.exec(query).one()
    return earliest


def claim_due(
    session: Session, now: datetime, real_now: datetime, token: str, lease_until: datetime, limit: int
) -> list[int]:
    """Take up to `limit` notices, due at `now` and with their back-off over at `real_now`; their ids, by due moment."""
    due = (
        select(Notice.id)
        .where(_WAITING, col(Notice.due_at) <= now)
        .where(or_(col(Notice.next_try_at).is_(None), col(Notice.next_try_at) <= real_now))
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(Notice)
        .where(col(Notice.id).in_(due), col(Notice.state).in_(states_before(NoticeState.CLAIMED)))
        .values(state=NoticeState.CLAIMED, claim_token=token, lease_until=lease_until)
        .returning(col(Notice.id), col(Notice.due_at))
        .execution_options(synchronize_session=False)
    ).all()
    return [notice_id for notice_id, _ in sorted(claimed, key=lambda row: (row[1], row[0]))]


def move(session: Session, notice_id: int, token: str, to: NoticeState, **values: Any) -> bool:
    """Move a claimed notice along; False when the claim is no longer this worker's, and nothing was written."""
    if to not in IN_FLIGHT:
        values |= {"claim_token": None, "lease_until": None}
    result = session.execute(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.claim_token) == token)
        .where(col(Notice.state).in_(states_before(to)))
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def release_expired(session: Session, real_now: datetime) -> None:
    """Give back what a dead worker held: unsent bodies are planned again, sent ones are uncertain."""
    expired = and_(col(Notice.lease_until) <= real_now)
    _release(session, expired)


def release_claim(session: Session, token: str) -> None:
    """Give back what one pass claimed and never began."""
    _release(session, and_(col(Notice.claim_token) == token, col(Notice.state) == NoticeState.CLAIMED))


def release_all(session: Session) -> None:
    """Give back everything in flight: for the one worker of an SQLite database, when it takes the lock."""
    _release(session, col(Notice.lease_until).is_not(None))


def _release(session: Session, which: ColumnElement[bool]) -> None:
    body_sent = and_(which, col(Notice.state) == NoticeState.BODY_SENT)
    for rows, values in (
        (and_(which, col(Notice.state) == NoticeState.CLAIMED), {"state": NoticeState.PLANNED}),
        (
            and_(body_sent, col(Notice.uncertain).is_(True)),
            {"state": NoticeState.FAILED, "last_error": "the outcome stayed unknown twice"},
        ),
        (and_(body_sent, col(Notice.uncertain).is_(False)), {"state": NoticeState.UNCERTAIN, "uncertain": True}),
    ):
        session.execute(update(Notice).where(rows).values(claim_token=None, lease_until=None, **values))


def miss_useless(session: Session, now: datetime) -> int:
    """Mark as missed what came too late to be of use (design promise 4); how many."""
    result = session.execute(
        update(Notice)
        .where(col(Notice.state).in_(states_before(NoticeState.MISSED)), col(Notice.state) != NoticeState.CLAIMED)
        .where(col(Notice.useful_until) <= now)
        .values(state=NoticeState.MISSED, reason="it came too late to be of use")
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def miss_overtaken(session: Session, now: datetime) -> int:
    """Of several overdue reminders about one event only the latest leaves; an overdue invitation leaves instead.

    A digest is overtaken when each of its parts is.
    """
    other, cause = aliased(Notice), aliased(Cause)
    invitation = col(cause.kind) == NoticeKind.INVITATION
    later = and_(
        col(cause.kind).in_(_REMINDING),
        or_(
            col(other.due_at) > Notice.due_at,
            and_(col(other.due_at) == Notice.due_at, col(other.id) > Notice.id),
        ),
    )
    overtaken = 0
    for rival, reason in (
        (invitation, "the invitation leaves in its place"),
        (or_(invitation, later), "a later reminder leaves in its place"),
    ):
        result = session.execute(
            update(Notice)
            .where(col(Notice.state).in_(UNSENT), _WAITING, col(Notice.due_at) <= now)
            .where(col(Notice.cause_id).in_(select(Cause.id).where(col(Cause.kind).in_(_REMINDING))))
            .where(~_speaks_of_more_than(other, cause, and_(rival, col(other.due_at) <= now)))
            .values(state=NoticeState.MISSED, reason=reason)
            .execution_options(synchronize_session=False)
        )
        overtaken += int(result.rowcount)  # type: ignore[attr-defined]
    return overtaken


def _speaks_of_more_than(other: type[Notice], cause: type[Cause], rival: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a notice speaks of an event that no waiting notice `other` to the same person, a `rival`, speaks of."""
    mine, theirs = _spoken_of().subquery(), _spoken_of().subquery()
    same = (
        select(other.id)
        .join(cause, col(cause.id) == col(other.cause_id))
        .join(theirs, theirs.c.notice_id == other.id)
        .where(theirs.c.event_id == mine.c.event_id, col(other.person_id) == Notice.person_id)
        .where(col(other.state).in_(CLAIMABLE), rival)
        .correlate(Notice, mine)  # SQLAlchemy sees by itself only one level up
    )
    return select(mine.c.event_id).where(mine.c.notice_id == Notice.id, ~same.exists()).exists()


def _spoken_of() -> CompoundSelect[Any]:
    """The events of every notice: its own, or those of a digest's parts."""
    own: Any = select(col(Notice.id).label("notice_id"), col(Cause.event_id).label("event_id"))
    own = own.join(Cause, col(Cause.id) == col(Notice.cause_id)).where(col(Cause.event_id).is_not(None))
    parts: Any = select(col(NoticePart.notice_id), col(Cause.event_id))
    return union_all(own, parts.join(Cause, col(Cause.id) == col(NoticePart.cause_id)))


def count_unsettled(session: Session, real_now: datetime) -> int:
    """Notices in some worker's hands, and uncertain ones whose repeat may leave now."""
    may_repeat = and_(
        col(Notice.state) == NoticeState.UNCERTAIN,
        or_(col(Notice.next_try_at).is_(None), col(Notice.next_try_at) <= real_now),
    )
    unsettled = or_(col(Notice.state).in_(IN_FLIGHT), may_repeat)
    return session.exec(select(func.count()).select_from(Notice).where(unsettled)).one()
