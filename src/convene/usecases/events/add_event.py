"""Add an event to a programme, behind those it has."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError, UsageError
from convene.programme_file.edits.edit_document import with_event
from convene.programme_file.edits.written_words import with_words
from convene.programme_file.reading.written_values import slug
from convene.store.programme_rows import hold_named, programme_named
from convene.usecases.events.change_event import ChangedEvent, store_edited
from convene.usecases.programmes.change_programme import before_change


def add_event(
    session: Session, name: str, words: Mapping[str, Sequence[str]], now: datetime, *, past: bool = False
) -> ChangedEvent:
    """Add the event `name` (`programme/event`) that `words` describe, by the keys of the file.

    `past`: it may have begun. Raises ConflictError where there is one of that id, ContentError with all that is wrong.
    """
    programme, separator, event = name.partition("/")
    if not separator:
        raise UsageError(f'"{name}" names no programme.', f"write: PROGRAMME/{name}")
    hold_named(session, [programme])
    before = before_change(session, programme_named(session, programme).slug, now)
    assert before is not None  # the programme is stored
    if event in before.document.events:
        raise ConflictError(f'There is an event "{name}" already.', f"change it with: convene event edit {name}")
    tree = with_words({}, words, before.document.programme.language)
    return store_edited(session, before, with_event(before.document, slug(event), tree), now, past=past)
