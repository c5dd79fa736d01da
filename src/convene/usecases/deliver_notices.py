"""Deliver: claim what is due, prepare it, hand it over, record what became of it.

`body_sent` is committed when nothing but the body is missing, with the bytes themselves: a crash after that leaves an
honest `uncertain`, a crash before it a plain repeat.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from convene.mail.smtp import Relay, WithdrawnError
from convene.model.event import Event
from convene.model.notice import Cause, Message, Notice, Told
from convene.model.person import Invitation
from convene.model.programme import Programme
from convene.rules.facts import EventBrief
from convene.rules.letter import Letter, Words
from convene.rules.notice_states import NoticeState
from convene.rules.smtp_outcome import Outcome, OutcomeKind, retry_delay, state_after
from convene.rules.vocabulary import NoticeKind
from convene.store.database import Database
from convene.store.notice_queue import claim_due, miss_overtaken, miss_useless, move, release_claim, release_expired
from convene.store.programme_rows import load_programme, row_id
from convene.store.spoken_of import events_spoken_of
from convene.usecases.describe_events import EventBriefs
from convene.usecases.moments import Clock
from convene.usecases.plan_notices import plan_programme
from convene.usecases.prepare_mail import Ready, Stopped, Witness, prepare

LEASE = timedelta(seconds=660)
"""Longer than the longest wait for a server's reply: no second worker takes a notice that is still in flight."""

_BATCH = 16


def _nobody(key: str, letter: Letter, words: Words) -> None:
    """The witness of ordinary work."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Delivery:
    """Everything that delivering needs. `mail_from` None: mails leave as the programme's organiser."""

    database: Database
    relay: Relay
    clock: Clock
    mail_from: str | None = None
    witness: Witness = _nobody


@dataclass
class Delivered:
    """What one pass did, by the state that each notice reached."""

    states: dict[NoticeState, int] = field(default_factory=dict)
    claimed: int = 0

    def count(self, state: NoticeState, notices: int = 1) -> None:
        if notices:
            self.states[state] = self.states.get(state, 0) + notices


async def deliver_due(delivery: Delivery, stopping: Callable[[], bool] = _never) -> Delivered:
    """One pass: at most 16 notices that are due now, one after the other. Call it again until none is claimed.

    Once `stopping()`, no further mail is begun, and what was claimed for it is given back.
    """
    delivered = Delivered()
    token = secrets.token_hex(16)
    notice_ids = _claim(delivery, token, delivered)
    delivered.claimed = len(notice_ids)
    try:
        for prepared in _prepare_all(delivery, notice_ids):
            if stopping():
                break
            delivered.count(await _finish(delivery, prepared, token))
    finally:
        if notice_ids:
            with delivery.database.writing() as session:
                release_claim(session, token)
    return delivered


def _claim(delivery: Delivery, token: str, delivered: Delivered) -> list[int]:
    now, real_now = delivery.clock.now(), delivery.clock.real_now()
    with delivery.database.writing() as session:
        release_expired(session, real_now)
        delivered.count(NoticeState.MISSED, miss_useless(session, now))
        delivered.count(NoticeState.MISSED, miss_overtaken(session, now))
        return claim_due(session, now, real_now, token, real_now + LEASE, _BATCH)


def _prepare_all(delivery: Delivery, notice_ids: list[int]) -> list[Ready | Stopped]:
    """Prepare a batch on one reading of its programmes; `_before_body` looks once more at what may change since."""
    briefs: dict[int, EventBriefs] = {}
    prepared: list[Ready | Stopped] = []
    with delivery.database.reading() as session:
        for notice_id in notice_ids:
            notice = session.get_one(Notice, notice_id)
            programme_id = session.get_one(Cause, notice.cause_id).programme_id
            if programme_id not in briefs:
                briefs[programme_id] = EventBriefs(load_programme(session, session.get_one(Programme, programme_id)))
            known = briefs[programme_id]
            prepared.append(prepare(session, known, notice, delivery.mail_from, delivery.clock.now(), delivery.witness))
    return prepared


async def _finish(delivery: Delivery, prepared: Ready | Stopped, token: str) -> NoticeState:
    if isinstance(prepared, Stopped):
        with delivery.database.writing() as session:
            columns = prepared.columns | _next_try(prepared.state, prepared.columns.get("attempts", 0), delivery.clock)
            move(session, prepared.notice_id, token, prepared.state, **columns)
        return prepared.state
    outcome = await delivery.relay.send(
        prepared.sender, prepared.recipient, prepared.body, _before_body(delivery, prepared, token)
    )
    with delivery.database.writing() as session:
        return _record(session, prepared, token, outcome, delivery.clock)


