"""Cancel or postpone an event: its entries stay in feeds, marked, and whoever was told of it gets one mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.programme_file.edits.written_words import with_words
from convene.rules.vocabulary import EventStatus
from convene.usecases.events.change_event import ChangedEvent, change_event
from convene.usecases.events.list_events import event_named, hold_event


def cancel_event(session: Session, name: str, reason: Sequence[str], now: datetime) -> ChangedEvent:
    """Cancel the event `name`. `reason` is a text as written: in the programme's language, or `km=...`.

    Raises ConflictError for an event that was held, is a draft, or is cancelled already.
    """
    return _set_aside(session, name, EventStatus.CANCELLED, reason, now)


def postpone_event(session: Session, name: str, reason: Sequence[str], now: datetime) -> ChangedEvent:
    """Postpone the event `name` to a date that is not known yet; it keeps its days until it is moved.

    `reason` and what is raised are as in `cancel_event`.
    """
    return _set_aside(session, name, EventStatus.POSTPONED, reason, now)


def _set_aside(session: Session, name: str, status: EventStatus, reason: Sequence[str], now: datetime) -> ChangedEvent:
    hold_event(session, name)
    _, event = event_named(session, name)
    if event.status == status:
        raise ConflictError(f'"{name}" is {status} already.')
    words = {"status": [status.value], "reason": ["", *reason]}
    return change_event(session, name, lambda tree, document: with_words(tree, words, document.programme.language), now)
