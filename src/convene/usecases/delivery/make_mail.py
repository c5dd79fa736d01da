"""From a notice in a worker's hands to finished bytes, or to why nothing leaves. Writes nothing.

What many readers share is composed once and kept (`KnownContent.made`); each reader's own is put into it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session, col, select

from convene.errors import ConveneError
from convene.ical.attendee import attendee_line
from convene.ical.itip import calendar_part
from convene.mail.compose import compose, greeting_of
from convene.mail.mail_text import MailText, Personal, Writer, mail_text
from convene.mail.slots import Slot, filled, mark
from convene.model.event import Event
from convene.model.notice import EventRevision, Message, TextEvent
from convene.model.notice import MailText as MailTextRow
from convene.rules.corrections import NOT_REPEATED
from convene.rules.facts import facts_from_json, is_known
from convene.rules.letter import Letter, Reader, Words
from convene.rules.notice_key import notice_key
from convene.rules.notice_states import NoticeState
from convene.rules.vocabulary import NoticeKind
from convene.store.due_notices import DueNotice, Why
from convene.usecases.delivery.known_content import KnownContent
from convene.usecases.delivery.write_letter import (
    OFF_THE_LIST,
    has_left,
    is_known_by_now,
    reader_for,
    standing_causes,
    told_before,
    told_in_part,
    unwanted,
    write_letter,
)

_BUILD_TRIES = 3
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_TELLING = frozenset(
    (NoticeKind.INVITATION, NoticeKind.REMINDER, NoticeKind.DIGEST, NoticeKind.CHANGE, NoticeKind.CANCELLATION)
)

Witness = Callable[[str, Letter, Words], None]
"""Sees every letter with its words, under the notice's key: how a rehearsal gets the English beside each mail."""


Reading = Callable[[], AbstractContextManager[Session]]
"""Gives a session that reads (`Database.reading`)."""


class ReaderLinks(Protocol):
    """Makes the links that only one reader has."""

    @property
    def one_click(self) -> bool:
        """Whether mail programs may unsubscribe by themselves (RFC 8058: only over https)."""
        ...

    def unsubscribe(self, public_id: str, programme_id: int, generation: int) -> str: ...


@dataclass(frozen=True)
class Office:
    """From where mails leave. `mail_from` None: each from its programme's organiser. `links` None: none are made."""

    key_secret: bytes
    mail_from: str | None = None
    links: ReaderLinks | None = None
    witness: Witness | None = None


@dataclass(frozen=True)
class SharedText:
    """What was composed for every reader of the same words. `tells`: event id, revision, whether it calls it off.

    `asked` is about the ATTENDEE of its calendar part: whether they are invited, or None for a part without one. Once
    a day of it is over (`valid_until`, UTC), the words are others.
    """

    writer: Writer
    tells: tuple[tuple[int, int, bool], ...]
    asked: bool | None
    valid_until: datetime
    words: Words

    @cached_property
    def digest(self) -> str:
        """What tells it from every other text, also of another process."""
        return hashlib.sha256(self.writer.text.stored + repr(self.tells).encode()).hexdigest()

    @property
    def row(self) -> dict[str, Any]:
        """The columns of `mailtext`."""
        text = self.writer.text
        return {"digest": self.digest, "sender": text.sender, "subject": text.subject, "content": text.stored}


@dataclass(eq=False)
class DueMail:
    """One finished mail. `text` None: the same bytes left once before, and are on record. `version` is that of the
    content it was made from.
    """

    notice: DueNotice
    sender: str
    body: bytes
    personal: Personal
    text: SharedText | None
    version: int

    @property
    def notice_id(self) -> int:
        return self.notice.notice_id

    @property
    def recipient(self) -> str:
        return self.personal.address

    def becomes(self, other: "DueMail") -> bool:
        """Say what `other` says from now on. False for another envelope: this one may be announced already."""
        if (self.sender, self.recipient) != (other.sender, other.recipient):
            return False
        self.notice, self.body, self.personal = other.notice, other.body, other.personal
        self.text, self.version = other.text, other.version
        return True

    def row(self, text_id: int) -> dict[str, Any]:
        """The columns of `message`."""
        return {
            "notice_id": self.notice_id,
            "text_id": text_id,
            "slots": stored_slots(self.personal),
            "sha256": hashlib.sha256(self.body).digest(),
            "composed_at": self.personal.date,
        }


@dataclass(frozen=True)
class Stopped:
    """A notice that does not leave now: the state it gets, and why. `tries` are added to its attempts."""

    notice: DueNotice
    state: NoticeState
    reason: str | None = None
    last_error: str | None = None
    tries: int = 0


