"""What one worker does with the database: it claims notices, has their mails made, and commits what becomes of them."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.programme import Programme
from convene.rules.notice_states import NoticeState
from convene.store.database import raise_content_version
from convene.store.delivery_records import events_told, record_told
from convene.store.due_notices import DueNotice, claimed_notices
from convene.store.notice_keys import secret_of
from convene.store.notice_queue import (
    claim_due,
    give_back_unbegun,
    miss_overtaken,
    miss_useless,
    paused_programmes,
)
from convene.store.pauses import add_pause
from convene.store.programme_rows import hold_programme, load_programme
from convene.store.timeless_notices import bring_forward
from convene.store.worker_rows import (
    end_all_workers,
    half_sent_by_the_dead,
    release_from_the_dead,
    some_are_dead,
    worker_state,
)
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.known_content import KnownContent
from convene.usecases.delivery.make_mail import DueMail, Office, Stopped, make_mail, set_aside
from convene.usecases.delivery.record_delivery import (
    LeaseLostError,
    Window,
    Written,
    events_of,
    write_window,
)
from convene.usecases.planning.plan_notices import plan_programme

_BATCH = 100
_PORTION = 3
"""So many mails are made before the connections get their turn; their servers' answers wait no longer."""
_RESTORED = "The database was put back from a copy: mails that it does not know of have left since."
_RETRY_SECONDS = 1.0
_TRIES_WHEN_STOPPING = 10
_LOG = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class _OvertakenError(Exception):
    """Mails of a window arrived, or wait again, after what they tell of had changed."""


@dataclass(frozen=True)
class _Held:
    """Notices of which mails are to be made, and what they are made from: all read at once. None pauses everything.

    Of those `set_aside` it cannot be read what they speak of.
    """

    now: datetime
    office: Office
    content: KnownContent
    paused: frozenset[int | None]
    notices: Sequence[DueNotice]
    set_aside: Sequence[Stopped]


