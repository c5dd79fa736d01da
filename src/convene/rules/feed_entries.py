"""Which entries of an event stand in feeds, and the one bar that takes their place where a link asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from convene.rules.facts import DayFacts, Entry, EventBrief
from convene.rules.vocabulary import EventStatus, Mode

DAYS_KEPT = 180
"""What is over stays in feeds so long, so that somebody who subscribes late sees where they have been."""
CANCELLED_DAYS_KEPT = 60
"""What was called off stays marked so long: programs that look rarely must see the mark, not a gap."""

_FROM_ANYWHERE = (Mode.LIVE, Mode.ON_DEMAND)


@dataclass(frozen=True)
class FeedOptions:
    """What a link asks for beside its language. `one_bar`: one entry for all days of an event. `alarm_minutes`: an
    alarm so many minutes before each entry that takes up time; None: only the alarms that the event has.
    """

    one_bar: bool = False
    alarm_minutes: int | None = None


AS_USUAL = FeedOptions()
"""What is written where nothing is asked for."""


def stays_in_feeds(last_date: date, called_off_at: datetime | None, now: datetime) -> bool:
    """Whether an entry stands in feeds at `now` (UTC); everything ahead does.

    `last_date` is the last date that it touches on its wall clock; it has passed when it has passed everywhere (UTC-12,
    noon of the next day in UTC). `called_off_at` (UTC): the day was removed, or its event cancelled or postponed.
    """
    passed = datetime.combine(last_date + timedelta(days=1), datetime.min.time(), now.tzinfo) + timedelta(hours=12)
    if called_off_at is None:
        return now <= passed + timedelta(days=DAYS_KEPT)
    return now <= max(passed, called_off_at + timedelta(days=CANCELLED_DAYS_KEPT))


def feed_entries(brief: EventBrief, *, one_bar: bool = False) -> tuple[Entry, ...]:
    """What a feed shows of the event: none of a draft; with `one_bar`, a single entry for an event of several."""
    shown = tuple(entry for entry in brief.entries if entry.in_feeds)
    if brief.facts.status is EventStatus.DRAFT or not shown:
        return ()
    return (event_bar(brief),) if one_bar and len(brief.entries) > 1 else shown


def event_bar(brief: EventBrief) -> Entry:
    """One entry over all dates of the event, which has at least one; `bar_of` are the days that it stands for.

    Its SEQUENCE rises with that of any day, and with a further one, so it changes whenever a day does. It stays as it
    was while days of the event age out one by one.
    """
    entries = tuple(replace(entry, in_feeds=True) for entry in brief.entries)
    standing = tuple(entry for entry in entries if not entry.removed)
    covered = standing or entries
    return Entry(
        day=_over_all([entry.day for entry in covered]),
        uid=brief.uid,
        sequence=sum(entry.sequence for entry in brief.entries) + len(brief.entries) - 1,
        created_at=min(entry.created_at for entry in brief.entries),
        changed_at=max(entry.changed_at for entry in brief.entries),
        number=0,
        removed=not standing,
        undated=not standing and any(entry.undated for entry in covered),
        bar_of=covered,
    )


def _over_all(days: Sequence[DayFacts]) -> DayFacts:
    """A day without hours from the first date to the last, with the venue that all share. Links stay with the days."""
    first = min(days, key=lambda day: day.on)
    return DayFacts(
        slug="",
        on=first.on,
        start=None,
        end=None,
        until=max(day.end_date for day in days),
        zone=first.zone,
        mode=Mode.LIVE if all(day.mode in _FROM_ANYWHERE for day in days) else Mode.IN_PERSON,
        venue=first.venue if all(day.venue == first.venue for day in days) else None,
    )
