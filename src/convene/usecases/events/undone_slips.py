"""A date that is written by mistake and put right at once is as if it had never been: it costs nobody a reminder."""

from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.notice import EventRevision
from convene.rules.corrections import LONGEST_WAIT
from convene.rules.facts import DayFacts, facts_from_json


def moment_of_day(day: DayFacts) -> tuple[object, ...]:
    """When the day is: what its notices count from. Another link or venue leaves them as they are."""
    return (day.on, day.start, day.end, day.last_date, day.zone, day.later_of_two)


def known_since(session: Session, event_id: int, day: DayFacts, now: datetime) -> datetime:
    """Since when a day has the moment that it has from `now` (UTC) on, by the revisions of its event before.

    That is now, unless it had that moment before and was taken from it for no longer than a correction is held.
    """
    query = select(EventRevision).where(EventRevision.event_id == event_id)
    revisions = list(session.exec(query.order_by(col(EventRevision.revision))))
    slipped_at = now
    while revisions and not _has_moment(revisions[-1], day):
        slipped_at = revisions.pop().changed_at
    if now - slipped_at > LONGEST_WAIT:
        return now
    since = now
    while revisions and _has_moment(revisions[-1], day):
        since = revisions.pop().changed_at
    return since


def _has_moment(revision: EventRevision, day: DayFacts) -> bool:
    known = facts_from_json(revision.facts).day(day.slug)
    return known is not None and moment_of_day(known) == moment_of_day(day)
