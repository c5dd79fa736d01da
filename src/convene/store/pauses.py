"""What is paused: while there is a pause, no notice is claimed; of one programme, or of all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, text
from sqlmodel import Session, col, select

from convene.model.columns import UtcMoment
from convene.model.worker import Pause

_ADD = text(
    "INSERT INTO pause (programme_id, reason, after_restore, since) "
    "VALUES (:programme_id, :reason, :after_restore, :since) ON CONFLICT DO NOTHING"
).bindparams(bindparam("since", type_=UtcMoment()), bindparam("programme_id", type_=Integer()))


def pauses(session: Session) -> Sequence[Pause]:
    """Every pause, that of everything first."""
    return session.exec(select(Pause).order_by(col(Pause.programme_id).is_not(None), col(Pause.since))).all()


def pause_of(session: Session, programme_id: int | None) -> Pause | None:
    """The pause of a programme, or of everything (None)."""
    mine = col(Pause.programme_id).is_(None) if programme_id is None else col(Pause.programme_id) == programme_id
    return session.exec(select(Pause).where(mine)).first()


def add_pause(
    session: Session, reason: str, now: datetime, programme_id: int | None = None, *, after_restore: bool = False
) -> bool:
    """Pause a programme, or everything. False where it is paused already: the first reason stays.

    But a restored copy is the graver one: it takes the place of another reason.
    """
    known = pause_of(session, programme_id)
    if known is not None and (known.after_restore or not after_restore):
        return False
    if known is not None:
        session.delete(known)
        session.flush()
    values = {"programme_id": programme_id, "reason": reason, "after_restore": after_restore, "since": now}
    # Several workers may find the same fault at the same moment: the first reason stays.
    return bool(session.execute(_ADD, values).rowcount)  # type: ignore[attr-defined]