class Dispatcher:
    """The database's side of the desk (`delivery_desk.Dispatch`). `worker` is the id of the worker's row.

    On SQLite the statements run in place: they take less than a thread's turn. But where no mail waits for a
    window, a thread writes it, and answers are heard meanwhile. On PostgreSQL all run in threads: one makes the next
    mails while another commits what becomes of those before. Where the database is away, they are tried again until it
    is back.
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

    async def write(self, window: Window, *, is_awaited: bool = True) -> Written:
        async with self._writing:
            in_place = self._database.is_of_one_thread or (self._runs_in_place and is_awaited)
            return await self._run(partial(self._write, window), in_place=in_place)

    async def remake(self) -> tuple[list[DueMail], list[Stopped]]:
        async with self._making:
            return await self._made()

    async def sweep(self) -> dict[NoticeState, int]:
        """Settle what dead workers held, and what comes too late or is overtaken; how many were missed."""
        async with self._making:
            return await self._run(self._sweep)

    async def claim(self, on_desk: Callable[[], Collection[int]] = tuple) -> tuple[list[DueMail], list[Stopped]]:
        """Take what is due, and make its mails: of all that the worker holds, but for the notices that are `on_desk`.

        A claim may be committed and its answer lost, with a connection that breaks: what is held tells, not the answer.
        """
        # The lock is kept: who made mails anew in between would find the claimed notices, and make theirs as well.
        async with self._making:
            self.reached("before-claim")
            await self._run(self._claim)
            self.reached("after-claim")
            return await self._made(on_desk())

    async def give_back(self) -> None:
        """Keep nothing that was not begun. The desk is empty; yet while it emptied, a claim may have found what it had
        just given back, and left that out as being on the desk.
        """
        async with self._making:
            await self._run(self._give_back)

    async def pause(self, reason: str) -> None:
        """Nothing more leaves, from any worker, until somebody resumes."""
        async with self._writing:
            await self._run(partial(self._pause, reason))

    async def _run(self, work: Callable[[], _Result], *, in_place: bool | None = None) -> _Result:
        in_place = self._runs_in_place if in_place is None else in_place
        for tries in count(1):
            try:
                return work() if in_place else await asyncio.to_thread(work)
            except (DBAPIError, self._database.driver_errors, OSError) as error:
                fault = error.orig if isinstance(error, DBAPIError) and error.orig else error
                is_hopeless = self.is_stopping and tries > _TRIES_WHEN_STOPPING
                may_pass = isinstance(fault, OSError) or self._database.is_outage(fault)
                if is_hopeless or not may_pass:
                    raise  # a fault of ours: trying again would not mend it
                if tries == 1:
                    what = "file beside the database" if isinstance(fault, OSError) else "database"
                    _LOG.warning("The %s cannot be used (%s); trying until it can.", what, type(fault).__name__)
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
        self._delivery.guard.note((written.restores, written.last_message))
        return written

    def _write_and_plan(self, window: Window) -> Written:
        """Write it, and plan the events that had changed when its mails arrived: their readers know the older facts; or
        when they were held back: they may be called for no more.

        In one transaction, or a worker that ends in between would leave it undone.
        """
        clock = self._delivery.clock
        with self._database.recording() as session:
            _hold(session, _by_programme(session, events_of(mail for mail, _ in window.settled)))
            connection = session.connection()
            written = write_window(connection, self._worker, window, self._texts, clock.now(), clock.real_now())
            # Else each window would make the next one's mails look overtaken.
            if self._plan(session, _by_programme(session, written.overtaken), clock.now()):
                raise_content_version(session)
        return written

    def _sweep(self) -> dict[NoticeState, int]:
        now = self._delivery.clock.now()
        with self._database.reading() as session:
            some_died = some_are_dead(session.connection())
        if some_died:
            self._settle_the_dead(now)
        with self._database.recording() as session:
            bring_forward(session.connection())
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
            self._plan(session, told, now)

    def _plan(self, session: Session, by_programme: Mapping[int, Collection[int]], now: datetime) -> bool:
        """Plan events that are held; whether that changed anything. What cannot be planned holds up nothing else."""
        changed = 0
        for programme_id, events in by_programme.items():
            try:
                with session.begin_nested():
                    rows = load_programme(session, session.get_one(Programme, programme_id), events)
                    planned = plan_programme(session, rows, now, events)
            except (DBAPIError, self._database.driver_errors):
                raise  # the database is away, or two wait for each other
            except Exception as error:
                _LOG.error("The events of a mail that left cannot be planned (%s: %s).", type(error).__name__, error)
                continue
            changed += planned.added + planned.changed + planned.cancelled
        return changed > 0

    def _claim(self) -> None:
        clock = self._delivery.clock
        # Before the state is read: beside it, a window that is written lets more be known than that state tells of.
        known = self._delivery.guard.known
        with self._database.recording_connection() as connection:
            state = worker_state(connection, self._worker)
            if not state.is_alive:
                raise LeaseLostError
            if state.restores != self._restores:
                self._forget(state.restores)
            if (state.restores, state.last_message) >= known:
                claim_due(connection, self._worker, clock.now(), clock.real_now(), _BATCH)
                return
        with self._database.writing() as session:
            add_pause(session, _RESTORED, clock.now(), after_restore=True)
            # What workers hold by the copy is what they held when it was made, also under the number of one that lives.
            end_all_workers(session.connection())
        self._settle_the_dead(clock.now())

    def _give_back(self) -> None:
        with self._database.recording_connection() as connection:
            give_back_unbegun(connection, self._worker)

    def _forget(self, restores: int) -> None:
        """The database was put back from a copy: its numbers mean something else than those that are known."""
        self._restores = restores
        self._content = KnownContent(-1)
        self._texts = {}

    async def _made(self, without: Collection[int] = ()) -> tuple[list[DueMail], list[Stopped]]:
        """The mails of what the worker holds and has not begun, from the content as it is now; `without` some notices.

        In portions, between which the connections go on: a batch takes longer than a server needs for a mail.
        """
        held = await self._run(partial(self._read_held, without))
        made: list[DueMail | Stopped] = [*held.set_aside]
        for begin in range(0, len(held.notices), _PORTION):
            made += await self._run(partial(self._make, held, held.notices[begin : begin + _PORTION]))
            await asyncio.sleep(0)
        return [m for m in made if isinstance(m, DueMail)], [m for m in made if isinstance(m, Stopped)]

    def _read_held(self, without: Collection[int]) -> _Held:
        now = self._delivery.clock.now()
        with self._database.reading() as session:
            connection = session.connection()
            version = worker_state(connection, self._worker).content_version
            if version != self._content.version:
                self._content = KnownContent(version)
            paused = paused_programmes(connection)
            held = claimed_notices(session, self._worker, now)
            notices = [notice for notice in held if notice.notice_id not in without]
            unreadable = self._read_content(session, notices)
            office = self._office or self._make_office(session)
        readable = [notice for notice in notices if notice.notice_id not in unreadable]
        return _Held(now, office, self._content, paused, readable, list(unreadable.values()))

    def _read_content(self, session: Session, notices: Sequence[DueNotice]) -> dict[int, Stopped]:
        """Read what `notices` speak of; those among them of which it cannot be read, by number."""
        try:
            self._content.read(session, notices)
        except Exception as error:  # one row that nobody can read must not hold up the others
            if len(notices) == 1:
                return {notices[0].notice_id: set_aside(notices[0], error)}
            each = (self._read_content(session, [notice]) for notice in notices)
            return {notice_id: stopped for unreadable in each for notice_id, stopped in unreadable.items()}
        return {}

    def _make(self, held: _Held, notices: Sequence[DueNotice]) -> list[DueMail | Stopped]:
        return [
            Stopped(notice, NoticeState.PLANNED)
            if held.paused & {None, notice.why.programme_id}
            else make_mail(self._database.reading, held.office, held.content, notice, held.now)
            for notice in notices
        ]

    def _make_office(self, session: Session) -> Office:
        delivery = self._delivery
        self._office = Office(secret_of(session), delivery.mail_from, delivery.links, delivery.witness)
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
