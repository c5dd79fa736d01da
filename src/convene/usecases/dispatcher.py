"""What one worker does with the database: it claims notices, has their mails made, and commits what becomes of them."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from itertools import count
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.installation import Installation
from convene.model.programme import Programme
from convene.rules.notice_states import NoticeState
from convene.store.database import raise_content_version
from convene.store.delivery_records import events_told, record_told
from convene.store.due_notices import claimed_notices
from convene.store.notice_queue import claim_due, miss_overtaken, miss_useless
from convene.store.pauses import add_pause, pauses
from convene.store.programme_rows import hold_programme, load_programme
from convene.store.worker_rows import half_sent_by_the_dead, release_from_the_dead, some_are_dead, worker_state
from convene.usecases.delivery import Delivery
from convene.usecases.known_content import KnownContent
from convene.usecases.make_mail import DueMail, Office, Stopped, make_mail
from convene.usecases.plan_notices import plan_programme
from convene.usecases.record_delivery import LeaseLostError, Window, Written, write_window

_BATCH = 100
_RESTORED = "The database was put back from a copy: mails that it does not know of have left since."
_RETRY_SECONDS = 1.0
_TRIES_WHEN_STOPPING = 10
_LOG = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class _OvertakenError(Exception):
    """Mails of a window arrived after what they tell of had changed."""


class Dispatcher:
    """The database's side of the desk (`delivery_desk.Dispatch`). `worker` is the id of the worker's row.

    On SQLite the statements run in place: they take less than a thread's turn. On PostgreSQL they run in threads: one
    makes the next mails while another commits what becomes of those before. Where the database is away, they are tried
    again until it is back.
    """

    def __init__(self, delivery: Delivery, worker: int) -> None:
        self._delivery = delivery
        self._database = delivery.database
        self._worker = worker
        self._runs_in_place = delivery.database.engine.dialect.name == "sqlite"
        self._making, self._writing = asyncio.Lock(), asyncio.Lock()
        self._content = KnownContent(-1)
        self._texts: dict[str, int] = {}
        self._restores = 0
        self._office: Office | None = None
        self.is_stopping = False
        self.fresh = delivery.patience.fresh
        self.linger = delivery.patience.linger
        self.reached = delivery.reached

    def steady(self) -> float:
        return self._delivery.clock.steady()

    async def write(self, window: Window) -> Written:
        return await self._run(lambda: self._write(window), self._writing)

    async def remake(self) -> tuple[list[DueMail], list[Stopped]]:
        return await self._run(self._made, self._making)

    async def sweep(self) -> dict[NoticeState, int]:
        """Settle what dead workers held, and what comes too late or is overtaken; how many were missed."""
        return await self._run(self._sweep, self._making)

    async def claim(self) -> tuple[int, list[DueMail], list[Stopped]]:
        """Take what is due: how many, and the mails made of them."""
        return await self._run(self._claim_and_make, self._making)

    async def pause(self, reason: str) -> None:
        """Nothing more leaves, from any worker, until somebody resumes."""
        await self._run(lambda: self._pause(reason), self._writing)

    async def _run(self, work: Callable[[], _Result], one_at_a_time: asyncio.Lock) -> _Result:
        async with one_at_a_time:
            for tries in count(1):
                try:
                    return work() if self._runs_in_place else await asyncio.to_thread(work)
                except (DBAPIError, self._database.driver_errors) as error:
                    fault = error.orig if isinstance(error, DBAPIError) and error.orig else error
                    is_hopeless = self.is_stopping and tries > _TRIES_WHEN_STOPPING
                    if is_hopeless or not self._database.is_outage(fault):
                        raise  # a fault of ours: trying again would not mend it
                    if tries == 1:
                        _LOG.warning("The database cannot be used (%s); trying until it can.", type(fault).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
        raise AssertionError  # counting never ends

    def _write(self, window: Window) -> Written:
        clock = self._delivery.clock
        try:
            with self._database.recording_connection() as connection:
                written = write_window(connection, self._worker, window, self._texts, clock.now(), clock.real_now())
                if written.overtaken:
                    raise _OvertakenError  # nothing is committed: whoever plans holds the events first of all
        except _OvertakenError:
            written = self._write_and_plan(window)
        self._texts.update(written.texts)
        self._delivery.guard.note(written.last_message, written.restores)
        return written

    def _write_and_plan(self, window: Window) -> Written:
        """Write it, and plan the events that had changed when its mails arrived: their readers know the older facts.

        In one transaction, or a worker that ends in between would leave them uncorrected.
        """
        clock = self._delivery.clock
        told = {event_id for mail, _ in window.settled if mail.text for event_id, _, _ in mail.text.tells}
        with self._database.recording() as session:
            _hold(session, _by_programme(session, told))
            connection = session.connection()
            written = write_window(connection, self._worker, window, self._texts, clock.now(), clock.real_now())
            # Else each window would make the next one's mails look overtaken.
            if _plan(session, _by_programme(session, written.overtaken), clock.now()):
                raise_content_version(session)
        return written

    def _sweep(self) -> dict[NoticeState, int]:
        now = self._delivery.clock.now()
        with self._database.reading() as session:
            some_died = some_are_dead(session.connection())
        if some_died:
            self._settle_the_dead(now)
        with self._database.recording() as session:
            missed = miss_useless(session, now) + miss_overtaken(session, now)
        return {NoticeState.MISSED: missed} if missed else {}

    def _settle_the_dead(self, now: datetime) -> None:
        """Give back what they held. Their readers may know facts that changed before anybody had it on record."""
        with self._database.writing() as session:
            connection = session.connection()
            half_sent = half_sent_by_the_dead(connection)
            told = _by_programme(session, events_told(connection, half_sent))
            _hold(session, told)
            record_told(connection, half_sent, now)
            release_from_the_dead(connection)
            _plan(session, told, now)

    def _claim_and_make(self) -> tuple[int, list[DueMail], list[Stopped]]:
        # In one go: what is made anew in between would find the claimed notices, and make their mails as well.
        self.reached("before-claim")
        claimed = self._claim()
        self.reached("after-claim")
        return (len(claimed), *self._made(claimed)) if claimed else (0, [], [])

    def _claim(self) -> set[int]:
        clock = self._delivery.clock
        with self._database.recording_connection() as connection:
            state = worker_state(connection, self._worker)
            if not state.is_alive:
                raise LeaseLostError
            if state.restores != self._restores:
                self._forget(state.restores)
            if not self._delivery.guard.has_gone_back(state.last_message, state.restores):
                return claim_due(connection, self._worker, clock.now(), clock.real_now(), _BATCH)
        with self._database.writing() as session:
            add_pause(session, _RESTORED, clock.now(), after_restore=True)
        return set()

    def _forget(self, restores: int) -> None:
        """The database was put back from a copy: its numbers mean something else than those that are known."""
        self._restores = restores
        self._content = KnownContent(-1)
        self._texts = {}

    def _made(self, only: Collection[int] | None = None) -> tuple[list[DueMail], list[Stopped]]:
        """The mails of what the worker holds and has not begun, from the content as it is now; or `only` of these."""
        now = self._delivery.clock.now()
        made: list[DueMail | Stopped] = []
        with self._database.reading() as session:
            installation = session.exec(select(Installation)).one()
            if installation.content_version != self._content.version:
                self._content = KnownContent(installation.content_version)
            office = self._make_office(installation.key_secret)
            paused = {pause.programme_id for pause in pauses(session)}
            held = claimed_notices(session, self._worker, now)
            notices = [notice for notice in held if only is None or notice.notice_id in only]
            self._content.read(session, notices)
            for notice in notices:
                if paused & {None, notice.why.programme_id}:
                    made.append(Stopped(notice, NoticeState.PLANNED))
                else:
                    made.append(make_mail(session, office, self._content, notice, now))
        return [m for m in made if isinstance(m, DueMail)], [m for m in made if isinstance(m, Stopped)]

    def _make_office(self, key_secret: bytes) -> Office:
        if self._office is None:
            delivery = self._delivery
            self._office = Office(key_secret, delivery.mail_from, delivery.links, delivery.witness)
        return self._office

    def _pause(self, reason: str) -> None:
        with self._database.writing() as session:
            add_pause(session, reason, self._delivery.clock.now())


def _by_programme(session: Session, event_ids: Collection[int]) -> dict[int, set[int]]:
    """The events that are still there, by programme; in one order, or two workers would wait for each other."""
    by_programme: dict[int, set[int]] = {}
    query = select(Event.programme_id, Event.id).where(col(Event.id).in_(event_ids)).order_by(col(Event.programme_id))
    for programme_id, event_id in session.exec(query):
        if event_id is not None:
            by_programme.setdefault(programme_id, set()).add(event_id)
    return by_programme


def _hold(session: Session, by_programme: Mapping[int, Collection[int]]) -> None:
    """First of all, as every pass does: another may be under way."""
    for programme_id, events in by_programme.items():
        hold_programme(session, programme_id, events)


def _plan(session: Session, by_programme: Mapping[int, Collection[int]], now: datetime) -> bool:
    """Plan events that are held; whether that changed anything."""
    changed = 0
    for programme_id, events in by_programme.items():
        rows = load_programme(session, session.get_one(Programme, programme_id), events)
        planned = plan_programme(session, rows, now, events)
        changed += planned.added + planned.changed + planned.cancelled
    return changed > 0
