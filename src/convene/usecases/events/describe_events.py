"""From rows to what is said: the facts and the brief of an event, and who somebody is to the programme."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session, col, select

from convene.language.countries import countries
from convene.language.languages import has_catalogue
from convene.model.event import Day, Event
from convene.model.notice import EventRevision
from convene.model.programme import Venue
from convene.rules.facts import (
    DayFacts,
    Entry,
    EventBrief,
    EventFacts,
    Material,
    Organiser,
    VenueFacts,
    Whereabouts,
    facts_from_json,
)
from convene.rules.language_chain import ChosenLanguage, ChosenZone, choose_language, choose_zone
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import EventKind, EventStatus, Mode
from convene.store.programme_rows import ProgrammeRows, row_id


@dataclass(frozen=True)
class Standing:
    """Who a person is to one programme: their language and clock, and by which link of the chain."""

    language: ChosenLanguage
    zone: ChosenZone
    country: str | None

    @property
    def whereabouts(self) -> Whereabouts:
        return Whereabouts(self.zone.zone, self.country)


class Traits(Protocol):
    """What decides how somebody stands to a programme: a person has it, and a distinct combination of it."""

    @property
    def language(self) -> str | None: ...
    @property
    def timezone(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...
    @property
    def organisation(self) -> str | None: ...


def standing(rows: ProgrammeRows, person: Traits) -> Standing:
    """The chains of design promise 3, for one person in one programme."""
    organisation = rows.organisations.get(person.organisation or "")
    country = person.country or (organisation.country if organisation else None)
    known = countries().get(country or "")
    return Standing(
        choose_language(
            person.language,
            organisation.language if organisation else None,
            known.languages if known else (),
            rows.programme.language,
            has_catalogue,
        ),
        choose_zone(
            person.timezone,
            organisation.timezone if organisation else None,
            known.zones if known else (),
            rows.programme.timezone,
        ),
        country,
    )


def event_facts(rows: ProgrammeRows, event: Event) -> EventFacts:
    """What people must know of the event now: its status, and its dated days by date."""
    days = [day_facts(rows, day) for day in _days(rows, event) if day.removed_at is None and day.on_date]
    return EventFacts(EventStatus(event.status), tuple(sorted(days, key=_by_moment)))


def day_facts(rows: ProgrammeRows, day: Day) -> DayFacts:
    """The facts of a day that has a date."""
    assert day.on_date is not None  # the caller leaves out what is not yet decided
    venue = rows.venues.get(day.resolved_venue or "")
    return DayFacts(
        slug=day.slug,
        on=day.on_date,
        start=day.start_time,
        end=day.end_time,
        until=day.until,
        zone=day.zone,
        mode=Mode(day.resolved_mode),
        fold=day.fold or 0,
        venue=_venue_facts(venue) if venue else None,
        link=day.link,
    )


def event_brief(rows: ProgrammeRows, event: Event) -> EventBrief:
    """Everything a mail or a calendar entry may say of the event."""
    return replace(entry_brief(rows, event), audience=_audience(rows, event))


def entry_brief(rows: ProgrammeRows, event: Event) -> EventBrief:
    """The same without its audience, which no calendar entry shows, and for which all its people must be counted."""
    facts = event_facts(rows, event)
    series = rows.series.get(inherited(rows, event, "series") or "")
    programme = rows.programme
    return EventBrief(
        programme=programme.slug,
        slug=event.slug,
        kind=event_kind(rows, event),
        uid=event.uid,
        facts=facts,
        entries=_entries(rows, event, facts),
        organiser=_organiser(rows, event),
        programme_title=programme.title,
        programme_language=programme.language,
        title=inherited(rows, event, "title") or {},
        short_title=inherited(rows, event, "short_title") or {},
        description=inherited(rows, event, "description") or {},
        reason=event.reason or {},
        series_title=series.title if series else {},
        series_short_title=(series.short_title or {}) if series else {},
        number=inherited(rows, event, "number"),
        cohort=event.cohort,
        revision=event.revision,
        materials=tuple(Material(item["title"], item["link"]) for item in inherited(rows, event, "materials")),
        spoken=tuple(inherited(rows, event, "spoken")),
        alarms=tuple(parse_rule(text) for text in inherited(rows, event, "alarms")),
        undated=tuple(day.slug for day in _days(rows, event) if day.removed_at is None and not day.on_date),
    )


def event_kind(rows: ProgrammeRows, event: Event) -> EventKind:
    """The event's own kind, else that of the event it repeats, else its series'."""
    kind = inherited(rows, event, "kind")
    return EventKind(kind or rows.series[inherited(rows, event, "series")].kind)


def inherited(rows: ProgrammeRows, event: Event, key: str) -> Any:
    """What the event says under `key`; where it says nothing, what the event it repeats (`same_as`) says."""
    value = getattr(event, key)
    original = rows.events_by_slug.get(event.same_as or "")
    return inherited(rows, original, key) if value in (None, []) and original else value


def _organiser(rows: ProgrammeRows, event: Event) -> Organiser:
    own = inherited(rows, event, "organiser")
    if own:
        return Organiser(own["name"], own["email"])
    return Organiser(rows.programme.organiser_name, rows.programme.organiser_email)


def _entries(rows: ProgrammeRows, event: Event, facts: EventFacts) -> tuple[Entry, ...]:
    numbers = {day.slug: number for number, day in enumerate(facts.days, 1)}
    entries = [
        Entry(
            day=known,
            uid=day.uid,
            sequence=day.sequence,
            created_at=day.created_at,
            changed_at=day.changed_at,
            number=numbers.get(day.slug, 0),
            title=day.title or {},
            removed=day.removed_at is not None or not day.on_date,
            undated=day.removed_at is None and not day.on_date,
            in_feeds=day.in_feeds,
        )
        for day in _days(rows, event)
        if (known := day_facts(rows, day) if day.on_date else last_facts(rows.session, row_id(event), day.slug))
    ]
    return tuple(sorted(entries, key=lambda entry: _by_moment(entry.day)))


def last_facts(session: Session, event_id: int, slug: str) -> DayFacts | None:
    """What people were told last of a day that has no date now; None for one that never had one."""
    query = select(EventRevision).where(EventRevision.event_id == event_id)
    for row in session.exec(query.order_by(col(EventRevision.revision).desc())):
        known = facts_from_json(row.facts).day(slug)
        if known:
            return known
    return None


def spoken_languages(rows: ProgrammeRows, event: Event) -> Counter[str]:
    """How many of those invited read which language."""
    spoken: Counter[str] = Counter()
    for traits, people in rows.audience.get(row_id(event), {}).items():
        spoken[standing(rows, traits).language.language] += people
    return spoken


def _audience(rows: ProgrammeRows, event: Event) -> tuple[Whereabouts, ...]:
    places = {standing(rows, traits).whereabouts for traits in rows.audience.get(row_id(event), ())}
    return tuple(sorted(places, key=lambda place: (place.zone, place.country or "")))


def _venue_facts(venue: Venue) -> VenueFacts:
    return VenueFacts(venue.title, venue.timezone, venue.country, venue.address or {}, venue.map_link)


def _days(rows: ProgrammeRows, event: Event) -> list[Day]:
    return rows.days.get(row_id(event), [])


def _by_moment(day: DayFacts) -> tuple[datetime, str]:
    return (day.starts_at(), day.slug)