def make_mail(
    reading: Reading, office: Office, content: KnownContent, notice: DueNotice, now: datetime
) -> DueMail | Stopped:
    """Make the mail of `notice` at `now` (UTC). `content` has read what it speaks of; `reading` is asked for what left
    once before, and of few.
    """
    try:
        if notice.uncertain:
            with reading() as session:
                return _again(session, office, content.version, notice)
        causes = standing_causes(notice, content)
        reason = unwanted(notice, causes)
        if reason is not None:
            return Stopped(notice, NoticeState.CANCELLED, reason=reason)
        reader = reader_for(notice, content)
        if is_known_by_now(notice, reader, content):
            return Stopped(notice, NoticeState.CANCELLED, reason="another mail told the new facts")
        text = _text_for(office, content, notice, causes, reader, now)
        return _finished(office, content, notice, reader, text, now)
    except Exception as error:  # whatever one notice does to the composer, the others must flow
        return set_aside(notice, error)


def stored_slots(personal: Personal) -> str:
    """What is a person's own in a mail, as it is kept beside the text."""
    return _ENCODE(
        (
            personal.address,
            personal.name,
            personal.greeting,
            personal.unsubscribe,
            personal.one_click,
            personal.attendee,
        )
    )


def _personal(key: str, message: Message) -> Personal:
    address, name, greeting, unsubscribe, one_click, attendee = json.loads(message.slots)
    return Personal(key, address, name, greeting, unsubscribe, one_click, attendee, message.composed_at)


def bytes_on_record(session: Session, key_secret: bytes, notice_id: int) -> tuple[MailText, Personal, bytes] | None:
    """The mail that left for a notice, made again: exactly its bytes; None where nothing did.

    Raises ConveneError where they do not come out the same.
    """
    query = select(Message, MailTextRow).where(Message.text_id == MailTextRow.id, Message.notice_id == notice_id)
    found = session.exec(query).first()
    if found is None:
        return None
    message, row = found
    text = MailText.from_stored(row.content)
    key = notice_key(notice_id, key_secret)
    personal = _personal(key, message)
    body = Writer(text).mail(personal)
    if hashlib.sha256(body).digest() != message.sha256:
        raise ConveneError("The mail on record does not come out as it was sent.", "report it: convene is at fault")
    return text, personal, body


def _text_for(
    office: Office, content: KnownContent, notice: DueNotice, causes: Sequence[Why], reader: Reader, now: datetime
) -> SharedText:
    """The words for `reader` without what is personal in them: kept, or composed now."""
    in_part = told_in_part(notice, causes, content)
    key = (
        notice.why.kind,  # a digest of which one part is left stands on the same cause as a plain reminder
        tuple(causes),
        reader.whereabouts.zone,
        reader.whereabouts.country,
        reader.language,
        reader.digits,
        reader.role,
        content.today(now, reader.whereabouts.zone),
        told_before(notice, causes, reader, content),
        now if has_left(notice, content) else None,
        tuple(map(notice.rejoined, causes)),
        in_part,
    )
    known: SharedText | None = content.made.get(key)
    if known is None or now >= known.valid_until:
        link = mark(Slot.UNSUBSCRIBE) if office.links else None
        letter = write_letter(notice, causes, reader, content, now, link)
        known = content.made[key] = _composed(office, content, causes, letter, in_part)
    return known


def _composed(
    office: Office, content: KnownContent, causes: Sequence[Why], letter: Letter, in_part: frozenset[int]
) -> SharedText:
    organiser = letter.event.organiser
    sender = office.mail_from or organiser.email
    words = compose(letter, greeting=mark(Slot.GREETING))
    programme = content.programme(causes[0].programme_id)
    part = calendar_part(letter, sender) if programme.calendar == "mail" else None
    thread = None if letter.kind is NoticeKind.DIGEST else f"{letter.event.programme}.{letter.event.slug}"
    ends = (day.ends_at(letter.reader.whereabouts.zone) for event in letter.events for day in event.facts.days)
    return SharedText(
        writer=Writer(mail_text(words, part, sender, organiser.name, organiser.email, thread)),
        tells=_tells([why for why in causes if why.event_id not in in_part], content)
        if letter.kind in _TELLING
        else (),
        asked=part.method == "REQUEST" if part and part.attended else None,
        valid_until=min((end for end in ends if end > letter.now), default=_FOR_EVER),
        words=words,
    )


