"""Apply a programme file: the file is the whole truth about its events, rules, groups and invitations.

All of it in one transaction, planning included. Applying the same file twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.model.event import Day
from convene.programme_file.document import EventEntry, PersonEntry, ProgrammeDocument
from convene.programme_file.read_programme import read_programme
from convene.rules.facts import Entry, EventBrief, same_facts
from convene.rules.vocabulary import EventStatus
from convene.store.event_deletion import delete_event
from convene.store.programme_rows import ProgrammeRows, find_programme, load_programme, row_id
from convene.usecases.describe_events import event_brief
from convene.usecases.import_people import ImportedPeople, import_people, join_programme, replace_groups
from convene.usecases.invite_people import is_past, update_invitations
from convene.usecases.plan_notices import Planned, replan
from convene.usecases.rules_in_force import update_rules
from convene.usecases.store_programme import (
    Source,
    matched_slugs,
    write_events,
    write_parts,
    write_programme_row,
)
from convene.usecases.stored_document import stored_document


@dataclass
class Applied:
    """What applying a file did (or would do, when the transaction is rolled back)."""

    programme_id: int
    before: ProgrammeDocument | None
    after: ProgrammeDocument
    people: ImportedPeople
    planned: Planned
    invited: int = 0
    days: int = 0
    deleted: list[str] = field(default_factory=list)


def apply_programme(
    session: Session,
    document: ProgrammeDocument,
    people: Sequence[PersonEntry],
    source: Source,
    now: datetime,
    *,
    overwrite: bool = False,
) -> Applied:
    """Bring the rows in line with `document` and plan what follows, at `now` (UTC).

    Raises ConflictError, and the caller rolls back, when commands changed what the file changes too, when an event
    that people were told of is missing from the file, or when a held event would be moved.
    """
    programme = find_programme(session, document.programme.id)
    rows = load_programme(session, programme) if programme else None
    before = stored_document(rows) if rows else None
    if rows and before:
        _refuse_conflicts(rows, before, document, overwrite)
        _refuse_moving_what_was_held(rows, before, document, now)
    briefs = {event.slug: event_brief(rows, event) for event in rows.events} if rows else {}
    deleted = _delete_missing_events(session, rows, document) if rows else []

    people = with_invited_addresses(document, people)
    imported = import_people(session, people, now)
    programme = write_programme_row(session, programme, document, source, now)
    join_programme(session, programme, people)
    replace_groups(session, programme, people)
    write_parts(session, programme, document)
    write_events(session, rows, programme, document, now)

    fresh = _reloaded(session, document)
    record_changes(fresh, _by_new_slug(document, briefs), now)
    update_invitations(session, fresh, now)
    update_rules(session, fresh, now)
    planned = replan(session, fresh, now)
    final = _reloaded(session, document)
    return Applied(
        programme_id=row_id(programme),
        before=before,
        after=stored_document(final),
        people=imported,
        planned=planned,
        invited=len({row.person_id for rows_ in final.invitations.values() for row in rows_ if row.left_at is None}),
        days=sum(day.removed_at is None for days in final.days.values() for day in days),
        deleted=deleted,
    )


def with_invited_addresses(document: ProgrammeDocument, people: Sequence[PersonEntry]) -> list[PersonEntry]:
    """The people of the CSV, and whoever is invited by an address that it does not have: that alone is a person."""
    known = {person.address for person in people}
    invited = {item.who for event in document.events.values() for item in event.invite or () if "@" in item.who}
    return [*people, *(PersonEntry(address) for address in sorted(invited - known))]


def record_changes(rows: ProgrammeRows, before: dict[str, EventBrief], now: datetime) -> None:
    """Raise the counters of what became different: the revision of an event's facts, the sequence of an entry."""
    for event in rows.events:
        old = before.get(event.slug)
        if old is None:
            continue
        new = event_brief(rows, event)
        if not same_facts(old.facts, new.facts):
            event.revision += 1
            event.facts_changed_at = now
        old_entries = {entry.day.slug: entry for entry in old.entries}
        new_entries = {entry.day.slug: entry for entry in new.entries}
        for day in rows.days.get(row_id(event), []):
            if day.slug in old_entries and day.slug in new_entries:
                _record_day(day, (old, old_entries[day.slug]), (new, new_entries[day.slug]), now)


