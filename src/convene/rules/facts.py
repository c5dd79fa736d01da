"""What is said of an event: the facts that people are told (and corrected about), and the words around them.

`EventFacts` is the part that counts for promise 5: a person is misinformed when the facts they were told last differ
from the facts now. `EventBrief` is everything that a mail or a calendar entry may say of one event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from convene.rules.rule import Rule
from convene.rules.vocabulary import READER_ZONE, EventKind, EventStatus, Mode
from convene.rules.zones import instant

Text = Mapping[str, str]
"""A text of the coordinator by language code ("km"); one written without a language stands under the programme's."""

_MIDNIGHT = time(0, 0)


@dataclass(frozen=True)
class VenueFacts:
    """Where a day takes place. `country` is an ISO 3166 code ("KH"); `zone` an IANA id."""

    title: Text
    zone: str
    country: str | None = None
    address: Text = field(default_factory=dict)
    map_link: str | None = None


@dataclass(frozen=True)
class DayFacts:
    """One day as people are told it. `start` and `end` are wall-clock times of `zone`; None = no hour is known.

    `on` is the first date, `until` the last one of an on-demand window or a visit (None: the same date). Of a day on
    one date, an `end` at or before `start` lies on the next. `slug` is the day's id in the file ("d1"; "due" for a
    deadline).

    `reader_shift` belongs to facts told before the zone database changed (`told_clocks.py`): how far the reader's own
    clock, as it was told, stands from what it shows by the database now.
    """

    slug: str
    on: date
    start: time | None
    end: time | None
    until: date | None
    zone: str
    mode: Mode
    fold: int = 0
    venue: VenueFacts | None = None
    link: str | None = None
    reader_shift: timedelta = timedelta(0)

    @property
    def last_date(self) -> date:
        """The last date of the wall clock that the day touches with its dates (not its hours)."""
        return self.until or self.on

    @property
    def end_date(self) -> date:
        """The date on which `end` lies."""
        if self.last_date == self.on and self.start and self.end and self.end <= self.start:
            return self.on + timedelta(days=1)
        return self.last_date

    @property
    def later_of_two(self) -> bool:
        """Whether `fold` decides anything: most dates show each hour once."""
        if not self.fold:
            return False
        earlier = replace(self, fold=0)
        return (self.starts_at(), self.ends_at()) != (earlier.starts_at(), earlier.ends_at())

    def clock_zone(self, reader_zone: str) -> str:
        """The zone whose clock the day is written in: the reader's for a deadline "wherever you are"."""
        return reader_zone if self.zone == READER_ZONE else self.zone

    def starts_at(self, reader_zone: str = "UTC") -> datetime:
        """The moment (UTC) at which the day begins: 00:00 of its date where no hour is known."""
        return self._start_in(reader_zone) if self.zone == READER_ZONE else self._start

    @cached_property
    def _start(self) -> datetime:
        """Kept: every person's every notice asks for it."""
        return self._start_in(self.zone)

    def _start_in(self, zone: str) -> datetime:
        return instant(self.on, self.start or _MIDNIGHT, zone, self.fold)

    def ends_at(self, reader_zone: str = "UTC") -> datetime:
        """The moment (UTC) at which the day ends: the end of its last date where no hour is known."""
        return self._end_in(reader_zone) if self.zone == READER_ZONE else self._end

    @cached_property
    def _end(self) -> datetime:
        return self._end_in(self.zone)

    def _end_in(self, zone: str) -> datetime:
        if self.mode is Mode.DEADLINE and self.start:
            return self._start_in(zone)
        if self.start and self.end:
            return instant(self.end_date, self.end, zone, self.fold)
        return instant(self.last_date + timedelta(days=1), _MIDNIGHT, zone)


@dataclass(frozen=True)
class EventFacts:
    """What a reader must know: the status, and the days that stand, by date. A deadline is one day of that mode."""

    status: EventStatus
    days: tuple[DayFacts, ...]

    def day(self, slug: str) -> DayFacts | None:
        return next((day for day in self.days if day.slug == slug), None)

    @property
    def first_day(self) -> DayFacts | None:
        return self.days[0] if self.days else None

    @cached_property
    def last_day(self) -> DayFacts | None:
        """The day that ends last, wherever its clock is."""
        return max(self.days, key=lambda day: day.ends_at()) if self.days else None


@dataclass(frozen=True)
class Entry:
    """The calendar entry of one day: RFC 5545 UID and SEQUENCE, and the moments of LAST-MODIFIED and CREATED (UTC).

    `removed`: the day fell away, or lost its date; its entry stays in feeds as CANCELLED. `day` holds its last facts.
    `undated`: it lost its date, and is to have another one.
    `number` counts the days that stand by date, from 1; 0 for a removed one. `title` is the day's own, often empty.
    `in_feeds`: it has not aged out of feeds. `bar_of`: the entries that one for the whole event stands for; empty for
    the entry of a day.
    """

    day: DayFacts
    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    number: int
    title: Text = field(default_factory=dict)
    removed: bool = False
    undated: bool = False
    in_feeds: bool = True
    bar_of: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Organiser:
    name: str
    email: str


@dataclass(frozen=True)
class Whereabouts:
    """Where somebody invited lives: what the world-clock line is made from. `country` None where unknown."""

    zone: str
    country: str | None = None


