"""Events that the file no longer has: deleted where nobody was told of them, refused otherwise."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from convene.errors import ConflictError
from convene.model.event import Day, Event
from convene.model.link import FeedLink
from convene.model.notice import EventRule, Notice, NoticePart, Told
from convene.model.person import Invitation
from convene.programme_file.document import ProgrammeDocument
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.keep_numbers import forget_event


def drop_missing_events(session: Session, rows: ProgrammeRows, document: ProgrammeDocument) -> list[str]:
    """Delete the events that `document` does not have, and take them out of `rows`; their ids.

    Raises ConflictError where people were told of one of them.
    """
    renamed = {entry.was for entry in document.events.values()}
    missing = [event for event in rows.events if event.slug not in document.events and event.slug not in renamed]
    told_of = {event_id for _, event_id in rows.told}
    for event in missing:
        if row_id(event) in told_of:
            raise ConflictError(
                f'"{event.slug}" is missing from the file, but people were told of it.',
                f"keep it, and write  status: cancelled  under {event.slug}",
            )
    for event in missing:
        _delete_event(session, row_id(event))
        rows.events.remove(event)
    return [event.slug for event in missing]


def _delete_event(session: Session, event_id: int) -> None:
    notices = select(Notice.id).where(Notice.event_id == event_id)
    session.execute(delete(NoticePart).where(col(NoticePart.event_id) == event_id))
    session.execute(delete(NoticePart).where(col(NoticePart.notice_id).in_(notices)))
    session.execute(delete(Notice).where(col(Notice.event_id) == event_id))
    forget_event(session, event_id)
    for table in (Told, EventRule, Invitation, FeedLink, Day):
        session.execute(delete(table).where(col(table.event_id) == event_id))
    session.execute(delete(Event).where(col(Event.id) == event_id))
