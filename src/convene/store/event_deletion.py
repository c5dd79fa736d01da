"""Delete an event that nobody was told of, with everything that hangs on it."""

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from convene.model.event import Day, Event, RetiredEvent
from convene.model.link import FeedLink
from convene.model.notice import Cause, EventRevision, EventRule, Message, Notice, NoticePart, TextEvent, Told
from convene.model.person import Invitation
from convene.model.warning import StoredWarning


def delete_event(session: Session, event_id: int) -> None:
    """Its notices go first: no foreign key holds them. Digests lose the part that spoke of it. How far the sequences
    of its entries had come stays: feeds have shown them.
    """
    _retire(session, event_id)
    causes = select(Cause.id).where(Cause.event_id == event_id)
    session.execute(delete(NoticePart).where(col(NoticePart.cause_id).in_(causes)))
    # A body that was about to leave and did not has left its message behind.
    notices = select(Notice.id).where(col(Notice.cause_id).in_(causes))
    session.execute(delete(Message).where(col(Message.notice_id).in_(notices)))
    session.execute(delete(Notice).where(col(Notice.cause_id).in_(causes)))
    for table in (TextEvent, Cause, Told, EventRevision, EventRule, Invitation, FeedLink, StoredWarning, Day):
        session.execute(delete(table).where(col(table.event_id) == event_id))
    session.execute(delete(Event).where(col(Event.id) == event_id))


def _retire(session: Session, event_id: int) -> None:
    event = session.get_one(Event, event_id)
    # That of the one bar, which is at least that of each day (`rules/feed_entries.py`).
    of_bar = select(func.coalesce(func.sum(Day.sequence), 0) + func.count()).where(Day.event_id == event_id)
    retired = RetiredEvent(uid=event.uid, programme_id=event.programme_id, sequence=session.exec(of_bar).one())
    session.merge(retired)
