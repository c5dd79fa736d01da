"""Change a programme: write a document over its stored rows, and let everything else follow.

The one way in which events change, for `apply` and for the commands alike. All of it in the caller's transaction,
planning included; writing the same document twice changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.programme import Programme
from convene.programme_file.checks.resolve import effective_event
from convene.programme_file.document import PersonEntry, ProgrammeDocument
from convene.rules.facts import EventBrief
from convene.store.programme_rows import ProgrammeRows, find_programme, load_programme, row_id
from convene.usecases.events.correct_record import correct_record
from convene.usecases.events.describe_events import event_brief
from convene.usecases.events.drop_events import drop_missing_events
from convene.usecases.events.keep_numbers import keep_numbers
from convene.usecases.events.record_changes import record_changes
from convene.usecases.events.refuse_changes import is_held, refuse_changing_the_held, refuse_statuses
from convene.usecases.feeds.age_feeds import age_feeds
from convene.usecases.people.import_people import (
    ImportedPeople,
    import_people,
    join_programme,
    replace_groups,
    without_erased,
)
from convene.usecases.people.invite_people import update_invitations
from convene.usecases.planning.event_news import EventNews, event_news
from convene.usecases.planning.mails_ahead import MailsAhead, mails_ahead
from convene.usecases.planning.plan_notices import Planned, plan_readable, plan_what_zones_changed, replan
from convene.usecases.planning.rules_in_force import update_rules
from convene.usecases.programmes.store_programme import Source, write_events, write_parts, write_programme_row
from convene.usecases.programmes.stored_document import stored_document


@dataclass(frozen=True)
class Before:
    """A programme as it stood before a change; the rows themselves are about to be written over. `briefs` are by row
    id; `held` holds the row ids of confirmed events that are over.
    """

    rows: ProgrammeRows
    document: ProgrammeDocument
    briefs: dict[int, EventBrief]
    held: frozenset[int]


@dataclass
class Applied:
    """What writing a document did (or would do, when the transaction is rolled back)."""

    before: ProgrammeDocument | None
    after: ProgrammeDocument
    people: ImportedPeople
    planned: Planned
    days: int = 0
    deleted: list[str] = field(default_factory=list)
    news: list[EventNews] = field(default_factory=list)


def before_change(session: Session, programme_id: str, now: datetime) -> Before | None:
    """Look at the programme `programme_id` (of the file) before it is changed; None where it is not stored yet."""
    programme = find_programme(session, programme_id)
    if programme is None:
        return None
    rows = load_programme(session, programme)
    held = (row_id(event) for event in rows.events if is_held(rows, event, now))
    briefs = {row_id(event): event_brief(rows, event) for event in rows.events}
    return Before(rows, stored_document(rows), briefs, frozenset(held))


def change_programme(
    session: Session,
    before: Before | None,
    document: ProgrammeDocument,
    now: datetime,
    *,
    people: Sequence[PersonEntry] | None = None,
    source: Source | None = None,
    corrected: str | None = None,
    others: Collection[str] = (),
) -> Applied:
    """Bring the rows in line with `document` and plan what follows, at `now` (UTC).

    `people` are all of the people files, None where they are as they were; `source` is the file just applied, None
    where the one applied last stays; `corrected` is the id of a held event whose record is mended; `others` are the ids
    of programmes whose notices follow from what is new of people. Raises ConflictError, and the caller rolls back, for
    what may not become.
    """
    followed = plan_what_zones_changed(session, now)
    deleted = _clear_the_way(session, before, document, corrected) if before else []
    imported = _write(session, before, document, people, source, now)
    fresh = _reloaded(session, document)
    if before:
        # Of those that were not dropped just now: SQLite gives the id of a deleted row to the next new one.
        staying = {row_id(event): before.briefs[row_id(event)] for event in before.rows.events}
        held = {event_id: brief for event_id, brief in staying.items() if event_id in before.held}
        refuse_changing_the_held(fresh, held, before.document, document, corrected)
        record_changes(fresh, staying, now)
        if corrected:
            event = fresh.events_by_slug[corrected]
            correct_record(session, fresh, event, before.briefs[row_id(event)].facts, now)
    age_feeds(fresh, now)
    touched = fresh if source or not before else _touched(fresh, before.document, document)
    update_invitations(session, touched, now)
    update_rules(session, fresh, now)
    events = None if touched is fresh else set(touched.events_by_id)
    planned = replan(session, fresh, now, events)
    planned.mails += followed
    planned.mails += _plan_others(session, others, now)
    final = _reloaded(session, document)
    news = list(event_news(session, final, before.briefs, corrected)) if before else []
    return Applied(
        before=before.document if before else None,
        after=stored_document(final),
        people=imported,
        planned=planned,
        days=sum(day.removed_at is None for days in final.days.values() for day in days),
        deleted=deleted,
        news=news,
    )


def _plan_others(session: Session, others: Collection[str], now: datetime) -> MailsAhead:
    """Plan the programmes that share people with this one; the mails that this brings."""
    mails = MailsAhead()
    for programme in session.exec(select(Programme).where(col(Programme.slug).in_(others)).order_by(col(Programme.id))):
        plan_readable(session, programme, now)
        mails += mails_ahead(session, now)
    return mails


def _clear_the_way(session: Session, before: Before, document: ProgrammeDocument, corrected: str | None) -> list[str]:
    """Refuse what may not become, and drop the events that the document does not have; their ids."""
    refuse_statuses(before.document, document)
    held = {event_id for event_id in before.held if before.rows.events_by_id[event_id].slug != corrected}
    keep_numbers(session, before.rows, held, document)
    return drop_missing_events(session, before.rows, document)


def _write(
    session: Session,
    before: Before | None,
    document: ProgrammeDocument,
    people: Sequence[PersonEntry] | None,
    source: Source | None,
    now: datetime,
) -> ImportedPeople:
    rows = before.rows if before else None
    everybody, erased = without_erased(session, with_invited_addresses(document, people or ()))
    imported = import_people(session, everybody, now)
    imported.erased = erased
    programme = write_programme_row(session, rows.programme if rows else None, document, source, now)
    imported.roles = join_programme(session, programme, everybody)
    if people is not None:
        imported.joined, imported.left = replace_groups(session, programme, everybody)
    write_parts(session, programme, document)
    write_events(session, rows, programme, document, now)
    return imported


def with_invited_addresses(document: ProgrammeDocument, people: Sequence[PersonEntry]) -> list[PersonEntry]:
    """The people of the CSV, and whoever is invited by an address that it does not have: that alone is a person."""
    known = {person.address for person in people}
    invited = {item.who for event in document.events.values() for item in event.invite or () if "@" in item.who}
    return [*people, *(PersonEntry(address) for address in sorted(invited - known))]


def _touched(rows: ProgrammeRows, old: ProgrammeDocument, new: ProgrammeDocument) -> ProgrammeRows:
    """The rows without the events of which the document says what it said before: those cost a command nothing."""
    same = {
        name
        for name, entry in new.events.items()
        if name in old.events and effective_event(old, old.events[name]) == effective_event(new, entry)
    }
    return replace(rows, events=[event for event in rows.events if event.slug not in same])


def _reloaded(session: Session, document: ProgrammeDocument) -> ProgrammeRows:
    session.flush()
    programme = find_programme(session, document.programme.id)
    assert programme is not None  # written above
    return load_programme(session, programme)