def _before_body(delivery: Delivery, ready: Ready, token: str) -> Callable[[], None]:
    """Commits `body_sent` with the bytes, unless the claim is lost or the facts changed since they were made."""

    def commit() -> None:
        with delivery.database.writing() as session:
            notice = session.get_one(Notice, ready.notice_id)
            if _told_otherwise(session, ready) or _left(session, notice, ready):
                raise WithdrawnError("the facts changed while it was made")
            held = {"subject": ready.subject, "message_id": ready.message_id}
            if not move(session, ready.notice_id, token, NoticeState.BODY_SENT, **held):
                raise WithdrawnError("another worker holds it")
            if not ready.repeats:
                session.merge(_message(ready, delivery.clock.now()))

    return commit


def _told_otherwise(session: Session, ready: Ready) -> bool:
    return any(_event(session, brief).revision != brief.revision for brief in ready.told)


def _left(session: Session, notice: Notice, ready: Ready) -> bool:
    """Whether the person was taken off the list of an event that the mail speaks of."""
    cause = session.get_one(Cause, notice.cause_id)
    if cause.kind == NoticeKind.CANCELLATION:
        return False
    spoken_of = events_spoken_of(session, notice)
    query = select(Invitation.event_id).where(
        col(Invitation.event_id).in_(spoken_of),
        Invitation.person_id == notice.person_id,
        col(Invitation.left_at).is_(None),
    )
    return set(session.exec(query)) != spoken_of


def _message(ready: Ready, now: datetime) -> Message:
    digest = hashlib.sha256(ready.body).hexdigest()
    return Message(notice_id=ready.notice_id, body=ready.body, sha256=digest, composed_at=now)


def _record(session: Session, ready: Ready, token: str, outcome: Outcome, clock: Clock) -> NoticeState:
    """Write what became of it, and what the person now knows."""
    notice = session.get_one(Notice, ready.notice_id)
    state = state_after(outcome, uncertain_before=notice.uncertain)
    attempts = notice.attempts + (outcome.kind is not OutcomeKind.WITHDRAWN)
    columns = {
        "attempts": attempts,
        "uncertain": notice.uncertain or outcome.kind is OutcomeKind.UNKNOWN,
        "last_error": None if state is NoticeState.SENT else outcome.reply,
        "sent_at": clock.now() if state is NoticeState.SENT else None,
        **_next_try(state, attempts, clock),
    }
    moved = move(session, ready.notice_id, token, state, **columns)
    if moved and state in (NoticeState.SENT, NoticeState.UNCERTAIN):
        _remember_told(session, notice, ready, clock.now())
    if moved and outcome.kind is OutcomeKind.WITHDRAWN:
        _plan_again(session, notice, clock.now())
    return state


def _next_try(state: NoticeState, attempts: int, clock: Clock) -> dict[str, Any]:
    return {"next_try_at": clock.real_now() + retry_delay(attempts) if state is NoticeState.DEFERRED else None}


def _remember_told(session: Session, notice: Notice, ready: Ready, now: datetime) -> None:
    """Keep the facts told; where the event changed while the mail was under way, plan its correction."""
    changed_meanwhile = False
    ended = session.get_one(Cause, notice.cause_id).kind == NoticeKind.CANCELLATION
    for brief in ready.told:
        event = _event(session, brief)
        told = Told(
            person_id=notice.person_id,
            event_id=row_id(event),
            revision=brief.revision,
            ended=ended,
            round=_round(session, notice, row_id(event)),
            notice_id=ready.notice_id,
            told_at=now,
        )
        session.merge(told)
        changed_meanwhile |= event.revision != brief.revision
    if changed_meanwhile:
        _plan_again(session, notice, now)


def _plan_again(session: Session, notice: Notice, now: datetime) -> None:
    """Plan the events that a mail speaks of once more: they changed while it was under way."""
    session.flush()
    session.expire_all()
    programme = session.get_one(Programme, session.get_one(Cause, notice.cause_id).programme_id)
    events = events_spoken_of(session, notice)
    plan_programme(session, load_programme(session, programme, events), now, events)


def _event(session: Session, brief: EventBrief) -> Event:
    query = select(Event).join(Programme).where(Event.slug == brief.slug, Programme.slug == brief.programme)
    return session.exec(query).one()


def _round(session: Session, notice: Notice, event_id: int) -> int:
    query = select(Invitation.round).where(
        Invitation.event_id == event_id, col(Invitation.person_id) == notice.person_id
    )
    return session.exec(query).first() or 1
