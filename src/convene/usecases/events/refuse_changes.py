"""What may not become of an event, whoever asks for it: a file, with or without --overwrite, or a command."""

from datetime import datetime

from convene.errors import ConflictError
from convene.model.event import Event
from convene.programme_file.checks.resolve import effective_event, first_date
from convene.programme_file.document import EventEntry, ProgrammeDocument
from convene.rules.event_statuses import next_statuses
from convene.rules.facts import EventBrief
from convene.rules.vocabulary import EventStatus
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import event_brief
from convene.usecases.events.record_changes import moment_of
from convene.usecases.people.invite_people import is_past


def is_held(rows: ProgrammeRows, event: Event, now: datetime) -> bool:
    """Whether the event took place: confirmed, and its last day has ended."""
    return event.status == EventStatus.CONFIRMED and is_past(rows, event, now)


def successor(document: ProgrammeDocument, slug: str) -> EventEntry | None:
    """What `document` says of the event that was `slug` before: under its id, or under the one that was it."""
    heir = next((entry for entry in document.events.values() if entry.was == slug), None)
    return document.events.get(slug) or heir


def refuse_statuses(stored: ProgrammeDocument, document: ProgrammeDocument) -> None:
    """Raise ConflictError where an event would take a status that does not follow from the one it has."""
    for slug, old in stored.events.items():
        new = successor(document, slug)
        if new is None or new.status is old.status:
            continue
        if new.status not in next_statuses(old.status):
            known = " or ".join(next_statuses(old.status))
            raise ConflictError(f'"{slug}" is {old.status} and cannot become {new.status}.', f"it can become {known}")
        if old.status is EventStatus.POSTPONED and new.status is EventStatus.CONFIRMED:
            _refuse_without_date(document, new)


def _refuse_without_date(document: ProgrammeDocument, entry: EventEntry) -> None:
    if first_date(effective_event(document, entry)) is None:
        raise ConflictError(
            f'"{entry.id}" is postponed and has no date yet, so it cannot be confirmed.', "give it its date as well"
        )


def refuse_changing_the_held(
    rows: ProgrammeRows,
    briefs: dict[int, EventBrief],
    stored: ProgrammeDocument,
    document: ProgrammeDocument,
    corrected: str | None,
) -> None:
    """Raise ConflictError where an event that was held has another moment, status or number in `rows` than before.

    `briefs` are those before, of the held events, by row id. `corrected` is the id of the one whose record is mended.
    """
    for event in rows.events:
        old = briefs.get(row_id(event))
        if old is None or event.slug == corrected:
            continue
        new = event_brief(rows, event)
        if _number(stored, old.slug) == _number(document, event.slug) and _record(old) == _record(new):
            continue
        raise ConflictError(
            f'"{old.slug}" was held and cannot be moved, cancelled or renumbered.',
            f"give the new meeting an id of its own, or mend the record: convene event edit {old.slug} --correct",
        )


def refuse_reviving_by_correction(rows: ProgrammeRows, event: Event, now: datetime) -> None:
    """Raise ConflictError where mending a record would make an event that lies ahead, or that was not held."""
    if not is_held(rows, event, now):
        raise ConflictError(
            f'"{event.slug}" was held, and a correction of its record leaves it so.',
            "write dates that have passed, and leave the status out",
        )


def _record(brief: EventBrief) -> tuple[object, ...]:
    return (brief.facts.status, {entry.day.slug: moment_of(entry) for entry in brief.entries})


def _number(document: ProgrammeDocument, slug: str) -> tuple[str | None, int | None]:
    effective = effective_event(document, document.events[slug])
    return effective.series, effective.number
