"""From a notice that is due to a letter: the facts as they are now, the reader as they are now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from convene.mail.outlook import speaks_of
from convene.model.person import Person
from convene.rules.clock import as_read
from convene.rules.corrections import CORRECTIONS
from convene.rules.facts import Whereabouts, is_known
from convene.rules.letter import Letter, Part, Reader
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import Digits, EventStatus, Gender, NoticeKind, Role
from convene.store.due_notices import DueNotice, Who, Why
from convene.store.programme_rows import ProgrammeRows
from convene.usecases.delivery.known_content import KnownContent
from convene.usecases.events.describe_events import Standing, standing

OFF_THE_LIST = "the person was taken off the list"
ToldBefore = tuple[int, bool] | None
"""As `told` of `DueNotice`."""

_WITHOUT_INVITATION = (NoticeKind.CANCELLATION, NoticeKind.DIGEST)


def unwanted(notice: DueNotice, causes: Sequence[Why]) -> str | None:
    """Why a notice that came due must not leave: the reader left, or what it speaks of is over or off. None: it may."""
    if notice.who.unsubscribed:
        return "the person unsubscribed"
    if notice.who.refused:
        return "no server knows their address"
    if not causes:
        return "what it speaks of is over, or off"
    if not notice.is_invited and notice.why.kind not in _WITHOUT_INVITATION:
        return OFF_THE_LIST
    return None


def is_known_by_now(notice: DueNotice, reader: Reader, content: KnownContent) -> bool:
    """Whether a change has nothing to tell any more: another mail, such as a reminder, told the new facts meanwhile."""
    if notice.why.kind != NoticeKind.CHANGE or notice.why.event_id is None or notice.told is None:
        return False
    return _is_known(notice.why.event_id, notice.told, reader.whereabouts, content)


def told_before(
    notice: DueNotice, causes: Sequence[Why], reader: Reader, content: KnownContent
) -> tuple[ToldBefore, ...]:
    """For each cause what its reader was told last, where the mail shows it beside what holds now: a correction does,
    and so does a reminder that comes due before the correction, unless it is of some of the days alone.
    """
    if notice.why.kind in CORRECTIONS:
        return (notice.told,)
    news = (_told_otherwise(notice, why, reader.whereabouts, content) for why in causes)
    in_part = told_in_part(notice, causes, content)
    return tuple(None if why.event_id in in_part else told for why, told in zip(causes, news, strict=True))


def _told_otherwise(notice: DueNotice, why: Why, reader: Whereabouts, content: KnownContent) -> ToldBefore:
    """What somebody who is reminded was told last, where they do not know all that holds now."""
    if why.kind != NoticeKind.REMINDER or why.event_id is None or not notice.knows(why):
        return None
    told = notice.told_of(why)
    now = content.event(why.event_id).brief.revision, False
    return None if told is None or told == now or _is_known(why.event_id, told, reader, content) else told


def _is_known(event_id: int, told: tuple[int, bool], reader: Whereabouts, content: KnownContent) -> bool:
    """Whether who was told this knows all that holds now, as they read it."""
    key = "is known", event_id, told, reader
    if key not in content.made:
        now, before = content.event(event_id).brief.facts, content.told_facts(event_id, told, reader)
        content.made[key] = is_known(as_read(now, reader), as_read(before, reader))
    known: bool = content.made[key]
    return known


def standing_causes(notice: DueNotice, content: KnownContent) -> Sequence[Why]:
    """Why the notice is there; of a digest, the parts that still stand, by the moment that each speaks of."""
    if notice.why.event_id is not None:
        return (notice.why,)
    stand = (part.why for part in notice.parts if part.is_invited)
    return [why for why in stand if _status(why, content) is EventStatus.CONFIRMED]


def told_in_part(notice: DueNotice, causes: Sequence[Why], content: KnownContent) -> frozenset[int]:
    """The events (ids) of which it reminds somebody who knows them, and shows some of the days alone: of the others
    they know what they were told before.
    """
    key = "shown in part", tuple(causes)
    if key not in content.made:
        content.made[key] = _shown_in_part(causes, content)
    shown: frozenset[int] = content.made[key]
    return shown and shown & {why.event_id for why in causes if why.event_id and notice.knows(why)}


def _shown_in_part(causes: Sequence[Why], content: KnownContent) -> frozenset[int]:
    events = {why.event_id for why in causes if why.event_id and why.kind == NoticeKind.REMINDER}
    return frozenset(event_id for event_id in events if not _shows_all_days(event_id, causes, content))


def _shows_all_days(event_id: int, causes: Sequence[Why], content: KnownContent) -> bool:
    parts = [_part(why, content) for why in causes if why.event_id == event_id]
    days = content.event(event_id).brief.facts.days
    return all(any(speaks_of(part, day) for part in parts) for day in days)


def reader_for(notice: DueNotice, content: KnownContent) -> Reader:
    """The reader of a notice, as they are now."""
    return _reader(notice.who, content.standing(notice.why.programme_id, notice.who), notice.role)


def write_letter(
    notice: DueNotice,
    causes: Sequence[Why],
    reader: Reader,
    content: KnownContent,
    now: datetime,
    unsubscribe_link: str | None = None,
) -> Letter:
    """The letter of `notice` to `reader` at `now` (UTC). `causes` are those that stand, one at least."""
    kind = NoticeKind(notice.why.kind)
    programme = content.programme(notice.why.programme_id)
    told = told_before(notice, causes, reader, content)
    return Letter(
        kind=kind,
        reader=reader,
        parts=tuple(_part_for(notice, why, before, reader, content) for why, before in zip(causes, told, strict=True)),
        now=now,
        today=content.today(now, reader.whereabouts.zone),
        left=has_left(notice, content),
        funder=programme.funder,
        privacy_link=programme.privacy,
        unsubscribe_link=unsubscribe_link,
    )


def has_left(notice: DueNotice, content: KnownContent) -> bool:
    """Whether it tells the reader that they are off the list, while the event goes on."""
    is_off = notice.why.kind == NoticeKind.CANCELLATION and not notice.is_invited
    return is_off and _status(notice.why, content) is not EventStatus.CANCELLED


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


def _status(why: Why, content: KnownContent) -> EventStatus:
    assert why.event_id is not None  # a digest has none, but its parts have
    return EventStatus(content.event(why.event_id).row.status)


def _part_for(notice: DueNotice, why: Why, told: ToldBefore, reader: Reader, content: KnownContent) -> Part:
    part, known = _part(why, content), None
    if told is not None and why.event_id is not None:
        known = content.told_facts(why.event_id, told, reader.whereabouts)
    return replace(part, rejoined_at=notice.rejoined(why), told=known)


def _part(why: Why, content: KnownContent) -> Part:
    assert why.event_id is not None  # a digest has none, but its parts have
    event = content.event(why.event_id)
    anchor = parse_rule(why.rule).anchor if why.kind == NoticeKind.REMINDER else "start"
    return Part(event.brief, event.days.get(why.day_id or 0), anchor)
