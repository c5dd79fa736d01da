"""What one commit of a worker writes: what became of the mails that left, and which leave next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import random

from sqlalchemy import Connection

from convene.rules.notice_states import NoticeState
from convene.rules.smtp_outcome import Outcome, OutcomeKind, is_attempt, retry_delay, state_after
from convene.store.delivery_records import (
    become,
    bodies_leave,
    forget_message,
    hold_window,
    record_sent,
    record_told,
    suppress_address,
    write_messages,
    write_text,
)
from convene.store.notice_queue import give_back
from convene.store.worker_rows import worker_state
from convene.usecases.delivery.make_mail import DueMail, Stopped

_ARRIVED = (OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN)
"""The mail arrived, or may have."""

_ENDED = (OutcomeKind.GIVE_UP, OutcomeKind.SUPPRESS)
"""It will not leave any more."""


class LeaseLostError(Exception):
    """Another worker has taken this one for dead, and has its claims."""


@dataclass(frozen=True)
class Window:
    """What is to be written: outcomes, notices that stop, and mails whose bodies want to leave."""

    settled: Sequence[tuple[DueMail, Outcome]] = ()
    stopped: Sequence[Stopped] = ()
    leaving: Sequence[DueMail] = ()


@dataclass(frozen=True)
class Written:
    """What came of it. `leaving`: the notices whose bodies may leave; `texts`: the rows of new texts, by digest.

    `states`: how many notices reached which state. `overtaken`: the ids of events that mails speak of which had changed
    when the outcome was recorded, be it that they arrived or that they wait again. `version` is the content version;
    `last_message` the number of the last message before this window, and `restores` how often the database was put back
    from a copy.
    """

    version: int
    last_message: int
    restores: int
    leaving: frozenset[int] = frozenset()
    texts: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[NoticeState, int] = field(default_factory=dict)
    overtaken: frozenset[int] = frozenset()


def write_window(
    connection: Connection, worker: int, window: Window, texts: Mapping[str, int], now: datetime, real_now: datetime
) -> Written:
    """Write `window`; doing it twice changes nothing. `texts` are the rows of texts that are stored already.

    A body may leave only while the content is that from which its mail was made, and the worker holds the notice.
    Raises LeaseLostError when others have taken the worker for dead.
    """
    _hold(connection, window, texts)
    states = _write_outcomes(connection, worker, window.settled, now, real_now)
    for stopped in window.stopped:
        _write_stop(connection, worker, stopped, real_now)
        states[stopped.state] = states.get(stopped.state, 0) + 1
    # Not before: the rows may have been waited for while a pass planned the same event.
    state = worker_state(connection, worker)
    if not state.is_alive:
        raise LeaseLostError
    leaving = [mail for mail in window.leaving if mail.version == state.content_version]
    new_texts = _write_texts(connection, leaving, texts)
    granted = frozenset(bodies_leave(connection, worker, [mail.notice_id for mail in leaving]) if leaving else ())
    write_messages(
        connection,
        (
            mail.row(new_texts.get(mail.text.digest) or texts[mail.text.digest])
            for mail in leaving
            if mail.notice_id in granted and mail.text
        ),
    )
    return Written(
        version=state.content_version,
        last_message=state.last_message,
        restores=state.restores,
        leaving=granted,
        texts=new_texts,
        states=states,
        overtaken=_overtaken(window.settled, state.content_version),
    )


def _hold(connection: Connection, window: Window, texts: Mapping[str, int]) -> None:
    mails = [*(mail for mail, _ in window.settled), *window.leaving]
    new_texts = (mail.text for mail in window.leaving if mail.text and mail.text.digest not in texts)
    wait_again = (mail for mail, outcome in window.settled if outcome.kind not in (*_ARRIVED, *_ENDED))
    hold_window(
        connection,
        notices=[mail.notice_id for mail in mails] + [stopped.notice.notice_id for stopped in window.stopped],
        telling=[mail.notice_id for mail, outcome in window.settled if outcome.kind in _ARRIVED],
        events={event_id for text in new_texts for event_id, _, _ in text.tells} | events_of(wait_again),
    )


def _write_outcomes(
    connection: Connection,
    worker: int,
    settled: Sequence[tuple[DueMail, Outcome]],
    now: datetime,
    real_now: datetime,
) -> dict[NoticeState, int]:
    sent, unknown, withdrawn = (
        [mail.notice_id for mail, outcome in settled if outcome.kind is kind]
        for kind in (OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.WITHDRAWN)
    )
    record_sent(connection, worker, sent, now)
    record_told(connection, unknown, now)
    give_back(connection, worker, withdrawn)
    states = {NoticeState.SENT: len(sent)} if sent else {}
    for mail, outcome in settled:
        if outcome.kind not in (OutcomeKind.ACCEPTED, OutcomeKind.WITHDRAWN):
            state = _write_outcome(connection, worker, mail, outcome, now, real_now)
            states[state] = states.get(state, 0) + 1
    return states


def _write_outcome(
    connection: Connection, worker: int, mail: DueMail, outcome: Outcome, now: datetime, real_now: datetime
) -> NoticeState:
    tries = int(is_attempt(outcome, last_error=mail.notice.last_error))
    attempts = mail.notice.attempts + tries
    state = state_after(
        outcome,
        attempts=attempts,
        uncertain_before=mail.notice.uncertain,
        last_error=mail.notice.last_error,
        due_at=mail.notice.due_at,
        now=now,
    )
    deferred = state is NoticeState.DEFERRED and tries
    if not outcome.had_body:
        forget_message(connection, worker, mail.notice_id)
    become(
        connection,
        worker,
        mail.notice_id,
        state,
        tries=tries,
        uncertain=outcome.kind is OutcomeKind.UNKNOWN,
        next_try_at=real_now + retry_delay(attempts, random()) if deferred else None,
        last_error=outcome.reply,
    )
    if outcome.kind is OutcomeKind.SUPPRESS:
        suppress_address(connection, mail.notice.who.person_id, mail.recipient, outcome.reply, now)
    return state


def _write_stop(connection: Connection, worker: int, stopped: Stopped, real_now: datetime) -> None:
    attempts = stopped.notice.attempts + stopped.tries
    become(
        connection,
        worker,
        stopped.notice.notice_id,
        stopped.state,
        tries=stopped.tries,
        next_try_at=real_now + retry_delay(attempts, random()) if stopped.state is NoticeState.DEFERRED else None,
        last_error=stopped.last_error,
        reason=stopped.reason,
    )


def _write_texts(connection: Connection, mails: Sequence[DueMail], known: Mapping[str, int]) -> dict[str, int]:
    """The rows of texts that no mail of this worker had before."""
    new = {mail.text.digest: mail.text for mail in mails if mail.text and mail.text.digest not in known}
    # In one order for all workers, or two of them would wait for each other.
    return {digest: write_text(connection, new[digest].row, new[digest].tells) for digest in sorted(new)}


def events_of(mails: Iterable[DueMail]) -> frozenset[int]:
    """The ids of the events that mails speak of."""
    causes = (why for mail in mails for why in (mail.notice.why, *(part.why for part in mail.notice.parts)))
    return frozenset(why.event_id for why in causes if why.event_id is not None)


def _overtaken(settled: Sequence[tuple[DueMail, Outcome]], version: int) -> frozenset[int]:
    """The events of mails that were made before the content changed, and arrived, or may have, or wait again.

    A pass that came between went round those that were on record as leaving: the readers of the ones are to be
    corrected, and of the others may be called for no more. What is repeated is compared before it leaves.
    """
    late = (mail for mail, outcome in settled if outcome.kind not in _ENDED and mail.version != version and mail.text)
    return events_of(late)
