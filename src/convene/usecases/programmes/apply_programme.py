"""Apply a programme file: the file is the whole truth about its programme's events, rules, groups and invitations.

All of it in one transaction, planning included. Applying the same file twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.programme_file.document import EventEntry, PersonEntry, ProgrammeDocument
from convene.programme_file.reading.read_programme import read_programme
from convene.store.programme_rows import ProgrammeRows, hold_named, row_id
from convene.usecases.events.refuse_changes import successor
from convene.usecases.people.import_people import programmes_concerned
from convene.usecases.programmes.change_programme import Applied, Before, before_change, change_programme
from convene.usecases.programmes.store_programme import Source, matched_slugs


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

    Raises ConflictError, and the caller rolls back, when commands changed what the file changes too (unless
    `overwrite`), when an event that people were told of is missing from the file, or for what may not become.
    """
    others = programmes_concerned(session, people) - {document.programme.id}
    hold_named(session, {document.programme.id, *others})
    before = before_change(session, document.programme.id, now)
    if before and not overwrite:
        _refuse_conflicts(before, document)
    return change_programme(session, before, document, now, people=people, source=source, others=others)


def _refuse_conflicts(before: Before, document: ProgrammeDocument) -> None:
    """What commands changed or added since the file was applied, the file may not undo unasked."""
    programme = before.rows.programme
    applied = read_programme(programme.source, programme.source_name).document
    if applied is None:
        return
    conflicts = [
        slug
        for slug, event in before.document.events.items()
        if _undoes(before.rows, applied.events.get(slug), successor(document, slug), event)
    ]
    if conflicts:
        export = f"convene export {document.programme.id}"
        raise ConflictError(
            f"Commands changed what this file changes too: {', '.join(conflicts)}.",
            f"take the present state with: {export}   (apply that before you change the same again), "
            "or undo it with --overwrite",
        )


def _undoes(rows: ProgrammeRows, applied: EventEntry | None, written: EventEntry | None, stored: EventEntry) -> bool:
    """Whether a file says otherwise of what commands changed since the file before it was `applied`: key by key, so
    that a file made from the present state may change the rest. A new id alone is no difference.
    """
    changed = _keys_apart(rows, applied, stored)
    return bool(changed and changed & _keys_apart(rows, written, stored))


def _keys_apart(rows: ProgrammeRows, written: EventEntry | None, stored: EventEntry) -> set[str]:
    """The keys of which a file says something else than what is stored; all of them where it has no such event."""
    keys = {field.name for field in fields(stored)} - {"id", "was"}
    if written is None:
        return keys
    same_ids = _with_ids(rows, written, stored.id)
    return {key for key in keys if getattr(same_ids, key) != getattr(stored, key)}


def _with_ids(rows: ProgrammeRows, entry: EventEntry, slug: str) -> EventEntry:
    """The event with the ids that its days have in the rows of `slug`, so that it compares with the stored one."""
    if entry.days is None:
        return entry
    slugs = matched_slugs(entry.days, rows.days.get(row_id(rows.events_by_slug[slug]), []))
    return replace(entry, days=tuple(replace(day, id=slug) for day, slug in zip(entry.days, slugs, strict=True)))