def _record_day(day: Day, old: tuple[EventBrief, Entry], new: tuple[EventBrief, Entry], now: datetime) -> None:
    if _visible(*old) != _visible(*new):
        day.sequence += 1
        day.changed_at = now
    if _moment(old[1]) != _moment(new[1]):
        day.facts_since = now


def _moment(entry: Entry) -> tuple[object, ...]:
    """When the day is: what its notices count from. Another link or venue leaves them as they are."""
    day = entry.day
    return (day.on, day.start, day.end, day.until, day.zone, day.fold, entry.removed)


def _visible(brief: EventBrief, entry: Entry) -> tuple[object, ...]:
    """Everything a calendar entry shows: equal here means equal there."""
    others = replace(brief, facts=replace(brief.facts, days=()), entries=(), audience=(), revision=0)
    return (others, entry.day, entry.number, entry.title, entry.removed, len(brief.facts.days))


def _refuse_conflicts(
    rows: ProgrammeRows, stored: ProgrammeDocument, document: ProgrammeDocument, overwrite: bool
) -> None:
    """What commands changed since the file was applied, the file may not undo unasked."""
    if overwrite:
        return
    applied = read_programme(rows.programme.source, rows.programme.source_name).document
    conflicts = [
        slug
        for slug, event in stored.events.items()
        if applied and slug in applied.events and slug in document.events
        if event != _with_ids(rows, applied.events[slug]) and event != _with_ids(rows, document.events[slug])
    ]
    if conflicts:
        raise ConflictError(
            f"Commands changed what this file changes too: {', '.join(conflicts)}.",
            f"take the present state with: convene export {document.programme.id}   or undo it with --overwrite",
        )


def _with_ids(rows: ProgrammeRows, entry: EventEntry) -> EventEntry:
    """The event with the ids that its days have in the rows, so that it compares with a stored one."""
    event = rows.events_by_slug.get(entry.id)
    if entry.days is None or event is None:
        return entry
    slugs = matched_slugs(entry.days, rows.days.get(row_id(event), []))
    return replace(entry, days=tuple(replace(day, id=slug) for day, slug in zip(entry.days, slugs, strict=True)))


def _refuse_moving_what_was_held(
    rows: ProgrammeRows, stored: ProgrammeDocument, document: ProgrammeDocument, now: datetime
) -> None:
    for slug, event in rows.events_by_slug.items():
        entry = document.events.get(slug)
        if entry is None or event.status != EventStatus.CONFIRMED or not is_past(rows, event, now):
            continue
        old, new = stored.events[slug], _with_ids(rows, entry)
        if (old.status, old.days, old.due, old.number) != (new.status, new.days, new.due, new.number):
            raise ConflictError(
                f'"{slug}" was held and cannot be moved, cancelled or renumbered.',
                "give the new meeting an id of its own",
            )


def _delete_missing_events(session: Session, rows: ProgrammeRows, document: ProgrammeDocument) -> list[str]:
    """Delete events that the file no longer has, where nobody was told of them; refuse otherwise."""
    renamed = {entry.was for entry in document.events.values()}
    missing = [event for event in rows.events if event.slug not in document.events and event.slug not in renamed]
    for event in missing:
        if row_id(event) in rows.events_told:
            raise ConflictError(
                f'"{event.slug}" is missing from the file, but people were told of it.',
                f"keep it, and write  status: cancelled  under {event.slug}",
            )
    for event in missing:
        delete_event(session, row_id(event))
        rows.events.remove(event)
    return [event.slug for event in missing]


def _by_new_slug(document: ProgrammeDocument, briefs: dict[str, EventBrief]) -> dict[str, EventBrief]:
    """The briefs under the ids that their events have now; the id itself is no visible change."""
    renamed = {entry.was: entry.id for entry in document.events.values() if entry.was}
    return {renamed.get(slug, slug): replace(brief, slug=renamed.get(slug, slug)) for slug, brief in briefs.items()}


def _reloaded(session: Session, document: ProgrammeDocument) -> ProgrammeRows:
    session.flush()
    programme = find_programme(session, document.programme.id)
    assert programme is not None  # written above
    return load_programme(session, programme)
