"""Delete an event that nobody was told of, with everything that hangs on it."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from convene.model.event import Day, Event
from convene.model.link import FeedLink
from convene.model.notice import Cause, EventRevision, EventRule, Message, Notice, NoticePart, TextEvent, Told
from convene.model.person import Invitation
from convene.model.warning import StoredWarning


def delete_event(session: Session, event_id: int) -> None:
    """Its notices go first: no foreign key holds them. Digests lose the part that spoke of it."""
    causes = select(Cause.id).where(Cause.event_id == event_id)
    session.execute(delete(NoticePart).where(col(NoticePart.cause_id).in_(causes)))
    # A body that was about to leave and did not has left its message behind.
    notices = select(Notice.id).where(col(Notice.cause_id).in_(causes))
    session.execute(delete(Message).where(col(Message.notice_id).in_(notices)))
    session.execute(delete(Notice).where(col(Notice.cause_id).in_(causes)))
    for table in (TextEvent, Cause, Told, EventRevision, EventRule, Invitation, FeedLink, StoredWarning, Day):
        session.execute(delete(table).where(col(table.event_id) == event_id))
    session.execute(delete(Event).where(col(Event.id) == event_id))