def _tells(causes: Sequence[Why], content: KnownContent) -> tuple[tuple[int, int, bool], ...]:
    """The events whose facts it tells, each once. `causes` are those that stand: a digest speaks of no other part."""
    ended = any(why.kind == NoticeKind.CANCELLATION for why in causes)
    revisions = {why.event_id: content.event(why.event_id).brief.revision for why in causes if why.event_id is not None}
    return tuple((event_id, revision, ended) for event_id, revision in revisions.items())


def _finished(
    office: Office, content: KnownContent, notice: DueNotice, reader: Reader, text: SharedText, now: datetime
) -> DueMail:
    links, who = office.links, notice.who
    personal = Personal(
        key=notice_key(notice.notice_id, office.key_secret),
        address=reader.address,
        name=reader.name,
        greeting=greeting_of(reader),
        unsubscribe=links.unsubscribe(who.public_id, notice.why.programme_id, who.link_generation) if links else "",
        one_click=links is not None and links.one_click,
        attendee="" if text.asked is None else attendee_line(reader, asked=text.asked),
        date=now,
    )
    if office.witness is not None:
        letter = write_letter(notice, standing_causes(notice, content), reader, content, now, personal.unsubscribe)
        office.witness(personal.key, letter, _words_for(personal, text.words))
    return DueMail(notice, text.writer.text.sender, text.writer.mail(personal), personal, text, content.version)


def _words_for(personal: Personal, words: Words) -> Words:
    """The words as this reader sees them."""
    values = {Slot.GREETING: personal.greeting, Slot.UNSUBSCRIBE: personal.unsubscribe}
    return replace(words, text=filled(words.text, values), html=filled(words.html, values))


def _again(session: Session, office: Office, version: int, notice: DueNotice) -> DueMail | Stopped:
    """The same bytes once more, unless the facts that they tell changed meanwhile, or the person left."""
    reason = unwanted(notice, [notice.why, *(part.why for part in notice.parts)])
    if reason is None and notice.why.event_id is None and {part.is_invited for part in notice.parts} != {True}:
        reason = OFF_THE_LIST
    if reason is None and not _still_true(session, notice):
        reason = NOT_REPEATED
    if reason is not None:
        return Stopped(notice, NoticeState.CANCELLED, reason=reason)
    found = bytes_on_record(session, office.key_secret, notice.notice_id)
    assert found is not None  # written before the first byte left
    text, personal, body = found
    return DueMail(notice, text.sender, body, personal, None, version)


def _still_true(session: Session, notice: DueNotice) -> bool:
    told = (
        select(TextEvent.event_id, TextEvent.revision, Event.revision)
        .join(Message, col(Message.text_id) == col(TextEvent.text_id))
        .join(Event, col(Event.id) == col(TextEvent.event_id))
        .where(Message.notice_id == notice.notice_id)
    )
    return all(_same(session, *revisions) for revisions in session.exec(told)) and not _changed_in_part(session, notice)


def _changed_in_part(session: Session, notice: DueNotice) -> bool:
    """Whether an event changed since of which the mail shows some days and tells nothing (`told_in_part`)."""
    causes = (notice.why, *(part.why for part in notice.parts))
    reminded_of = {why.event_id for why in causes if why.kind == NoticeKind.REMINDER}
    changed = (
        select(Event.id)
        .join(Message, col(Message.notice_id) == notice.notice_id)
        .where(col(Event.id).in_(reminded_of), Event.facts_changed_at > Message.composed_at)
        .where(col(Event.id).not_in(select(TextEvent.event_id).where(TextEvent.text_id == Message.text_id)))
    )
    return session.exec(changed).first() is not None


def _same(session: Session, event_id: int, told: int, now: int) -> bool:
    if told == now:
        return True
    facts = [session.get_one(EventRevision, (event_id, revision)).facts for revision in (now, told)]
    return is_known(*(facts_from_json(each) for each in facts))


def set_aside(notice: DueNotice, error: Exception) -> Stopped:
    """A notice that cannot be built is tried three times and then reported; it never holds up the others.

    Raises `error` where it says that the database is away, which is no fault of the notice.
    """
    if isinstance(error, OperationalError | InterfaceError):
        raise error
    state = NoticeState.FAILED if notice.attempts + 1 >= _BUILD_TRIES else NoticeState.DEFERRED
    unforeseen = f"it cannot be built ({type(error).__name__}: {error})"
    why = error.sentence if isinstance(error, ConveneError) else unforeseen
    return Stopped(notice, state, last_error=why, tries=1)
