"""Step a virtual clock from due moment to due moment: a programme's whole life in seconds."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from convene.programme_file.checks.resolve import effective_event, first_date
from convene.store.database import Database
from convene.store.notice_queue import earliest_by_rule, next_moment
from convene.store.worker_rows import register_worker
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.read_files import CheckedFile

_BEFORE_FIRST_DAY = timedelta(days=30)
_BEFORE_FIRST_NOTICE = timedelta(hours=1)
_LONGEST_NOTICE = timedelta(days=5 * 366)
"""No rule reaches back farther than 60 months."""

Progress = Callable[[datetime, int], None]
"""Called with the moment reached and how many mails left there."""


async def live_through(
    delivery: Delivery, clock: VirtualClock, progress: Progress, until: datetime | None = None
) -> None:
    """Deliver everything that is due up to `until` (UTC, exclusive; None: to the end), moving `clock` along."""
    with delivery.database.recording_connection() as connection:
        deliveries = Deliveries(delivery, register_worker(connection, "rehearsal", 0, clock.now()))
    while True:
        claimed = (await deliveries.deliver_due()).claimed
        progress(clock.moment, claimed)
        with delivery.database.reading() as session:
            moment = next_moment(session)
        if moment is None or (until is not None and moment >= until) or not (claimed or moment > clock.moment):
            return
        clock.moment = max(moment, clock.moment)


def virtual_start(database: Database, file: CheckedFile, fallback: datetime) -> datetime:
    """When a rehearsal begins: 30 days before the first day, or 1 hour before the earliest due moment, if earlier.

    `fallback` (UTC) for a programme without any date. Stores nothing.
    """
    document = file.checked_document
    dates = [first_date(effective_event(document, event)) for event in document.events.values()]
    first = min((on for on in dates if on), default=None)
    if first is None:
        return fallback
    first_day = datetime.combine(first, time(0), UTC)
    with database.trying() as session:
        apply_programme(session, document, file.people, file.source, first_day - _LONGEST_NOTICE)
        earliest = earliest_by_rule(session)
    start = first_day - _BEFORE_FIRST_DAY
    return start if earliest is None else min(start, earliest - _BEFORE_FIRST_NOTICE)
