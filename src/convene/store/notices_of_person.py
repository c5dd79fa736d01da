"""The notices of one person: found by index among millions, through the causes of what they are invited to."""

from sqlalchemy import ColumnElement, delete, text, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from convene.model.event import Event
from convene.model.notice import Cause, Message, Notice, NoticePart
from convene.model.person import Invitation
from convene.rules.notice_states import NoticeState, states_before
from convene.store.opt_outs import is_ended


def notices_of(person_id: int) -> ColumnElement[bool]:
    """The condition that a notice goes to this person."""
    return (col(Notice.person_id) == person_id) & col(Notice.cause_id).in_(_causes_for(person_id))


def cancel_unsubscribed(session: Session, person_id: int, reason: str) -> int:
    """Cancel what has not left and is of no programme, or no kind, that they still want; how many notices that are.

    One that a worker holds as well: its next write names the worker, and touches no row.
    """
    result = session.execute(
        update(Notice)
        .where(
            col(Notice.person_id) == person_id,
            col(Notice.cause_id).in_(
                _causes_for(person_id).where(text(is_ended(":reader")).bindparams(reader=person_id))
            ),
            col(Notice.state).in_(states_before(NoticeState.CANCELLED)),
        )
        .values(state=NoticeState.CANCELLED, claimed_by=None, reason=reason)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def delete_notices(session: Session, person_id: int) -> int:
    """Delete the person's notices with all that belongs to them; how many there were."""
    ids = select(Notice.id).where(notices_of(person_id))
    session.execute(delete(Message).where(col(Message.notice_id).in_(ids)))
    session.execute(delete(NoticePart).where(col(NoticePart.notice_id).in_(ids)))
    result = session.execute(delete(Notice).where(notices_of(person_id)))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _causes_for(person_id: int) -> Select[int]:
    """Of the events that they are or were invited to, and of the digests of those programmes."""
    invited = select(Invitation.event_id).where(Invitation.person_id == person_id)
    programmes = select(Event.programme_id).where(col(Event.id).in_(invited))
    digests = col(Cause.event_id).is_(None) & col(Cause.programme_id).in_(programmes)
    return select(Cause.id).where(col(Cause.event_id).in_(invited) | digests)  # type: ignore[return-value]
