"""Take off feeds what has aged out of them, and bring back what belongs there again.

Feeds are written from rows alone, never by the clock of whoever asks: an entry leaves them because a row changed. That
happens in the daily sweep, and in every change of a programme.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, or_, select

from convene.model.event import Day, Event
from convene.rules.facts import DayFacts
from convene.rules.feed_entries import DAYS_KEPT, stays_in_feeds
from convene.rules.vocabulary import EventStatus, Mode
from convene.store.database import Database
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import last_facts

_STOPPED = (EventStatus.CANCELLED, EventStatus.POSTPONED)


def age_feeds(rows: ProgrammeRows, now: datetime) -> None:
    """Decide for every day of the programme, new and revived ones too, whether feeds show it from `now` (UTC) on."""
    for event in rows.events:
        for day in rows.days.get(row_id(event), []):
            stays = _stays(rows.session, event, day, now)
            if day.in_feeds != stays:
                day.in_feeds = stays


def sweep_feeds(database: Database, now: datetime) -> int:
    """Take off what aged out by `now` (UTC), in every programme; how many entries. Writes nothing where none did."""
    with database.reading() as session:
        found = any(_aged_out(session, now))
    if not found:
        return 0
    with database.writing() as session:
        aged = list(_aged_out(session, now, hold=True))
        for day in aged:
            day.in_feeds = False
        return len(aged)


def _aged_out(session: Session, now: datetime, *, hold: bool = False) -> Iterator[Day]:
    """The days that are to leave. With `hold` nobody changes them meanwhile: a day may be revived at this moment."""
    last_date = func.coalesce(Day.until, Day.on_date)
    called_off = col(Day.removed_at).is_not(None) | col(Event.status).in_([status.value for status in _STOPPED])
    query = (
        select(Day, Event)
        .join(Event, col(Event.id) == Day.event_id)
        .where(
            Day.in_feeds,
            or_(
                last_date < now.date() - timedelta(days=DAYS_KEPT),
                called_off & (last_date < now.date()),
                col(Day.on_date).is_(None),
            ),
        )
        .order_by(col(Day.id))
    )
    for day, event in session.exec(query.with_for_update(of=Day) if hold else query).all():
        if not _stays(session, event, day, now):
            yield day


def _stays(session: Session, event: Event, day: Day, now: datetime) -> bool:
    last = _last_date(session, day)
    return last is None or stays_in_feeds(last, _called_off_at(event, day), now)


def _last_date(session: Session, day: Day) -> date | None:
    """The last date that the entry touches; of a day that lost its date, as people knew it. None: it never had one."""
    if day.on_date is None:
        known = last_facts(session, day.event_id, day.slug)
        return known.end_date if known else None
    mode = Mode(day.resolved_mode)
    return DayFacts(day.slug, day.on_date, day.start_time, day.end_time, day.until, day.zone, mode).end_date


def _called_off_at(event: Event, day: Day) -> datetime | None:
    """Since when the entry is marked CANCELLED (UTC). A later change of the event's facts marks it anew."""
    if day.removed_at is not None:
        return day.removed_at
    if day.on_date is None:
        return day.facts_since
    return event.facts_changed_at if event.status in _STOPPED else None
