"""Events that the file no longer has: deleted where nobody was told of them, refused otherwise."""

from sqlmodel import Session

from convene.errors import ConflictError
from convene.programme_file.document import ProgrammeDocument
from convene.store.event_deletion import delete_event
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.keep_numbers import forget_event


def drop_missing_events(session: Session, rows: ProgrammeRows, document: ProgrammeDocument) -> list[str]:
    """Delete the events that `document` does not have, and take them out of `rows`; their ids.

    Raises ConflictError where people were told of one of them.
    """
    renamed = {entry.was for entry in document.events.values()}
    missing = [event for event in rows.events if event.slug not in document.events and event.slug not in renamed]
    for event in missing:
        if row_id(event) in rows.events_told:
            raise ConflictError(
                f'"{event.slug}" is missing from the file, but people were told of it.',
                f"keep it, and write  status: cancelled  under {event.slug}",
            )
    for event in missing:
        forget_event(session, row_id(event))
        delete_event(session, row_id(event))
        rows.events.remove(event)
    return [event.slug for event in missing]
