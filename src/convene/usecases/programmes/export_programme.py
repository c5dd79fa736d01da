"""Export: the file that matches the rows. Unchanged rows give the very text that was applied, comments and all."""

from dataclasses import replace

from sqlmodel import Session

from convene.programme_file.document import EventEntry, ProgrammeDocument
from convene.programme_file.edits.update_source import update_source
from convene.programme_file.reading.read_programme import read_programme
from convene.store.programme_rows import load_programme, programme_named
from convene.usecases.programmes.store_programme import matched_slugs
from convene.usecases.programmes.stored_document import stored_document


def export_programme(session: Session, slug: str) -> str:
    """The programme file as YAML. Raises NotFoundError."""
    rows = load_programme(session, programme_named(session, slug))
    source = rows.programme.source
    written = read_programme(source, rows.programme.source_name).document
    return update_source(source, _with_needed_ids(stored_document(rows), written))


def _with_needed_ids(document: ProgrammeDocument, written: ProgrammeDocument | None) -> ProgrammeDocument:
    """The document with the ids of days only where the file has them, or order alone would not give them."""
    before = written.events if written else {}
    return replace(document, events={slug: _needed(event, before.get(slug)) for slug, event in document.events.items()})


def _needed(event: EventEntry, written: EventEntry | None) -> EventEntry:
    if event.days is None:
        return event
    ids: list[str | None] = [day.id for day in event.days]
    if written and written.days is not None and list(matched_slugs(written.days, [])) == ids:
        ids = [day.id for day in written.days]
    elif ids == [f"d{number}" for number in range(1, len(ids) + 1)]:
        ids = [None] * len(ids)
    return replace(event, days=tuple(replace(day, id=id_) for day, id_ in zip(event.days, ids, strict=True)))
