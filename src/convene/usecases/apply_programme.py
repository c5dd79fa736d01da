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
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.change_programme import Applied, Before, before_change, change_programme
from convene.usecases.refuse_changes import successor
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

    Raises ConflictError, and the caller rolls back, when commands changed what the file changes too (unless
    `overwrite`), when an event that people were told of is missing from the file, or for what may not become.
    """
    before = before_change(session, document.programme.id, now)
    if before and not overwrite:
        _refuse_conflicts(before, document)
    return change_programme(session, before, document, now, people=people, source=source)


def _refuse_conflicts(before: Before, document: ProgrammeDocument) -> None:
    """What commands changed or added since the file was applied, the file may not undo unasked."""
    programme = before.rows.programme
    applied = read_programme(programme.source, programme.source_name).document
    if applied is None:
        return
    conflicts = [
        slug
        for slug, event in before.document.events.items()
        if not _says(before.rows, applied.events.get(slug), event)
        and not _says(before.rows, successor(document, slug), event)
    ]
    if conflicts:
        raise ConflictError(
            f"Commands changed what this file changes too: {', '.join(conflicts)}.",
            f"take the present state with: convene export {document.programme.id}   or undo it with --overwrite",
        )


def _says(rows: ProgrammeRows, written: EventEntry | None, stored: EventEntry) -> bool:
    """Whether a file says of an event exactly what is stored; a new id alone is no difference."""
    if written is None:
        return False
    return replace(_with_ids(rows, written, stored.id), id=stored.id, was=stored.was) == stored


def _with_ids(rows: ProgrammeRows, entry: EventEntry, slug: str) -> EventEntry:
    """The event with the ids that its days have in the rows of `slug`, so that it compares with the stored one."""
    if entry.days is None:
        return entry
    slugs = matched_slugs(entry.days, rows.days.get(row_id(rows.events_by_slug[slug]), []))
    return replace(entry, days=tuple(replace(day, id=slug) for day, slug in zip(entry.days, slugs, strict=True)))
