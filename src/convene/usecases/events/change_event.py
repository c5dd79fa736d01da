"""Change one event by a command: as if the file had been edited in that one place and applied."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from convene.errors import ContentError, ConveneError, Problem
from convene.model.person import Person
from convene.programme_file.checks.check_document import check_document
from convene.programme_file.document import PersonEntry, ProgrammeDocument
from convene.programme_file.edits.document_tree import event_tree
from convene.programme_file.edits.edit_document import Edited, EventTree, with_event
from convene.rules.facts import DayFacts
from convene.rules.vocabulary import ANYWHERE_ON_EARTH
from convene.rules.weekdays import written_date
from convene.rules.zones import instant
from convene.store.programme_rows import ProgrammeRows, load_programme, row_id
from convene.usecases.events.describe_events import event_facts
from convene.usecases.events.list_events import event_named, hold_event
from convene.usecases.events.refuse_changes import is_held
from convene.usecases.programmes.change_programme import Applied, Before, before_change, change_programme


@dataclass(frozen=True)
class ChangedEvent:
    """What a command did to the event `name` (`programme/event`); `problems` are warnings and notes."""

    name: str
    applied: Applied
    problems: list[Problem] = field(default_factory=list)


def change_event(
    session: Session,
    name: str,
    edit: Callable[[EventTree, ProgrammeDocument], EventTree],
    now: datetime,
    *,
    new_id: str | None = None,
    correct: bool = False,
    past: bool = False,
) -> ChangedEvent:
    """Let the event `name` say what `edit` makes of it, under `new_id` where one is given.

    `correct`: it was held, and its record is mended; `past`: it may get a start that has passed. Raises NotFoundError,
    ContentError with everything that is wrong, or ConflictError for what may not become.
    """
    hold_event(session, name)
    rows, event = event_named(session, name)
    before = before_change(session, rows.programme.slug, now)
    assert before is not None  # the event is stored
    tree = edit(event_tree(before.document.events[event.slug]), before.document)
    if new_id is None:
        edited = with_event(before.document, event.slug, tree)
    else:
        edited = with_event(before.document, new_id, {**tree, "was": event.slug}, event.slug)
    return store_edited(session, before, edited, now, correct=correct, past=past)


def store_edited(
    session: Session, before: Before, edited: Edited, now: datetime, *, correct: bool = False, past: bool = False
) -> ChangedEvent:
    """Check a document in which one event was edited, and write it over the stored rows; flags as in `change_event`."""
    problems = _problems(session, before, edited)
    if any(problem.is_error for problem in problems):
        raise ContentError(problems)
    corrected = edited.slug if correct else None
    applied = change_programme(session, before, edited.document, now, corrected=corrected)
    if not (past or correct):
        _refuse_past(session, before, edited.slug, now)
    return ChangedEvent(f"{edited.document.programme.id}/{edited.slug}", applied, problems)


def _refuse_past(session: Session, before: Before, slug: str, now: datetime) -> None:
    """Raise ConveneError where a day of the event, just written, got a start that has passed, or all of it is over."""
    rows = load_programme(session, before.rows.programme)
    event = rows.events_by_slug[slug]
    old = before.briefs.get(row_id(event))
    known = {(day.slug, _start(day)) for day in old.facts.days} if old else set()
    days = event_facts(rows, event).days
    begun = [day for day in days if (day.slug, _start(day)) not in known and _begun_by(day) <= now]
    remedy = "write a date that lies ahead, or add --past to record what was"
    if begun:
        hour = f" {begun[0].start:%H:%M}" if begun[0].start else ""
        raise ConveneError(f'"{slug}" would start on {written_date(begun[0].on)}{hour}, which has passed.', remedy)
    if is_held(rows, event, now) and row_id(event) not in before.held:
        raise ConveneError(f'The dates of "{slug}" have passed.', remedy)


def _problems(session: Session, before: Before, edited: Edited) -> list[Problem]:
    """What is wrong with the event, or worth saying of it, that was not so before."""
    people = _stored_people(session, before.rows, edited.document)
    file = f"{edited.document.programme.id}/{edited.slug}"
    found = check_document(edited.document, people, file, edited.places, edited.faults)
    known = check_document(before.document, people, file)
    return sorted([*edited.problems, *(problem for problem in found if problem not in known)])


def _stored_people(session: Session, rows: ProgrammeRows, document: ProgrammeDocument) -> list[PersonEntry]:
    """Everybody whom the programme knows, and who is invited by an address that is known elsewhere."""
    named = {item.who for event in document.events.values() for item in event.invite or () if "@" in item.who}
    others = session.exec(select(Person).where(col(Person.address).in_(named)))
    groups: dict[int, list[str]] = {}
    for group, members in sorted(rows.groups.items()):
        for person_id in members:
            groups.setdefault(person_id, []).append(group)
    people = rows.people | {row_id(person): person for person in others}
    return [_person(person, tuple(groups.get(person_id, ()))) for person_id, person in people.items()]


def _person(row: Person, groups: tuple[str, ...]) -> PersonEntry:
    return PersonEntry(
        row.address,
        name=row.name or None,
        country=row.country,
        language=row.language,
        organisation=row.organisation,
        groups=groups,
    )


def _start(day: DayFacts) -> tuple[object, ...]:
    return (day.on, day.start, day.zone)


def _begun_by(day: DayFacts) -> datetime:
    """The moment (UTC) by which the day has begun: the end of its first date where no hour is known."""
    if day.start:
        return day.starts_at(ANYWHERE_ON_EARTH)
    midnight = datetime.min.time()
    return instant(day.on + timedelta(days=1), midnight, day.clock_zone(ANYWHERE_ON_EARTH))
