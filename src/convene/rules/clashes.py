"""Clashes: days of two events that overlap, so that nobody and no venue can be at both.

A day without hours counts as its whole date in its zone, one without an end as the rest of its date. On-demand windows
and deadlines ask for nobody's presence; drafts, cancelled and postponed events take place on no date yet, or never.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from convene.rules.facts import DayFacts, EventFacts
from convene.rules.vocabulary import EventStatus, Mode

EventT = TypeVar("EventT", str, int)


@dataclass(frozen=True)
class BusyDay(Generic[EventT]):
    """One day that asks for presence: from `starts_at` to `ends_at` (UTC). `on` is its date, as written; `venue` the
    id of the place it takes place at, None where there is none. `event` is the event's id.
    """

    event: EventT
    on: date
    starts_at: datetime
    ends_at: datetime
    venue: str | None = None


@dataclass(frozen=True)
class Overlap(Generic[EventT]):
    """Two events with days that overlap; `first` < `second`. `on` is the first date of which that is true, `venues`
    the ids of the places that would hold both at a time.
    """

    first: EventT
    second: EventT
    on: date
    venues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clash:
    """What two overlapping events share: `people` invited to both, of whom `speakers` speak at one of them at least."""

    first: str
    second: str
    on: date
    people: int
    speakers: int = 0
    venues: tuple[str, ...] = ()


def busy_days(event: EventT, facts: EventFacts, venues: Mapping[str, str | None]) -> list[BusyDay[EventT]]:
    """The days of an event that can clash. `venues` gives the id of the venue by the slug of the day."""
    if facts.status is not EventStatus.CONFIRMED:
        return []
    return [
        BusyDay(event, day.on, day.starts_at(), day.ends_at(), venues.get(day.slug))
        for day in facts.days
        if asks_for_presence(day)
    ]


def asks_for_presence(day: DayFacts) -> bool:
    return day.mode not in (Mode.ON_DEMAND, Mode.DEADLINE)


def overlaps(days: Iterable[BusyDay[EventT]], part_of: Mapping[EventT, EventT]) -> list[Overlap[EventT]]:
    """The pairs of events whose days overlap, by date. `part_of` gives the event that wraps another one.

    A sweep: each day is compared with those that still run when it begins, and with no other.
    """
    found: dict[tuple[EventT, EventT], tuple[date, set[str]]] = {}
    wrapping = {event: wrappers(event, part_of) for event in part_of}
    running: list[BusyDay[EventT]] = []
    for day in sorted(days, key=lambda day: (day.starts_at, day.ends_at, day.event)):
        running = [other for other in running if other.ends_at > day.starts_at]
        for other in running:
            if other.event != day.event and not _wrap(day.event, other.event, wrapping):
                pair = (day.event, other.event) if day.event < other.event else (other.event, day.event)
                _, venues = found.setdefault(pair, (max(day.on, other.on), set()))
                venues.update({day.venue or ""} & {other.venue or ""} - {""})
        running.append(day)
    pairs = [Overlap(first, second, on, tuple(sorted(venues))) for (first, second), (on, venues) in found.items()]
    return sorted(pairs, key=lambda pair: (pair.on, pair.first, pair.second))


def wrappers(event: EventT, part_of: Mapping[EventT, EventT]) -> frozenset[EventT]:
    """The events that wrap `event`, those that wrap them included."""
    found: set[EventT] = set()
    around = part_of.get(event)
    while around is not None and around not in found:
        found.add(around)
        around = part_of.get(around)
    return frozenset(found)


def _wrap(one: EventT, other: EventT, wrapping: Mapping[EventT, Container[EventT]]) -> bool:
    """Whether one of the two wraps the other."""
    return other in wrapping.get(one, ()) or one in wrapping.get(other, ())


def what_is_shared(clash: Clash, *, one_mail: bool = False) -> str:
    """The clash as one clause: "2 people are in both, 1 of them to speak; the venue phnom-penh holds both".

    `one_mail`: their reminders of both events join in one digest.
    """
    parts = []
    if clash.people:
        people = "1 person is in both" if clash.people == 1 else f"{clash.people} people are in both"
        parts.append(people + _to_speak(clash))
    if one_mail:
        parts.append("their reminder is one mail")
    return "; ".join([*parts, *(f"the venue {venue} holds both" for venue in clash.venues)])


def _to_speak(clash: Clash) -> str:
    if not clash.speakers:
        return ""
    if clash.people == 1:
        return ", to speak"
    return ", all of them to speak" if clash.speakers == clash.people else f", {clash.speakers} of them to speak"
