"""Edit an event: whatever a file can say of it, by the keys of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from convene.errors import ConflictError
from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.edits.edit_document import EventTree
from convene.programme_file.edits.written_words import with_words, without
from convene.programme_file.reading.written_values import slug
from convene.rules.vocabulary import EventStatus
from convene.usecases.events.change_event import ChangedEvent, change_event
from convene.usecases.events.list_events import event_named, hold_event
from convene.usecases.events.refuse_changes import is_held


@dataclass(frozen=True)
class Edit:
    """What to change. `words` by key of the file, as `with_words` reads them; then days and invitations to take out,
    by id and by group or address; `rename` is a new id.
    """

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remove_days: Sequence[str] = ()
    uninvite: Sequence[str] = ()
    rename: str | None = None


def edit_event(
    session: Session, name: str, edit: Edit, now: datetime, *, correct: bool = False, past: bool = False
) -> ChangedEvent:
    """Change the event `name`. `correct`: it was held; its record is mended, and nobody is mailed about it. `past`: it
    may get a start that has passed.

    Raises NotFoundError for an event, or a day or invitation to take out, that is not there, ConflictError for what may
    not become, for a new id that is taken, and for a correction of what lies ahead.
    """
    hold_event(session, name)
    rows, event = event_named(session, name)
    if correct and not is_held(rows, event, now):
        raise ConflictError(f'"{name}" was not held yet, so there is no record to correct.', "leave --correct out")
    if edit.rename is not None and slug(edit.rename) in rows.events_by_slug:
        raise ConflictError(f'There is an event "{edit.rename}" already.', "write another id")
    return change_event(
        session,
        name,
        lambda tree, document: _edited(tree, document, edit),
        now,
        new_id=edit.rename,
        correct=correct,
        past=past,
    )


def _edited(tree: EventTree, document: ProgrammeDocument, edit: Edit) -> EventTree:
    kept = without(without(tree, "days", edit.remove_days), "invite", edit.uninvite)
    changed = with_words(kept, edit.words, document.programme.language)
    confirmed = EventStatus.CONFIRMED.value
    if "reason" not in edit.words and changed.get("status", confirmed) != tree.get("status", confirmed):
        changed.pop("reason", None)  # it was the reason of the status that is no more
    return changed