@dataclass(frozen=True)
class Material:
    title: Text
    link: str


@dataclass(frozen=True)
class EventBrief:
    """Everything a mail or a calendar entry may say of one event. Ids are those of the programme file.

    `uid` is that of the event's one bar, not of its days. `undated`: the slugs of the days that stand, though their
    date is not yet known; `facts` know nothing of them.
    """

    programme: str
    slug: str
    kind: EventKind
    uid: str
    facts: EventFacts
    entries: tuple[Entry, ...]
    organiser: Organiser
    programme_title: Text
    programme_language: str
    title: Text = field(default_factory=dict)
    short_title: Text = field(default_factory=dict)
    description: Text = field(default_factory=dict)
    reason: Text = field(default_factory=dict)
    series_title: Text = field(default_factory=dict)
    series_short_title: Text = field(default_factory=dict)
    number: int | None = None
    cohort: str | None = None
    revision: int = 0
    materials: tuple[Material, ...] = ()
    spoken: tuple[str, ...] = ()
    alarms: tuple[Rule, ...] = ()
    audience: tuple[Whereabouts, ...] = ()
    undated: tuple[str, ...] = ()


def is_known(new: EventFacts, told: EventFacts) -> bool:
    """Whether somebody told `told` knows all of `new`. Who knows that it is off, or put off, counts on none of its
    dates: one that is written meanwhile, and not confirmed, is no news.
    """
    is_off = new.status in (EventStatus.POSTPONED, EventStatus.CANCELLED)
    return same_facts(told, new) or (is_off and told.status is new.status)


def same_facts(old: EventFacts, new: EventFacts) -> bool:
    """Whether nothing that people are told became different."""
    if old.status is not new.status or len(old.days) != len(new.days):
        return False
    return all(same_day(before, now) for before, now in zip(old.days, new.days, strict=True))


def same_day(old: DayFacts, new: DayFacts) -> bool:
    """Whether two tellings of a day bring everybody to the same place at the same hour. A further translation of a
    venue's name is no news to anybody, nor are its country and the zone that it lends to others, another name of a
    clock, or which of two hours was meant on a date that shows each once.
    """
    if old != new and _shown_hours(old) == _shown_hours(new):
        moment = {name: getattr(new, name) for name in ("on", "start", "end", "until", "zone", "fold")}
        old = replace(old, **moment)
    if old.venue is None or new.venue is None:
        return old == new
    agree = _agree(old.venue.title, new.venue.title) and _agree(old.venue.address, new.venue.address)
    return agree and replace(old, venue=None) == replace(new, venue=None)


def _shown_hours(day: DayFacts) -> tuple[object, ...]:
    """Two days with the same are at one hour for whoever reads of them: a day without hours and an on-demand window
    are read by their dates alone, a live day on the clocks of its readers; a deadline names the clock it is written in.
    """
    if day.mode is Mode.DEADLINE:
        return (day,)
    if day.start is None or day.mode is Mode.ON_DEMAND:
        return (day.on, day.last_date)
    moments = (day.starts_at(), day.ends_at() if day.end else None)
    return moments if day.mode is Mode.LIVE else (day.on, day.start, *moments)


def _agree(old: Text, new: Text) -> bool:
    """Whether two texts say the same in every language that both have, and share one (or are both empty)."""
    shared = old.keys() & new.keys()
    return (bool(shared) or not (old or new)) and all(old[language] == new[language] for language in shared)


def facts_to_json(facts: EventFacts) -> dict[str, Any]:
    """A plain, stable form of the facts: equal facts give equal JSON. Read back by `facts_from_json`."""
    return {"status": facts.status.value, "days": [_day_to_json(day) for day in facts.days]}


def facts_from_json(data: Mapping[str, Any]) -> EventFacts:
    return EventFacts(EventStatus(data["status"]), tuple(_day_from_json(day) for day in data["days"]))


def _day_to_json(day: DayFacts) -> dict[str, Any]:
    return {
        "slug": day.slug,
        "on": day.on.isoformat(),
        "start": day.start and day.start.isoformat("minutes"),
        "end": day.end and day.end.isoformat("minutes"),
        "until": day.until and day.until.isoformat(),
        "zone": day.zone,
        "mode": day.mode.value,
        "fold": day.fold,
        "venue": day.venue and _venue_to_json(day.venue),
        "link": day.link,
    }


def _day_from_json(data: Mapping[str, Any]) -> DayFacts:
    return DayFacts(
        slug=data["slug"],
        on=date.fromisoformat(data["on"]),
        start=data["start"] and time.fromisoformat(data["start"]),
        end=data["end"] and time.fromisoformat(data["end"]),
        until=data["until"] and date.fromisoformat(data["until"]),
        zone=data["zone"],
        mode=Mode(data["mode"]),
        fold=data["fold"],
        venue=data["venue"] and VenueFacts(**data["venue"]),
        link=data["link"],
    )


def _venue_to_json(venue: VenueFacts) -> dict[str, Any]:
    return {
        "title": dict(sorted(venue.title.items())),
        "zone": venue.zone,
        "country": venue.country,
        "address": dict(sorted(venue.address.items())),
        "map_link": venue.map_link,
    }
