"""From a notice that is due to a letter: the facts as they are now, the reader as they are now."""

from dataclasses import dataclass
from datetime import datetime

from convene.model.person import Person
from convene.rules.letter import Letter, Part, Reader
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import Digits, EventStatus, Gender, NoticeKind, Role
from convene.rules.zones import wall_clock
from convene.store.due_notices import DueNotice, Who, Why
from convene.store.programme_rows import ProgrammeRows
from convene.usecases.describe_events import Standing, standing
from convene.usecases.known_content import KnownContent

_CORRECTIONS = (NoticeKind.CHANGE, NoticeKind.CANCELLATION)


@dataclass(frozen=True)
class Unwanted:
    """Why a notice that came due must not leave: the reader left, or what it speaks of is over or off."""

    reason: str


def write_letter(
    notice: DueNotice, content: KnownContent, now: datetime, unsubscribe_link: str | None = None
) -> Letter | Unwanted:
    """The letter of `notice` at `now` (UTC), or why there is none. `content` has read what the notice speaks of."""
    if notice.who.is_silent:
        unsubscribed = notice.who.unsubscribed_at is not None
        return Unwanted("the person unsubscribed" if unsubscribed else "no server knows their address")
    causes = _standing_causes(notice, content)
    if not causes:
        return Unwanted("what it speaks of is over, or off")
    kind = NoticeKind(notice.why.kind)
    if not notice.is_invited and kind not in (NoticeKind.CANCELLATION, NoticeKind.DIGEST):
        return Unwanted("the person was taken off the list")
    programme = content.programme(notice.why.programme_id)
    reader = _reader(notice.who, content.standing(notice.why.programme_id, notice.who), notice.role)
    has_left = kind is NoticeKind.CANCELLATION and not notice.is_invited
    return Letter(
        kind=kind,
        reader=reader,
        parts=tuple(_part(why, content) for why in causes),
        now=now,
        today=wall_clock(now, reader.whereabouts.zone).date(),
        told=content.told_facts(notice, reader.whereabouts) if kind in _CORRECTIONS else None,
        left=has_left and _status(causes[0], content) is not EventStatus.CANCELLED,
        funder=programme.funder,
        privacy_link=programme.privacy,
        unsubscribe_link=unsubscribe_link,
    )


def reader_of(rows: ProgrammeRows, person: Person, role: str) -> Reader:
    """The person as the reader of a mail: language and clock by the chains of design promise 3."""
    return _reader(person, standing(rows, person), role)


def _reader(who: Who | Person, known: Standing, role: str) -> Reader:
    return Reader(
        address=who.address,
        name=who.name,
        salutation=who.salutation,
        gender=Gender(who.gender) if who.gender else None,
        whereabouts=known.whereabouts,
        language=known.language.language,
        digits=Digits(who.digits) if who.digits else None,
        role=Role(role),
    )


def _standing_causes(notice: DueNotice, content: KnownContent) -> list[Why]:
    """Why it is there; of a digest, the parts that still stand, by the moment that each speaks of."""
    if notice.why.event_id is not None:
        return [notice.why]
    stand = (part for part in notice.parts if part.is_invited)
    return [part.why for part in stand if _status(part.why, content) is EventStatus.CONFIRMED]


def _status(why: Why, content: KnownContent) -> EventStatus:
    assert why.event_id is not None  # a digest has none, but its parts have
    return EventStatus(content.event(why.event_id).row.status)


def _part(why: Why, content: KnownContent) -> Part:
    assert why.event_id is not None  # a digest has none, but its parts have
    event = content.event(why.event_id)
    anchor = parse_rule(why.rule).anchor if why.kind == NoticeKind.REMINDER else "start"
    return Part(event.brief, event.days.get(why.day_id or 0), anchor)
