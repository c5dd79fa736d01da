"""From a notice that is due to a letter: the facts read now, the reader as they are now."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import Cause, EventRevision, Notice, NoticePart, Told
from convene.model.person import Person
from convene.rules.facts import EventFacts, Whereabouts, facts_from_json
from convene.rules.letter import Letter, Part, Reader
from convene.rules.rule import parse_rule
from convene.rules.told_clocks import as_told
from convene.rules.vocabulary import Digits, EventStatus, Gender, NoticeKind, Role
from convene.rules.zones import wall_clock
from convene.store.programme_rows import ProgrammeRows, invitation_of, row_id
from convene.usecases.describe_events import EventBriefs, standing


@dataclass(frozen=True)
class Unwanted:
    """Why a notice that came due must not leave: the reader left, or what it speaks of is over or off."""

    reason: str


def write_letter(session: Session, briefs: EventBriefs, notice: Notice, now: datetime) -> Letter | Unwanted:
    """The letter of `notice` at `now` (UTC), or why there is none."""
    rows = briefs.rows
    cause = session.get_one(Cause, notice.cause_id)
    causes = [cause] if cause.event_id is not None else _causes_of_parts(session, rows, notice, now)
    if not causes:
        return Unwanted("what it speaks of is over, or off")
    event = _event(rows, causes[0])
    invited = invitation_of(session, row_id(event), notice.person_id)
    left = invited is None or invited.left_at is not None
    if left and cause.kind != NoticeKind.CANCELLATION:
        return Unwanted("the person was taken off the list")
    reader = reader_of(rows, session.get_one(Person, notice.person_id), notice.role)
    return Letter(
        kind=NoticeKind(cause.kind),
        reader=reader,
        parts=tuple(_part(briefs, each) for each in causes),
        now=now,
        today=wall_clock(now, reader.whereabouts.zone).date(),
        told=_told(session, notice, cause, reader.whereabouts),
        left=left and EventStatus(event.status) is not EventStatus.CANCELLED,
        funder=rows.programme.funder,
        privacy_link=rows.programme.privacy,
    )


def reader_of(rows: ProgrammeRows, person: Person, role: str) -> Reader:
    """The person as the reader of a mail: language and clock by the chains of design promise 3."""
    known = standing(rows, person)
    return Reader(
        address=person.address,
        name=person.name,
        salutation=person.salutation,
        gender=Gender(person.gender) if person.gender else None,
        whereabouts=known.whereabouts,
        language=known.language.language,
        digits=Digits(person.digits) if person.digits else None,
        role=Role(role),
    )


def _causes_of_parts(session: Session, rows: ProgrammeRows, notice: Notice, now: datetime) -> list[Cause]:
    """The causes of a digest's parts that still stand, by the moment that each speaks of."""
    query = (
        select(Cause)
        .join(NoticePart, col(NoticePart.cause_id) == Cause.id)
        .where(NoticePart.notice_id == notice.id, col(NoticePart.useful_until) > now)
        .order_by(col(NoticePart.useful_until), col(Cause.id))
    )
    return [cause for cause in session.exec(query) if _stands(session, notice, _event(rows, cause))]


def _event(rows: ProgrammeRows, cause: Cause) -> Event:
    assert cause.event_id is not None  # a digest has none, but its parts have
    return rows.events_by_id[cause.event_id]


def _part(briefs: EventBriefs, cause: Cause) -> Part:
    anchor = parse_rule(cause.rule).anchor if cause.kind == NoticeKind.REMINDER else "start"
    return Part(briefs.of(_event(briefs.rows, cause)), _day_slug(briefs.rows, cause), anchor)


def _stands(session: Session, notice: Notice, event: Event) -> bool:
    if event.status != EventStatus.CONFIRMED:
        return False
    invited = invitation_of(session, row_id(event), notice.person_id)
    return invited is not None and invited.left_at is None


def _told(session: Session, notice: Notice, cause: Cause, reader: Whereabouts) -> EventFacts | None:
    if cause.event_id is None or cause.kind not in (NoticeKind.CHANGE, NoticeKind.CANCELLATION):
        return None
    return told_facts(session, notice.person_id, cause.event_id, reader)


def told_facts(session: Session, person_id: int, event_id: int, reader: Whereabouts | None = None) -> EventFacts | None:
    """What the person was told last of the event; None where that is nothing. Who was told that it is off for them
    knows a cancelled one. With the clocks that a `reader` was shown, where one is given.
    """
    told = session.get(Told, (person_id, event_id))
    if told is None:
        return None
    revision = session.get_one(EventRevision, (event_id, told.revision))
    facts = facts_from_json(revision.facts)
    if reader is not None:
        facts = as_told(facts, revision.offsets, reader)
    return replace(facts, status=EventStatus.CANCELLED) if told.ended else facts


def _day_slug(rows: ProgrammeRows, cause: Cause) -> str | None:
    days = rows.days.get(cause.event_id or 0, [])
    return next((day.slug for day in days if day.id == cause.day_id), None)
