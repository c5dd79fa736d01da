"""Cancel an event: its entries stay in feeds as CANCELLED, and who was told of it gets one mail."""

from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.rules.vocabulary import EventStatus
from convene.store.programme_rows import load_programme
from convene.usecases.apply_programme import record_changes
from convene.usecases.describe_events import event_brief
from convene.usecases.invite_people import is_past
from convene.usecases.list_events import event_named
from convene.usecases.plan_notices import Planned, replan


def cancel_event(session: Session, name: str, reason: str | None, now: datetime) -> Planned:
    """Set the status, raise the counters and plan the cancellations. `reason` is in the programme's language.

    Raises ConflictError for an event that was held or is cancelled already.
    """
    rows, event = event_named(session, name)
    if event.status == EventStatus.CANCELLED:
        raise ConflictError(f'"{name}" is cancelled already.')
    if event.status == EventStatus.CONFIRMED and is_past(rows, event, now):
        raise ConflictError(f'"{name}" was held and cannot be cancelled.')
    before = {event.slug: event_brief(rows, event)}
    event.status = EventStatus.CANCELLED.value
    event.reason = {rows.programme.language: reason} if reason else None
    session.flush()
    fresh = load_programme(session, rows.programme)
    record_changes(fresh, before, now)
    return replan(session, fresh, now)
