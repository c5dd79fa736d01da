"""Publish: the calendar of a person, an event, a programme or a country, in one language.

Personal feeds carry links; the others hold neither links nor people. Drafts and days without a date are in none.

A feed is outlined first: one question lists its days and the state they are in, without their texts. Equal outlines
give equal bytes, so who kept the feed need not write it, and of a new outline only the entries are loaded and written
that nobody wrote before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from convene.errors import NotFoundError
from convene.ical.vcalendar import calendar_with_digest, no_dates_yet
from convene.ical.vevent import Vevent, View, vevent
from convene.language.texts import pick_text
from convene.language.titles import event_title
from convene.language.zone_labels import country_name
from convene.model.event import Event
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.facts import EventBrief
from convene.rules.feed_entries import AS_USUAL, FeedOptions, feed_entries
from convene.rules.language_chain import ENGLISH
from convene.rules.vocabulary import Digits
from convene.store.driver_sql import read_moment
from convene.store.feed_listing import (
    ListedDay,
    Listing,
    days_of_country,
    days_of_event,
    days_of_line,
    days_of_person,
    days_of_programme,
)
from convene.store.programme_rows import load_events, person_at, programme_head, programme_named, row_id
from convene.usecases.events.describe_events import entry_brief
from convene.usecases.events.list_events import event_named
from convene.usecases.feeds.written_entries import NO_ENTRY, WrittenEntries
from convene.usecases.people.reader_language import language_of, programmes_of

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
    any, that of its subject. `lines` are those of its `Listing`.
    """

    name: str
    view: View
    changed_at: datetime
    lines: str


@dataclass(frozen=True)
class Feed:
    """A calendar as bytes. `digest` tells them from all others; `changed_at` (UTC) as in its outline."""

    name: str
    language: str
    body: bytes
    digest: str
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
        return outline_of_event(session, event, language, options)
    if subject.programme is not None:
        return outline_of_programme(session, row_id(programme_named(session, subject.programme)), language, options)
    return outline_of_country(session, subject.country or "", language, options)


def outline_of_person(session: Session, person: Person, language: str | None, options: FeedOptions) -> FeedOutline:
    """`language` None: their own, as links have it."""
    digits = Digits(person.digits) if person.digits else None
    read_by = language or language_of(session, person, programmes_of(session, person))
    view = View(read_by, digits, links=True, options=options)
    days = days_of_person(session.connection(), row_id(person), whole_events=options.one_bar)
    return _outlined(person.name or person.address, view, person.created_at, days)


def outline_of_event(session: Session, event: Event, language: str | None, options: FeedOptions) -> FeedOutline:
    """`language` None: the programme's."""
    event_id = row_id(event)
    brief = _Briefs(session, [event_id]).by_event[event_id]
    view = View(language or brief.programme_language, options=options)
    days = days_of_event(session.connection(), event_id, whole_events=options.one_bar)
    return _outlined(event_title(brief, view.language, None).text, view, event.created_at, days)


def outline_of_programme(
    session: Session, programme_id: int, language: str | None, options: FeedOptions
) -> FeedOutline:
    """`language` None: the programme's."""
    connection = session.connection()
    programme = programme_head(connection, programme_id)
    view = View(language or programme.language, options=options)
    title = pick_text(programme.title, view.language, programme.language)
    days = days_of_programme(connection, programme_id, whole_events=options.one_bar)
    return _outlined(title.text if title else programme.slug, view, programme.applied_at, days)


def outline_of_country(session: Session, country: str, language: str | None, options: FeedOptions) -> FeedOutline:
    """`language` None: English. Raises NotFoundError where there is no programme at all."""
    view = View(language or ENGLISH, options=options)
    applied_at = session.exec(select(Programme.applied_at).order_by(col(Programme.applied_at).desc())).first()
    if applied_at is None:
        raise NotFoundError("There is no programme yet.", "convene apply FILE makes one")
    days = days_of_country(session.connection(), country, whole_events=options.one_bar)
    return _outlined(country_name(country, view.language), view, applied_at, days)


def write_feed(session: Session, outline: FeedOutline, written: WrittenEntries) -> Feed:
    """The feed of an outline made in the same transaction. What nobody wrote before is written and kept."""
    view = outline.view
    lines = outline.lines.splitlines()
    found = written.find(view, lines)
    missing = [place for place, entry in enumerate(found) if entry is None]
    if missing:
        new = _write_entries(session, [lines[place] for place in missing], view)
        written.keep(view, new)
        for place in missing:
            found[place] = new[lines[place]]
    entries = [entry for entry in found if entry and entry is not NO_ENTRY]
    if not entries:
        entries = [no_dates_yet(language=view.language, name=outline.name, on=outline.changed_at.date())]
    body, digest = calendar_with_digest(entries, language=view.language, name=outline.name)
    return Feed(outline.name, view.language, body, digest, outline.changed_at)


def _outlined(name: str, view: View, since: datetime, listing: Listing) -> FeedOutline:
    return FeedOutline(name, view, listing.newest or since, listing.lines)


def _write_entries(session: Session, lines: Sequence[str], view: View) -> dict[str, Vevent]:
    """By line. A day that never had a date makes none."""
    written: dict[str, Vevent] = {}
    for begin in range(0, len(lines), _LOADED_AT_ONCE):
        batch = {line: days_of_line(line) for line in lines[begin : begin + _LOADED_AT_ONCE]}
        briefs = _Briefs(session, {first.event_id for first, *_ in batch.values()})
        written |= {line: briefs.write(days, view) or NO_ENTRY for line, days in batch.items()}
    return written


class _Briefs:
    """What is to be said of some events; all by row id."""

    def __init__(self, session: Session, event_ids: Collection[int]) -> None:
        self.by_event: dict[int, EventBrief] = {}
        self._uids: dict[int, str] = {}
        for rows in load_events(session, event_ids):
            asked = rows.events_by_id.keys() & event_ids
            self.by_event |= {number: entry_brief(rows, rows.events_by_id[number]) for number in asked}
            self._uids |= {row_id(day): day.uid for days in rows.days.values() for day in days}

    def write(self, days: Sequence[ListedDay], view: View) -> Vevent | None:
        """The entry of these days, all of one event."""
        first = days[0]
        brief, uids = self.by_event[first.event_id], {self._uids[day.day_id] for day in days}
        listed = replace(brief, entries=tuple(entry for entry in brief.entries if entry.uid in uids))
        shown = feed_entries(listed, one_bar=view.options.one_bar)
        own_view = replace(view, left_at=_moment(first.left_at), rejoined_at=_moment(first.rejoined_at))
        return vevent(brief, shown[0], own_view) if shown else None


def _moment(stored: str | None) -> datetime | None:
    return read_moment(stored) if stored else None
