"""What a notice speaks of: its own event, or those of a digest's parts."""

from sqlmodel import Session, col, select

from convene.model.notice import Cause, Notice, NoticePart


def events_spoken_of(session: Session, notice: Notice) -> set[int]:
    """The ids of the events that the mail of `notice` speaks of."""
    own = session.get_one(Cause, notice.cause_id).event_id
    if own is not None:
        return {own}
    parts = select(Cause.event_id).join(NoticePart, col(NoticePart.cause_id) == Cause.id)
    return {event_id for event_id in session.exec(parts.where(NoticePart.notice_id == notice.id)) if event_id}
