"""A date that is written by mistake and put right at once is as if it had never been: it costs nobody a reminder."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.notice import EventRevision
from convene.rules.corrections import LONGEST_WAIT
from convene.rules.facts import DayFacts, EventFacts, facts_from_json
from convene.rules.vocabulary import EventStatus


def moment_of_day(day: DayFacts) -> tuple[object, ...]:
    """When the day is: what its notices count from. Another link or venue leaves them as they are."""
    return (day.on, day.start, day.end, day.last_date, day.zone, day.later_of_two)


def known_since(session: Session, event_id: int, day: DayFacts, now: datetime) -> datetime:
    """Since when a day takes place at the moment that it has from `now` (UTC) on, by its event's revisions before."""

    def has_moment(facts: EventFacts) -> bool:
        known = facts.day(day.slug) if facts.status is EventStatus.CONFIRMED else None
        return known is not None and moment_of_day(known) == moment_of_day(day)

    return _since(session, event_id, has_moment, now)


def first_since(session: Session, event_id: int, day: DayFacts, now: datetime) -> datetime:
    """Since when a day is the first of its event, with which it is from `now` (UTC) on."""
    return _since(session, event_id, lambda facts: _is(facts.first_day, day), now)


def last_since(session: Session, event_id: int, day: DayFacts, now: datetime) -> datetime:
    """Since when a day is the one with which its event ends."""
    return _since(session, event_id, lambda facts: _is(facts.last_day, day), now)


def _is(known: DayFacts | None, day: DayFacts) -> bool:
    return known is not None and known.slug == day.slug


def _since(session: Session, event_id: int, holds: Callable[[EventFacts], bool], now: datetime) -> datetime:
    """Since when something holds that holds from `now` on: that is now, unless it held before and did not for no longer
    than a correction is held.
    """
    query = select(EventRevision).where(EventRevision.event_id == event_id)
    revisions = list(session.exec(query.order_by(col(EventRevision.revision))))
    slipped_at = now
    while revisions and not holds(facts_from_json(revisions[-1].facts)):
        slipped_at = revisions.pop().changed_at
    if now - slipped_at > LONGEST_WAIT:
        return now
    since = now
    while revisions and holds(facts_from_json(revisions[-1].facts)):
        since = revisions.pop().changed_at
    return since
