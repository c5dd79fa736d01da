"""Publish: the calendar of a person, an event, a programme or a country, in one language.

Personal feeds carry links; the others hold neither links nor people. Drafts and days without a date are in none.

A feed is outlined first: one question lists its days and the state they are in, without their texts. Equal outlines
give equal bytes, so who kept the feed need not write it, and of a new outline only the entries are loaded and written
that nobody wrote before.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from convene.errors import NotFoundError
from convene.ical.vcalendar import calendar, empty_calendar
from convene.ical.vevent import Vevent, View, vevent
from convene.language.languages import has_catalogue
from convene.language.texts import pick_text
from convene.language.titles import event_title
from convene.language.zone_labels import country_name
from convene.model.event import Event
from convene.model.person import Invitation, Person
from convene.model.programme import Programme
from convene.rules.facts import EventBrief
from convene.rules.feed_entries import AS_USUAL, FeedOptions, feed_entries
from convene.rules.language_chain import ENGLISH
from convene.rules.vocabulary import Digits
from convene.store.driver_sql import read_moment
from convene.store.feed_listing import ListedDay, days_of_country, days_of_event, days_of_person, days_of_programme
from convene.store.programme_rows import load_programme, person_at, programme_named, row_id
from convene.usecases.describe_events import entry_brief, standing
from convene.usecases.list_events import event_named
from convene.usecases.written_entries import ListedEntry, WrittenEntries, unwritten

_LOADED_AT_ONCE = 500
"""Entries of a feed that nobody asked for before are loaded in batches, so that memory stays flat."""


@dataclass(frozen=True)
class FeedSubject:
    """What a feed is about: exactly one of an address, an event, a programme or a country (ISO code)."""

    person: str | None = None
    event: str | None = None
    programme: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class FeedOutline:
    """Everything that the bytes of a feed follow from. `changed_at` (UTC) is that of the newest day; of a feed without
    any, that of its subject.
    """

    name: str
    view: View
    changed_at: datetime
    listed: tuple[ListedEntry, ...]


@dataclass(frozen=True)
class Feed:
    """A calendar as bytes. `changed_at` (UTC) as in its outline."""

    name: str
    language: str
    body: bytes
    changed_at: datetime


def publish_feed(session: Session, subject: FeedSubject, language: str | None, options: FeedOptions = AS_USUAL) -> Feed:
    """Write the calendar. `language` None: the reader's own, else the programme's.

    Raises NotFoundError when the person, event or programme does not exist.
    """
    return write_feed(session, _outline(session, subject, language, options), WrittenEntries())


def _outline(session: Session, subject: FeedSubject, language: str | None, options: FeedOptions) -> FeedOutline:
    if subject.person is not None:
        return outline_of_person(session, person_at(session, subject.person), language, options)
    if subject.event is not None:
        _, event = event_named(session, subject.event)
        return outline_of_event(session, row_id(event), language, options)
    if subject.programme is not None:
        return outline_of_programme(session, row_id(programme_named(session, subject.programme)), language, options)
    return outline_of_country(session, subject.country or "", language, options)


def outline_of_person(session: Session, person: Person, language: str | None, options: FeedOptions) -> FeedOutline:
    """`language` None: by the chain of design promise 3, of the first programme that invited them."""
    digits = Digits(person.digits) if person.digits else None
    view = View(language or _read_by(session, person), digits, links=True, options=options)
    days = days_of_person(session.connection(), row_id(person), aged_too=options.one_bar)
    return _outlined(person.name or person.address, view, person.created_at, days)


def outline_of_event(session: Session, event_id: int, language: str | None, options: FeedOptions) -> FeedOutline:
    """`language` None: the programme's."""
    created_at = session.exec(select(Event.created_at).where(Event.id == event_id)).one()
    brief = _briefs(session, {event_id})[0][event_id]
    view = View(language or brief.programme_language, options=options)
    days = days_of_event(session.connection(), event_id, aged_too=options.one_bar)
    return _outlined(event_title(brief, view.language, None).text, view, created_at, days)


def outline_of_programme(
    session: Session, programme_id: int, language: str | None, options: FeedOptions
) -> FeedOutline:
    """`language` None: the programme's."""
    query = select(Programme.slug, Programme.title, Programme.language, Programme.applied_at)
    slug, titles, own_language, applied_at = session.exec(query.where(Programme.id == programme_id)).one()
    view = View(language or own_language, options=options)
    title = pick_text(titles, view.language, own_language)
    days = days_of_programme(session.connection(), programme_id, aged_too=options.one_bar)
    return _outlined(title.text if title else slug, view, applied_at, days)


