"""From a notice that is due to a letter: the facts read now, the reader as they are now."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import Notice, NoticePart
from convene.model.person import Invitation, Person
from convene.rules.facts import EventFacts, facts_from_json
from convene.rules.letter import Letter, Reader
from convene.rules.vocabulary import Digits, EventStatus, Gender, NoticeKind, Role
from convene.rules.zones import wall_clock
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.describe_events import EventBriefs, standing


@dataclass(frozen=True)
class Unwanted:
    """Why a notice that came due must not leave: the reader left, or what it speaks of is over or off."""

    reason: str


def write_letter(session: Session, briefs: EventBriefs, notice: Notice, now: datetime) -> Letter | Unwanted:
    """The letter of `notice` at `now` (UTC), or why there is none."""
    rows = briefs.rows
    person = rows.people[notice.person_id]
    events = _events(session, rows, notice, now)
    if not events:
        return Unwanted("what it speaks of is over, or off")
    invited = _invitation(rows, notice.person_id, events[0])
    left = invited is None or invited.left_at is not None
    if left and notice.kind != NoticeKind.CANCELLATION:
        return Unwanted("the person was taken off the list")
    reader = reader_of(rows, person, notice.role)
    return Letter(
        kind=NoticeKind(notice.kind),
        reader=reader,
        events=tuple(briefs.of(event) for event in events),
        now=now,
        today=wall_clock(now, reader.whereabouts.zone).date(),
        told=_told(rows, notice),
        about_day=_day_slug(rows, notice),
        left=left and EventStatus(events[0].status) is not EventStatus.CANCELLED,
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


def _events(session: Session, rows: ProgrammeRows, notice: Notice, now: datetime) -> list[Event]:
    """The event of the notice; of a digest, those whose part still stands, by moment."""
    if notice.event_id is not None:
        return [rows.events_by_id[notice.event_id]]
    parts = session.exec(select(NoticePart).where(NoticePart.notice_id == notice.id).order_by(col(NoticePart.event_id)))
    standing_ids = {part.event_id for part in parts if part.useful_until > now and _stands(rows, notice, part)}
    return [event for event in rows.events if row_id(event) in standing_ids]


def _stands(rows: ProgrammeRows, notice: Notice, part: NoticePart) -> bool:
    event = rows.events_by_id.get(part.event_id)
    if event is None or event.status != EventStatus.CONFIRMED:
        return False
    invited = _invitation(rows, notice.person_id, event)
    return invited is not None and invited.left_at is None


def _invitation(rows: ProgrammeRows, person_id: int, event: Event) -> Invitation | None:
    invitations = rows.invitations.get(row_id(event), [])
    return next((row for row in invitations if row.person_id == person_id), None)


def _told(rows: ProgrammeRows, notice: Notice) -> EventFacts | None:
    if notice.event_id is None or notice.kind not in (NoticeKind.CHANGE, NoticeKind.CANCELLATION):
        return None
    told = rows.told.get((notice.person_id, notice.event_id))
    return facts_from_json(told.facts) if told else None


def _day_slug(rows: ProgrammeRows, notice: Notice) -> str | None:
    days = rows.days.get(notice.event_id or 0, [])
    return next((day.slug for day in days if day.id == notice.day_id), None)
