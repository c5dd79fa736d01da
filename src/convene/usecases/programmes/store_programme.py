"""Write a programme document into rows: every key as written, and what follows from it (zones, moments, ids)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlmodel import Session, col, select

from convene.errors import ConflictError
from convene.model.event import Day, Event, RetiredEvent
from convene.model.programme import Organisation, Programme, Series, Venue
from convene.programme_file.checks.resolve import effective_event, resolve_day
from convene.programme_file.document import (
    DayEntry,
    DueEntry,
    EventEntry,
    OrganisationEntry,
    ProgrammeDocument,
    RulePlan,
    SeriesEntry,
    VenueEntry,
)
from convene.rules.day_matching import DayKey, match_days
from convene.rules.facts import DayFacts
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.zones import tzdata_version
from convene.store.programme_rows import ProgrammeRows, row_id

_Part = TypeVar("_Part", Organisation, Series, Venue)

DUE_SLUG = "due"
_UID_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://convene-events.example/uid")


@dataclass(frozen=True)
class Source:
    """The file a document came from: its name and its text."""

    name: str
    text: str


def write_programme_row(
    session: Session, programme: Programme | None, document: ProgrammeDocument, source: Source | None, now: datetime
) -> Programme:
    """Insert or update the row of the programme itself. `source` None: the file applied last stays."""
    entry = document.programme
    values: dict[str, Any] = {
        "slug": entry.id,
        "title": dict(entry.title),
        "timezone": entry.timezone,
        "language": entry.language,
        "organiser_name": entry.organiser.name,
        "organiser_email": entry.organiser.email,
        "coordinators": list(entry.coordinators),
        "fiscal_year_starts": entry.fiscal_year_starts and list(entry.fiscal_year_starts),
        "funder": _text(entry.funder),
        "working_days": entry.working_days,
        "weekends": {country: list(days) for country, days in entry.weekends.items()},
        "quiet_hours": entry.quiet_hours and [at.isoformat("minutes") for at in entry.quiet_hours],
        "hold_minutes": entry.hold_minutes,
        "ask_above": entry.ask_above,
        "calendar": entry.calendar,
        "privacy": entry.privacy,
        "description": _text(entry.description),
        "people_files": list(document.people),
        **_rule_columns(document.rules),
    }
    meta: dict[str, Any] = {}
    if source:
        meta = {"source": source.text, "source_name": source.name, "applied_at": now}
    if programme is None:
        programme = Programme(**values, **meta)
        session.add(programme)
        session.flush()
    else:
        _assign(programme, {**values, **meta})
    return programme


def write_parts(session: Session, programme: Programme, document: ProgrammeDocument) -> None:
    """Replace organisations, series and venues by those of the document."""
    _replace(
        session, Organisation, programme, [_organisation_columns(body) for body in document.organisations.values()]
    )
    _replace(session, Series, programme, [_series_columns(series) for series in document.series.values()])
    _replace(session, Venue, programme, [_venue_columns(venue) for venue in document.venues.values()])


def _replace(session: Session, table: type[_Part], programme: Programme, columns: Sequence[dict[str, Any]]) -> None:
    """Write the rows of `table` anew where any of them differs; unchanged rows are not written again."""
    programme_id = row_id(programme)
    wanted = [{"programme_id": programme_id, "position": position, **values} for position, values in enumerate(columns)]
    stored = session.exec(select(table).where(table.programme_id == programme_id).order_by(col(table.position)))
    if [row.model_dump(exclude={"id"}) for row in stored] == wanted:
        return
    session.execute(delete(table).where(col(table.programme_id) == programme_id))
    session.add_all([table(**values) for values in wanted])


def _organisation_columns(body: OrganisationEntry) -> dict[str, Any]:
    return {
        "name": body.name,
        "title": _text(body.title),
        "language": body.language,
        "country": body.country,
        "timezone": body.timezone,
        "side": body.side.value if body.side else None,
    }


def _series_columns(series: SeriesEntry) -> dict[str, Any]:
    return {
        "slug": series.id,
        "kind": series.kind.value,
        "title": dict(series.title),
        "short_title": _text(series.short_title),
    }


def _venue_columns(venue: VenueEntry) -> dict[str, Any]:
    return {
        "slug": venue.id,
        "title": dict(venue.title),
        "timezone": venue.timezone,
        "country": venue.country,
        "address": _text(venue.address),
        "map_link": venue.map,
    }


def write_events(
    session: Session, rows: ProgrammeRows | None, programme: Programme, document: ProgrammeDocument, now: datetime
) -> None:
    """Insert or update the events of the document and their days. Events that are gone are the caller's business.

    Raises ConflictError for a new event under the name that another one had before it was renamed.
    """
    known = dict(rows.events_by_slug) if rows else {}
    names = {event.uid: event.slug for event in rows.events} if rows else {}
    first_sequences = _first_sequences(session, row_id(programme))
    for position, entry in enumerate(document.events.values()):
        event = known.get(entry.id) or known.get(entry.was or "")
        values = {"position": position, **_event_columns(entry)}
        if event is None:
            uid = _uid(document, entry)
            if uid in names:
                raise ConflictError(
                    f'"{entry.id}" was the name of "{names[uid]}" before, whose calendar entries still go by it.',
                    "choose another id for the new event",
                )
            event = Event(programme_id=row_id(programme), uid=uid, created_at=now, facts_changed_at=now, **values)
            session.add(event)
            session.flush()
            stored: list[Day] = []
        else:
            _assign(event, values)
            stored = rows.days.get(row_id(event), []) if rows else []
        _write_days(session, document, entry, event, stored, now, first_sequences.get(event.uid, 0))


def _write_days(
    session: Session,
    document: ProgrammeDocument,
    entry: EventEntry,
    event: Event,
    stored: list[Day],
    now: datetime,
    first_sequence: int,
) -> None:
    effective = effective_event(document, entry)
    days = _written_days(effective)
    slugs = [DUE_SLUG] if effective.due else matched_slugs(days, stored)
    by_slug = {day.slug: day for day in stored}
    for position, (slug, day) in enumerate(zip(slugs, days, strict=True)):
        values = {"position": position, "removed_at": None, **_day_columns(document, effective, day)}
        row = by_slug.pop(slug, None)
        if row is None:
            uid = _day_uid(document, entry, event, slug)
            moments: dict[str, Any] = {"created_at": now, "changed_at": now, "facts_since": now}
            values |= {"event_id": row_id(event), "slug": slug, "uid": uid, "sequence": first_sequence}
            session.add(Day(**values, **moments))
        else:
            _assign(row, values)
    for gone in by_slug.values():
        if gone.removed_at is None:
            gone.removed_at = now


def _first_sequences(session: Session, programme_id: int) -> dict[str, int]:
    """Where the entries of events begin that were deleted before, by their uid: after what subscribers know."""
    retired = session.exec(select(RetiredEvent).where(RetiredEvent.programme_id == programme_id))
    return {event.uid: event.sequence + 1 for event in retired}


def _day_uid(document: ProgrammeDocument, entry: EventEntry, event: Event, slug: str) -> str:
    """Of a further day. Where the file no longer says which name the event had first, it goes by the uid that came of
    that name: another event may have the present one later.
    """
    if event.uid == _uid(document, entry):
        return _uid(document, entry, slug)
    return str(uuid.uuid5(uuid.UUID(event.uid), slug))


def _uid(document: ProgrammeDocument, entry: EventEntry, *day: str) -> str:
    """A renamed event keeps its entries, even in a database that is made again from the file."""
    return str(uuid.uuid5(_UID_NAMESPACE, "/".join((document.programme.id, entry.was or entry.id, *day))))


def _written_days(effective: EventEntry) -> Sequence[DayEntry]:
    """The days of an event; of a deadline, its one moment."""
    if effective.due is None:
        return effective.days or ()
    return [DayEntry(on=effective.due.on, id=DUE_SLUG, start=effective.due.at, timezone=effective.due.timezone)]


def matched_slugs(days: Sequence[DayEntry], stored: Sequence[Day]) -> list[str]:
    """The id of each written day, matched with the stored ones."""
    return match_days(
        [DayKey(day.id, day.on) for day in days],
        [DayKey(day.slug, day.on_date, day.removed_at is not None) for day in stored],
    )


def _event_columns(entry: EventEntry) -> dict[str, Any]:
    return {
        "slug": entry.id,
        "was": entry.was,
        "kind": entry.kind and entry.kind.value,
        "title": _text(entry.title),
        "short_title": _text(entry.short_title),
        "description": _text(entry.description),
        "status": entry.status.value,
        "reason": _text(entry.reason),
        "series": entry.series,
        "number": entry.number,
        "cohort": entry.cohort,
        "same_as": entry.same_as,
        "starts": entry.starts,
        "part_of": entry.part_of,
        "venue": entry.venue,
        "timezone": entry.timezone,
        "organiser": entry.organiser and {"name": entry.organiser.name, "email": entry.organiser.email},
        "days_written": entry.days is not None,
        "due": entry.due and _due_column(entry.due),
        "capacity": entry.capacity,
        "target": entry.target and [entry.target.count, entry.target.bound],
        "invite": _invite_column(entry),
        "announced_as": entry.announced_as,
        "spoken": list(entry.spoken),
        "materials": [{"title": dict(item.title), "link": item.link} for item in entry.materials],
        "alarms": [rule.text for rule in entry.alarms],
        **_rule_columns(entry.rules),
    }


def _due_column(due: DueEntry) -> dict[str, str | None]:
    return {"on": due.on.isoformat(), "at": due.at.isoformat("minutes") if due.at else None, "timezone": due.timezone}


def _invite_column(entry: EventEntry) -> list[list[str | None]] | None:
    if entry.invite is None:
        return None
    return [[item.who, item.role.value if item.role else None] for item in entry.invite]


def _day_columns(document: ProgrammeDocument, entry: EventEntry, day: DayEntry) -> dict[str, Any]:
    mode, zone, venue = _whereabouts(document, entry, day)
    return {
        "on_date": day.on,
        "undecided": day.undecided,
        "start_time": day.start,
        "end_time": day.end,
        "until": day.until,
        "mode": day.mode.value if day.mode else None,
        "venue": day.venue,
        "timezone": day.timezone,
        "link": day.link,
        "title": _text(day.title),
        "fold": day.fold,
        "zone": zone,
        "resolved_mode": mode.value,
        "resolved_venue": venue,
        "tzdata_version": tzdata_version(),
        **_moments(day, mode, zone),
    }


def _whereabouts(document: ProgrammeDocument, effective: EventEntry, day: DayEntry) -> tuple[Mode, str, str | None]:
    """The mode, the zone and the venue's id of a day."""
    if effective.due is not None:
        return Mode.DEADLINE, effective.due.timezone, None
    resolved = resolve_day(document, effective, day)
    return resolved.mode, resolved.zone, resolved.venue.id if resolved.venue else None


def _moments(day: DayEntry, mode: Mode, zone: str) -> dict[str, datetime | None]:
    """The instants of a day; none where its date is open, or each reader has their own."""
    if day.on is None or zone == READER_ZONE:
        return {"starts_at": None, "ends_at": None}
    facts = DayFacts("", day.on, day.start, day.end, day.until, zone, mode, day.fold or 0)
    return {"starts_at": facts.starts_at(), "ends_at": facts.ends_at()}


def _rule_columns(rules: RulePlan) -> dict[str, Any]:
    invitations = rules.invitations
    return {
        "reminders": None if rules.reminders is None else [rule.text for rule in rules.reminders],
        "follow_ups": None if rules.follow_ups is None else [rule.text for rule in rules.follow_ups],
        "invitations": [rule.text for rule in invitations] if isinstance(invitations, tuple) else invitations,
    }


def _text(text: Any) -> dict[str, str] | None:
    return None if text is None else dict(text)


def _assign(row: Programme | Event | Day, values: dict[str, Any]) -> None:
    """Set what differs, so that an unchanged row is not written again."""
    for key, value in values.items():
        if getattr(row, key) != value:
            setattr(row, key, value)
