"""Change a programme: write a document over its stored rows, and let everything else follow.

The one way in which events change, for `apply` and for the commands alike. All of it in the caller's transaction,
planning included; writing the same document twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from convene.programme_file.document import PersonEntry, ProgrammeDocument
from convene.rules.facts import EventBrief
from convene.store.programme_rows import ProgrammeRows, find_programme, load_programme, row_id
from convene.usecases.describe_events import event_brief
from convene.usecases.drop_events import drop_missing_events
from convene.usecases.import_people import ImportedPeople, import_people, join_programme, replace_groups
from convene.usecases.invite_people import update_invitations
from convene.usecases.plan_notices import Planned, replan
from convene.usecases.record_changes import record_changes
from convene.usecases.rules_in_force import update_rules
from convene.usecases.store_programme import Source, write_events, write_parts, write_programme_row
from convene.usecases.stored_document import stored_document


@dataclass(frozen=True)
class Before:
    """A programme as it stood before a change; the rows themselves are about to be written over. `briefs` are by row
    id. A programme that is not stored yet has neither rows nor document.
    """

    rows: ProgrammeRows | None = None
    document: ProgrammeDocument | None = None
    briefs: dict[int, EventBrief] = field(default_factory=dict)


@dataclass
class Applied:
    """What writing a document did (or would do, when the transaction is rolled back)."""

    before: ProgrammeDocument | None
    after: ProgrammeDocument
    people: ImportedPeople
    planned: Planned
    days: int = 0
    deleted: list[str] = field(default_factory=list)


def before_change(session: Session, programme_id: str) -> Before:
    """Look at the programme `programme_id` (of the file) before it is changed."""
    programme = find_programme(session, programme_id)
    if programme is None:
        return Before()
    rows = load_programme(session, programme)
    return Before(rows, stored_document(rows), {row_id(event): event_brief(rows, event) for event in rows.events})


def change_programme(
    session: Session,
    before: Before,
    document: ProgrammeDocument,
    now: datetime,
    *,
    people: Sequence[PersonEntry] | None = None,
    source: Source | None = None,
) -> Applied:
    """Bring the rows in line with `document` and plan what follows, at `now` (UTC).

    `people` are all of the people files, None where they are as they were; `source` is the file just applied, None
    where the one applied last stays. Raises ConflictError, and the caller rolls back, for what may not become.
    """
    rows = before.rows
    deleted = drop_missing_events(session, rows, document) if rows else []
    everybody = with_invited_addresses(document, people or ())
    imported = import_people(session, everybody, now)
    programme = write_programme_row(session, rows.programme if rows else None, document, source, now)
    join_programme(session, programme, everybody)
    if people is not None:
        replace_groups(session, programme, everybody)
    write_parts(session, programme, document)
    write_events(session, rows, programme, document, now)

    fresh = _reloaded(session, document)
    record_changes(fresh, before.briefs, now)
    update_invitations(session, fresh, now)
    update_rules(session, fresh, now)
    planned = replan(session, fresh, now)
    final = _reloaded(session, document)
    return Applied(
        before=before.document,
        after=stored_document(final),
        people=imported,
        planned=planned,
        days=sum(day.removed_at is None for days in final.days.values() for day in days),
        deleted=deleted,
    )


def with_invited_addresses(document: ProgrammeDocument, people: Sequence[PersonEntry]) -> list[PersonEntry]:
    """The people of the CSV, and whoever is invited by an address that it does not have: that alone is a person."""
    known = {person.address for person in people}
    invited = {item.who for event in document.events.values() for item in event.invite or () if "@" in item.who}
    return [*people, *(PersonEntry(address) for address in sorted(invited - known))]


def _reloaded(session: Session, document: ProgrammeDocument) -> ProgrammeRows:
    session.flush()
    programme = find_programme(session, document.programme.id)
    assert programme is not None  # written above
    return load_programme(session, programme)
