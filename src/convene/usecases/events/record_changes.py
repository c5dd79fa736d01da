"""What became different by a change, in the counters that mails, feeds and notices count by (design section 2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from convene.model.event import Day
from convene.rules.facts import Entry, EventBrief, EventFacts, same_facts
from convene.rules.vocabulary import EventStatus
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import event_brief
from convene.usecases.events.undone_slips import first_since, known_since, last_since, moment_of_day


def record_changes(rows: ProgrammeRows, before: Mapping[int, EventBrief], now: datetime) -> None:
    """Raise the counters of what became different: the revision of an event's facts, the sequence of an entry.

    `before` holds the briefs of the events that were there, by row id.
    """
    for event in rows.events:
        old = before.get(row_id(event))
        if old is None:
            continue
        new = event_brief(rows, event)
        if not same_facts(old.facts, new.facts):
            event.revision += 1
            event.facts_changed_at = now
        confirmed = new.facts.status is EventStatus.CONFIRMED is not old.facts.status
        old_entries = {entry.day.slug: entry for entry in old.entries}
        new_entries = {entry.day.slug: entry for entry in new.entries}
        for day in rows.days.get(row_id(event), []):
            if day.slug in old_entries and day.slug in new_entries:
                _record_day(day, (old, old_entries[day.slug]), (new, new_entries[day.slug]), now)
                if confirmed or moment_of(old_entries[day.slug]) != moment_of(new_entries[day.slug]):
                    day.facts_since = _since(rows.session, day, new_entries[day.slug], now)
            elif day.slug in new_entries:
                day.changed_at = day.facts_since = now  # its date became known: nothing reaches back before that
        _record_edges(rows, row_id(event), old.facts, new.facts, now)


def _record_edges(rows: ProgrammeRows, event_id: int, old: EventFacts, new: EventFacts, now: datetime) -> None:
    """Another day that an event begins or ends with, since one came or went: what counts from it does not reach back
    before that either.
    """
    days = {day.slug: day for day in rows.days.get(event_id, [])}
    for before, edge, since in (
        (old.first_day, new.first_day, first_since),
        (old.last_day, new.last_day, last_since),
    ):
        if before and edge and before.slug != edge.slug:
            day = days[edge.slug]
            day.facts_since = max(day.facts_since, since(rows.session, event_id, edge, now))


def moment_of(entry: Entry) -> tuple[object, ...]:
    """When the day is, and whether it fell away."""
    return (*moment_of_day(entry.day), entry.removed)


def _since(session: Session, day: Day, entry: Entry, now: datetime) -> datetime:
    return now if entry.removed else known_since(session, day.event_id, entry.day, now)


def _record_day(day: Day, old: tuple[EventBrief, Entry], new: tuple[EventBrief, Entry], now: datetime) -> None:
    if _visible(*old) != _visible(*new):
        day.sequence += 1
        day.changed_at = now


def _visible(brief: EventBrief, entry: Entry) -> tuple[object, ...]:
    """Everything a calendar entry shows: equal here means equal there. The event's id is not shown."""
    no_days = replace(brief.facts, days=())
    others = replace(brief, slug="", facts=no_days, entries=(), audience=(), revision=0, undated=())
    return (others, entry.day, entry.number, entry.title, entry.removed, entry.undated, len(brief.facts.days))
