"""Apply a programme file: the file is the whole truth about its programme's events, rules, groups and invitations.

All of it in one transaction, planning included. Applying the same file twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.programme_file.document import EventEntry, PersonEntry, ProgrammeDocument
from convene.programme_file.read_programme import read_programme
from convene.rules.vocabulary import EventStatus
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.change_programme import Applied, before_change, change_programme
from convene.usecases.invite_people import is_past
from convene.usecases.store_programme import Source, matched_slugs


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
    before = before_change(session, document.programme.id)
    if before.rows and before.document:
        _refuse_conflicts(before.rows, before.document, document, overwrite)
        _refuse_moving_what_was_held(before.rows, before.document, document, now)
    return change_programme(session, before, document, now, people=people, source=source)


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