def outline_of_country(session: Session, country: str, language: str | None, options: FeedOptions) -> FeedOutline:
    """`language` None: English. Raises NotFoundError where there is no programme at all."""
    view = View(language or ENGLISH, options=options)
    applied_at = session.exec(select(Programme.applied_at).order_by(col(Programme.applied_at).desc())).first()
    if applied_at is None:
        raise NotFoundError("There is no programme yet.", "convene apply FILE makes one")
    days = days_of_country(session.connection(), country, aged_too=options.one_bar)
    return _outlined(country_name(country, view.language), view, applied_at, days)


def write_feed(session: Session, outline: FeedOutline, written: WrittenEntries) -> Feed:
    """The feed of an outline made in the same transaction. What nobody wrote before is written and kept."""
    view = outline.view
    found = written.find(view, outline.listed)
    if missing := unwritten(outline.listed, found):
        new = _write_entries(session, missing, view)
        written.keep(view, new)
        found = [new.get(rows, entry) for rows, entry in zip(outline.listed, found, strict=True)]
    entries = [entry for entry in found if entry]
    if entries:
        body = calendar(entries, language=view.language, name=outline.name)
    else:
        body = empty_calendar(language=view.language, name=outline.name, on=outline.changed_at.date())
    return Feed(outline.name, view.language, body, outline.changed_at)


def _outlined(name: str, view: View, since: datetime, days: Sequence[ListedDay]) -> FeedOutline:
    """The rows by the entries that they make: one for each day, or for all days of an event."""
    newest = read_moment(max(day.changed_at for day in days)) if days else since
    if view.options.one_bar:
        return FeedOutline(
            name, view, newest, tuple(tuple(rows) for _, rows in groupby(days, lambda day: day.event_id))
        )
    return FeedOutline(name, view, newest, tuple((day,) for day in days))


def _write_entries(session: Session, missing: Sequence[ListedEntry], view: View) -> dict[ListedEntry, Vevent | None]:
    written: dict[ListedEntry, Vevent | None] = {}
    for begin in range(0, len(missing), _LOADED_AT_ONCE):
        batch = missing[begin : begin + _LOADED_AT_ONCE]
        briefs, uids = _briefs(session, {listed[0].event_id for listed in batch})
        for listed in batch:
            first = listed[0]
            written[listed] = _written(briefs[first.event_id], first, uids[first.day_id], view)
    return written


def _written(brief: EventBrief, first: ListedDay, uid: str, view: View) -> Vevent | None:
    shown = feed_entries(brief, one_bar=view.options.one_bar)
    if not view.options.one_bar:
        shown = tuple(entry for entry in shown if entry.uid == uid)
    own_view = replace(view, left_at=_moment(first.left_at), rejoined_at=_moment(first.rejoined_at))
    return vevent(brief, shown[0], own_view) if shown else None


def _briefs(session: Session, event_ids: Set[int]) -> tuple[dict[int, EventBrief], dict[int, str]]:
    """What is to be said of these events, and the UIDs of their days, both by row id."""
    briefs: dict[int, EventBrief] = {}
    uids: dict[int, str] = {}
    concerned = select(Event.programme_id).where(col(Event.id).in_(event_ids))
    query = select(Programme).where(col(Programme.id).in_(concerned)).options(defer(Programme.source))  # type: ignore[arg-type]
    for programme in session.exec(query):
        rows = load_programme(session, programme, only=event_ids)
        briefs |= {
            number: entry_brief(rows, rows.events_by_id[number]) for number in event_ids & rows.events_by_id.keys()
        }
        uids |= {row_id(day): day.uid for days in rows.days.values() for day in days}
    return briefs, uids


def _moment(stored: Any) -> datetime | None:
    return read_moment(stored) if stored else None


def _read_by(session: Session, person: Person) -> str:
    """The language of a person who is not asked for it."""
    invited = select(Event.programme_id).join(Invitation).where(Invitation.person_id == row_id(person))
    query = select(Programme).where(col(Programme.id).in_(invited)).order_by(Programme.slug)
    for programme in session.exec(query.limit(1)):
        return standing(load_programme(session, programme, only=()), person).language.language
    return person.language if person.language and has_catalogue(person.language) else ENGLISH
