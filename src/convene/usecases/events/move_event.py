"""Move an event: to other dates, other hours, another place. Whoever was told otherwise gets one mail."""

from datetime import datetime

from sqlmodel import Session

from convene.programme_file.edits.moved_event import Move, moved_event
from convene.usecases.events.change_event import ChangedEvent, change_event


def move_event(session: Session, name: str, move: Move, now: datetime, *, past: bool = False) -> ChangedEvent:
    """Move the event `name`. `past`: it may have begun at the new moment.

    Raises NotFoundError for an event or a day that is not there, ConflictError for an event that was held,
    WrittenValueError and ContentError for words that do not fit.
    """
    return change_event(session, name, lambda tree, _: moved_event(tree, move), now, past=past)
