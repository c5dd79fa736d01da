"""From a claimed notice to finished bytes, with the facts read again; or why it must not leave. Writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from convene.errors import ConveneError
from convene.ical.itip import calendar_part
from convene.mail.compose import compose
from convene.mail.mime import Envelope, build_mail
from convene.model.event import Event
from convene.model.notice import Cause, Message, Notice
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.facts import EventBrief, same_facts
from convene.rules.letter import Letter, Words
from convene.rules.notice_states import NoticeState
from convene.rules.vocabulary import NoticeKind
from convene.store.notice_keys import key_of
from convene.store.programme_rows import ProgrammeRows, invitation_of, row_id
from convene.store.spoken_of import events_spoken_of
from convene.usecases.describe_events import EventBriefs, event_facts
from convene.usecases.write_letter import Unwanted, told_facts, write_letter

_BUILD_TRIES = 3
_TELLING = (
    NoticeKind.INVITATION,
    NoticeKind.REMINDER,
    NoticeKind.DIGEST,
    NoticeKind.CHANGE,
    NoticeKind.CANCELLATION,
)

Witness = Callable[[str, Letter, Words], None]
"""Sees every letter with its words, under the notice's key: how a rehearsal gets the English beside each mail."""


@dataclass(frozen=True)
class Ready:
    """One mail, finished. `told` are the events whose facts it tells; `repeats`: the same bytes left once before."""

    notice_id: int
    sender: str
    recipient: str
    body: bytes
    subject: str
    message_id: str
    told: tuple[EventBrief, ...]
    repeats: bool = False


@dataclass(frozen=True)
class Stopped:
    """A notice that does not leave now: the state it gets, and the columns that say why."""

    notice_id: int
    state: NoticeState
    columns: dict[str, Any] = field(default_factory=dict)


def prepare(
    session: Session, briefs: EventBriefs, notice: Notice, mail_from: str | None, now: datetime, witness: Witness
) -> Ready | Stopped:
    """Make the mail of `notice` at `now` (UTC). `mail_from` None: it leaves as the organiser's."""
    assert notice.id is not None  # claimed, hence stored
    if notice.uncertain:
        return _repeat(session, briefs, notice, mail_from)
    try:
        letter = write_letter(session, briefs, notice, now)
        if isinstance(letter, Unwanted):
            return Stopped(notice.id, NoticeState.CANCELLED, {"reason": letter.reason})
        key = key_of(session, notice.id)
        return _finished(notice.id, key, letter, briefs.rows.programme, mail_from, witness)
    except ConveneError as error:
        return _set_aside(notice.id, notice, error.sentence)
    except Exception as error:  # whatever one notice does to the composer, the others must flow
        return _set_aside(notice.id, notice, f"it cannot be built ({type(error).__name__}: {error})")


def _finished(
    notice_id: int, key: str, letter: Letter, programme: Programme, mail_from: str | None, witness: Witness
) -> Ready:
    organiser = letter.event.organiser
    from_address = mail_from or organiser.email
    words = compose(letter)
    witness(key, letter, words)
    part = calendar_part(letter, from_address) if programme.calendar == "mail" else None
    envelope = Envelope(
        key=key,
        sender_address=from_address,
        sender_name=organiser.name,
        reply_to=organiser.email,
        recipient_address=letter.reader.address,
        recipient_name=letter.reader.name,
        date=letter.now,
        message_id_domain=from_address.rpartition("@")[2],
    )
    return Ready(
        notice_id=notice_id,
        sender=from_address,
        recipient=letter.reader.address,
        body=build_mail(envelope, words, part),
        subject=words.subject,
        message_id=envelope.message_id,
        told=letter.events if letter.kind in _TELLING else (),
    )


def _repeat(session: Session, briefs: EventBriefs, notice: Notice, mail_from: str | None) -> Ready | Stopped:
    """The same bytes once more, unless the person was told otherwise meanwhile, or left."""
    assert notice.id is not None  # claimed, hence stored
    spoken_of = events_spoken_of(session, notice)
    events = [event for event in briefs.rows.events if event.id in spoken_of]
    if not all(_still_true(session, briefs.rows, notice, event) for event in events):
        return Stopped(notice.id, NoticeState.CANCELLED, {"reason": "the facts changed before the repeat"})
    stored = session.exec(select(Message).where(Message.notice_id == notice.id)).one()
    return Ready(
        notice_id=notice.id,
        sender=mail_from or briefs.of(events[0]).organiser.email,
        recipient=session.get_one(Person, notice.person_id).address,
        body=stored.body,
        subject=notice.subject or "",
        message_id=notice.message_id or "",
        told=(),
        repeats=True,
    )


def _still_true(session: Session, rows: ProgrammeRows, notice: Notice, event: Event) -> bool:
    told = told_facts(session, notice.person_id, row_id(event))
    invited = invitation_of(session, row_id(event), notice.person_id)
    ends = session.get_one(Cause, notice.cause_id).kind == NoticeKind.CANCELLATION
    stays = ends or (invited is not None and invited.left_at is None)
    return stays and (told is None or same_facts(told, event_facts(rows, event)))


def _set_aside(notice_id: int, notice: Notice, why: str) -> Stopped:
    """A notice that cannot be built is tried three times and then reported; it never holds up the others."""
    attempts = notice.attempts + 1
    state = NoticeState.FAILED if attempts >= _BUILD_TRIES else NoticeState.DEFERRED
    return Stopped(notice_id, state, {"attempts": attempts, "last_error": why})
