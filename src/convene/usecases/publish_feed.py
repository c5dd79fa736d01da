"""Publish: the calendar of a person, an event, a programme or a country, in one language.

Personal feeds carry links; the others hold neither links nor people. Drafts and days without a date are in none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, select

from convene.errors import NotFoundError
from convene.ical.vcalendar import calendar, empty_calendar
from convene.ical.vevent import Vevent, View, vevent
from convene.language.texts import pick_text
from convene.language.titles import event_title
from convene.language.zone_labels import country_name
from convene.model.event import Event
from convene.model.notice import Told
from convene.model.person import Invitation
from convene.model.programme import Programme
from convene.rules.facts import EventBrief
from convene.rules.feed_entries import AS_USUAL, FeedOptions, feed_entries
from convene.rules.vocabulary import Digits
from convene.store.programme_rows import ProgrammeRows, load_programme, person_at, programme_named, row_id
from convene.usecases.describe_events import event_brief, standing
from convene.usecases.list_events import event_named


@dataclass(frozen=True)
class FeedSubject:
    """What a feed is about: exactly one of an address, an event, a programme or a country (ISO code)."""

    person: str | None = None
    event: str | None = None
    programme: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Feed:
    """A calendar as bytes. `changed_at` (UTC) is that of its newest entry."""

    name: str
    language: str
    body: bytes
    changed_at: datetime
    briefs: tuple[EventBrief, ...]


def publish_feed(session: Session, subject: FeedSubject, language: str | None, options: FeedOptions = AS_USUAL) -> Feed:
    """Write the calendar. `language` None: the reader's own, else the programme's.

    Raises NotFoundError when the person, event or programme does not exist.
    """
    if subject.person is not None:
        return _person_feed(session, subject.person, language, options)
    if subject.event is not None:
        rows, event = event_named(session, subject.event)
        chosen = language or rows.programme.language
        brief = event_brief(rows, event)
        title = event_title(brief, chosen, None).text
        return _feed(title, View(chosen, options=options), [brief], rows.programme.applied_at)
    if subject.programme is not None:
        rows = load_programme(session, programme_named(session, subject.programme))
        return _programme_feed(rows, View(language or rows.programme.language, options=options))
    return _country_feed(session, subject.country or "", View(language or "en", options=options))


def _person_feed(session: Session, address: str, language: str | None, options: FeedOptions) -> Feed:
    person = person_at(session, address)
    entries: list[Vevent] = []
    briefs: list[EventBrief] = []
    view = View(language or "en", Digits(person.digits) if person.digits else None, links=True, options=options)
    for rows in _programmes(session):
        view = replace(view, language=language or standing(rows, person).language.language)
        for event, invitation in _invited(rows, row_id(person)):
            brief = event_brief(rows, event)
            briefs.append(brief)
            again = invitation.invited_at if invitation.round > 1 else None
            entries += _entries(brief, replace(view, left_at=invitation.left_at, rejoined_at=again))
    return _joined(person.name or person.address, view.language, entries, briefs, person.created_at)


def _invited(rows: ProgrammeRows, person_id: int) -> Iterator[tuple[Event, Invitation]]:
    """The events that the person is invited to and did not decline; one they left only if they were told of it."""
    query = (
        select(Invitation)
        .join(Event)
        .where(Invitation.person_id == person_id, Event.programme_id == row_id(rows.programme))
    )
    invitations = {row.event_id: row for row in rows.session.exec(query)}
    told = set(rows.session.exec(select(Told.event_id).where(Told.person_id == person_id)))
    for event in rows.events:
        invitation = invitations.get(row_id(event))
        if invitation is None or invitation.answer == "declined":
            continue
        if invitation.left_at is None or row_id(event) in told:
            yield event, invitation


def _programme_feed(rows: ProgrammeRows, view: View) -> Feed:
    title = pick_text(rows.programme.title, view.language, rows.programme.language)
    briefs = [event_brief(rows, event) for event in rows.events]
    return _feed(title.text if title else rows.programme.slug, view, briefs, rows.programme.applied_at)


def _country_feed(session: Session, country: str, view: View) -> Feed:
    """The events with a venue in the country; of those without any venue, the ones that people there are invited to."""
    briefs = []
    changed_at = None
    for rows in _programmes(session):
        changed_at = rows.programme.applied_at
        briefs += [brief for event in rows.events if _is_in(brief := event_brief(rows, event), country)]
    if changed_at is None:
        raise NotFoundError("There is no programme yet.", "convene apply FILE makes one")
    return _feed(country_name(country, view.language), view, briefs, changed_at)


def _is_in(brief: EventBrief, country: str) -> bool:
    venues = {day.venue.country for day in brief.facts.days if day.venue}
    return country in (venues or {place.country for place in brief.audience})


def _feed(name: str, view: View, briefs: Sequence[EventBrief], changed_at: datetime) -> Feed:
    entries = [entry for brief in briefs for entry in _entries(brief, view)]
    return _joined(name, view.language, entries, briefs, changed_at)


def _entries(brief: EventBrief, view: View) -> list[Vevent]:
    return [vevent(brief, entry, view) for entry in feed_entries(brief, one_bar=view.options.one_bar)]


def _joined(
    name: str, language: str, entries: Sequence[Vevent], briefs: Sequence[EventBrief], changed_at: datetime
) -> Feed:
    newest = max((entry.changed_at for brief in briefs for entry in brief.entries), default=changed_at)
    if entries:
        body = calendar(entries, language=language, name=name)
    else:
        body = empty_calendar(language=language, name=name, on=changed_at.date())
    return Feed(name, language, body, newest, tuple(briefs))


def _programmes(session: Session) -> Iterator[ProgrammeRows]:
    for programme in session.exec(select(Programme).order_by(Programme.slug)):
        yield load_programme(session, programme)
