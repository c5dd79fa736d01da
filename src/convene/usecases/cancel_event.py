"""Cancel an event: its entries stay in feeds as CANCELLED, and who was told of it gets one mail."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.rules.vocabulary import EventStatus
from convene.usecases.change_programme import before_change, change_programme
from convene.usecases.invite_people import is_past
from convene.usecases.list_events import event_named
from convene.usecases.plan_notices import Planned


def cancel_event(session: Session, name: str, reason: str | None, now: datetime) -> Planned:
    """Set the status, raise the counters and plan the cancellations. `reason` is in the programme's language.

    Raises ConflictError for an event that was held or is cancelled already.
    """
    rows, event = event_named(session, name)
    if event.status == EventStatus.CANCELLED:
        raise ConflictError(f'"{name}" is cancelled already.')
    if event.status == EventStatus.CONFIRMED and is_past(rows, event, now):
        raise ConflictError(f'"{name}" was held and cannot be cancelled.')
    before = before_change(session, rows.programme.slug, now)
    assert before is not None  # the event is stored
    entry = before.document.events[event.slug]
    text = {rows.programme.language: reason} if reason else None
    cancelled = replace(entry, status=EventStatus.CANCELLED, reason=text)
    document = replace(before.document, events={**before.document.events, event.slug: cancelled})
    return change_programme(session, before, document, now).planned
