"""The worker: APScheduler asks once a second whether something is due; what is due lives in rows, never in jobs."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from convene.errors import ConveneError
from convene.model.programme import Programme
from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.store.notice_queue import count_in_hand, next_due, something_is_due
from convene.store.pauses import add_pause, pause_of
from convene.store.programme_rows import hold_programme
from convene.store.worker_rows import (
    end_all_workers,
    end_worker,
    last_moment_on_record,
    living_workers,
    register_worker,
    some_are_dead,
)
from convene.usecases.delivery.deliver_notices import Delivered, Deliveries
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import Clock
from convene.usecases.delivery.record_delivery import LeaseLostError
from convene.usecases.feeds.age_feeds import sweep_feeds
from convene.usecases.planning.plan_notices import plan_readable, plan_what_zones_changed
from convene.worker.clock_guard import ClockGuard
from convene.worker.heartbeat import Heartbeat
from convene.worker.worker_lock import only_worker

_SWITCH_SECONDS = 0.001
"""How long a thread may keep the interpreter while another waits for it. With Python's own 5 ms the conversations wait
too often for the thread that speaks to PostgreSQL: measured, a seventh fewer mails a second."""
_DAILY_AGAIN = timedelta(minutes=10)
_MOST_FAILURES = 2
"""So often the SMTP server may fail before a worker that is to end by itself gives up."""

_LOG = logging.getLogger(__name__)

Progress = Callable[[Delivered], None]
"""Called after each pass in which notices were in hand, or in which the SMTP server failed."""

Stopping = Callable[[], None]
"""Called once when SIGTERM or SIGINT came: a mail on its way may take its time before the worker ends."""


class StoppedError(ConveneError):
    """A signal came before nothing was due."""


class PausedError(ConveneError):
    """Nothing leaves until somebody resumes."""


def run_worker(
    delivery: Delivery, progress: Progress, stopping: Stopping, until: threading.Event | None = None
) -> None:
    """Send what is due until SIGTERM or SIGINT, or until `until` is set. The mail on its way is finished first, other
    claims are given back.
    """
    _work(delivery, stopping, lambda shift: shift.serve(progress, until or threading.Event()))


def run_until_idle(delivery: Delivery, progress: Progress, stopping: Stopping) -> None:
    """Send what is due and return: nothing claimed, half sent or uncertain is left behind.

    Notices deferred to a later moment do not hold it. Waits for the leases of workers that died. Raises PausedError
    when nothing may leave, ConveneError when the SMTP server keeps failing, StoppedError for a signal.
    """
    _work(delivery, stopping, lambda shift: shift.drain(progress))


def _work(delivery: Delivery, stopping: Stopping, work: Callable[["Shift"], Awaitable[None]]) -> None:
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what is loaded by now stays: the search for garbage need not go through it again and again
    with only_worker(delivery.database.engine) as alone:
        if alone:
            with delivery.database.recording_connection() as connection:
                end_all_workers(connection)
        _follow_zones(delivery.database, delivery.clock)
        sweep_feeds(delivery.database, delivery.clock.now())
        asyncio.run(_until_stopped(delivery, stopping, work))


async def _until_stopped(delivery: Delivery, stopping: Stopping, work: Callable[["Shift"], Awaitable[None]]) -> None:
    shift = Shift(delivery)

    def on_signal() -> None:
        if not shift.stop.is_set():
            shift.end_soon()
            stopping()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, on_signal)
    ended_by: ConveneError | None = None
    with shift.heartbeat:
        try:
            await work(shift)
        except ConveneError as error:  # it ends in good order, with something to say
            ended_by = error
        finally:
            await delivery.relay.close()
    try:
        shift.sign_off()
    except (DBAPIError, delivery.database.driver_errors) as error:  # all is on record; whoever comes next buries it
        _LOG.warning("The worker could not sign off (%s); its lease runs out by itself.", _without_values(error))
    if ended_by is not None:
        raise ended_by


class Shift:
    """One worker at work: it looks what is due, and delivers it."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._clock: Clock = delivery.clock
        self._worker = self._signed_on()
        self._deliveries = Deliveries(delivery, self._worker)
        self._guard = ClockGuard(self._clock.now(), self._clock.steady())
        self._last_error = ""
        self._must_start_again = False
        self.heartbeat = Heartbeat(delivery, self._worker)
        self.stop = asyncio.Event()

    def end_soon(self) -> None:
        """Finish what is on its way, and no more."""
        self.stop.set()
        self._deliveries.stop()

    def sign_off(self) -> None:
        """Nothing is held any more."""
        with self._delivery.database.recording_connection() as connection:
            end_worker(connection, self._worker)

    async def serve(self, progress: Progress, until: threading.Event) -> None:
        """Look once a second, and once a day plan and sweep the feeds, until stopped, or until `until` is set."""
        in_flight = asyncio.Lock()

        async def tick() -> None:
            if until.is_set():
                self.end_soon()
            elif not in_flight.locked():
                async with in_flight:
                    await self._look_quietly(progress)

        def schedule() -> None:
            new = {"replace_existing": True}
            # Two at once: the second sees that the first still sends, and leaves. APScheduler would warn each second.
            scheduler.add_job(tick, "interval", id="tick", seconds=self._delivery.patience.tick, max_instances=2, **new)
            scheduler.add_job(self._daily, "cron", [scheduler], id="daily", hour=0, minute=7, **new)

        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
        schedule()
        scheduler.start()
        while await self._clock_is_set_back():
            schedule()
        scheduler.remove_all_jobs()
        # The scheduler's own shutdown would cancel a pass in the middle of a mail.
        async with in_flight:
            scheduler.shutdown(wait=False)

    async def _clock_is_set_back(self) -> bool:
        """Wait until the host's clock goes back; False once stopped.

        APScheduler waits for a time of that clock: set back by an hour, it would not look for an hour.
        """
        known = datetime.now(UTC)
        while not self.stop.is_set():
            await self._sleep(self._delivery.patience.tick)
            now = datetime.now(UTC)
            if now < known:
                return True
            known = now
        return False

    def _daily(self, scheduler: AsyncIOScheduler) -> None:
        """The daily pass; where it fails, once more a while later."""
        try:
            sweep_feeds(self._delivery.database, self._clock.now())
            plan_all(self._delivery.database, self._clock)
        except Exception as error:  # a database that is away at seven past midnight must not cost the day's pass
            _LOG.error("The daily pass failed (%s); it is tried again.", _without_values(error))
            scheduler.add_job(self._daily, "date", [scheduler], run_date=datetime.now(UTC) + _DAILY_AGAIN)

    async def drain(self, progress: Progress) -> None:
        """Look again and again until nothing is due and nothing is in anybody's hands."""
        failures = 0
        while True:
            delivered = await self._look(progress)
            if delivered is not None:
                has_moved = delivered.trouble is None or NoticeState.SENT in delivered.states
                failures = 0 if has_moved else failures + 1
            if self.stop.is_set():
                raise StoppedError("Stopped; what is due may not all have left.", "run it again: it goes on from here")
            with self._delivery.database.reading() as session:
                self._refuse_pause(session)
                if delivered is not None and delivered.trouble is not None and failures >= _MOST_FAILURES:
                    raise ConveneError(
                        f"The SMTP server takes no mail: {delivered.trouble}.", "look with convene doctor"
                    )
                if self._is_idle(session):
                    return
            await self._sleep(self._delivery.patience.tick)

    async def _look_quietly(self, progress: Progress) -> None:
        """Look, and once more within the same second where something comes due in it; a fault ends no worker."""
        try:
            await self._look(progress)
            soon = self._due_within_a_tick()
            if soon is not None and not self.stop.is_set():
                await self._sleep(soon)
                await self._look(progress)
            self._last_error = ""
        except Exception as error:  # the next look may do better; the same fault is told once
            told = f"{type(error).__name__}: {error}"
            if told != self._last_error:
                _LOG.error("A look at what is due failed (%s); trying again.", _without_values(error))
            self._last_error = told

    async def _look(self, progress: Progress) -> Delivered | None:
        """Deliver what is due; None where nothing was, or nothing may leave."""
        # One that has nothing to send would not find out: all the while it would be written down nowhere.
        if self._must_start_again or self.heartbeat.is_lost:
            await self._start_again()
        self._clock.synchronise()
        now = self._clock.now()
        with self._delivery.database.reading() as session:
            known = last_moment_on_record(session)
            self._delivery.relay.workers = max(1, living_workers(session.connection()))
            trouble = self._delivery.relay.trouble
            may_leave = pause_of(session, None) is None and trouble is None
            work = may_leave and (
                something_is_due(session.connection(), now, self._clock.real_now())
                or some_are_dead(session.connection())
            )
        fault = self._clock_fault(known)
        if fault is not None:
            self._pause(fault)
            # Not before that is on record: the next look would find nothing wrong any more.
            self._guard.accept(self._clock.now(), self._clock.steady(), known)
            return None
        delivered = await self._deliver() if work else None
        if delivered is not None:
            trouble = self._delivery.relay.trouble
        self.heartbeat.swept(now, trouble.why if trouble else None)
        if delivered is not None:
            if trouble is not None:
                delivered.trouble = trouble.why
                if trouble.pauses:
                    self._pause(f"The SMTP server cannot be used: {trouble.why}.")
            if delivered.states or delivered.trouble:
                progress(delivered)
        return delivered

    async def _deliver(self) -> Delivered:
        looking = asyncio.create_task(self._look_on())
        try:
            # A pass may take hours; by a clock that jumps meanwhile it would claim what is not due.
            return await self._deliveries.deliver_due(lambda: self._clock_fault() is None)
        except LeaseLostError:
            _LOG.warning("Another worker took this one for dead; starting again.")
            await self._start_again()
            return Delivered()
        except Exception:  # what was in hand belongs to nobody now, and is settled as a dead worker's
            await self._start_again()
            raise
        finally:
            looking.cancel()

    async def _look_on(self) -> None:
        """Show all the while that somebody looks: with a slow server, or at a limited pace, a pass takes hours."""
        while True:
            await asyncio.sleep(self._delivery.patience.tick)
            if self._clock_fault() is None:
                self.heartbeat.looks_on(self._clock.now())

    async def _start_again(self) -> None:
        """Go on as a new worker, with nothing in hand. Where the database is away, the next look does it."""
        self._must_start_again = True
        self._deliveries.abandon()
        await self._delivery.relay.close()
        self.sign_off()
        self._worker = self._signed_on()
        self._deliveries = Deliveries(self._delivery, self._worker)
        if self.stop.is_set():  # it may have come meanwhile, and told those before
            self._deliveries.stop()
        self.heartbeat.take_over(self._worker)
        self._must_start_again = False

    def _signed_on(self) -> int:
        with self._delivery.database.recording_connection() as connection:
            return register_worker(connection, socket.gethostname(), os.getpid(), self._clock.now())

    def _clock_fault(self, known: datetime | None = None) -> str | None:
        """What is wrong with the clock, with what is `known` of earlier moments."""
        if self._clock.is_frozen:
            return None
        return self._guard.fault(self._clock.now(), self._clock.steady(), known)

    def _pause(self, reason: str) -> None:
        with self._delivery.database.writing() as session:
            add_pause(session, reason, self._clock.now())

    def _refuse_pause(self, session: Session) -> None:
        pause = pause_of(session, None)
        if pause is not None:
            raise PausedError(f"Sending is paused: {pause.reason}", "convene resume lets the mails leave")

    def _is_idle(self, session: Session) -> bool:
        connection = session.connection()
        due = something_is_due(connection, self._clock.now(), self._clock.real_now())
        return not due and not count_in_hand(connection)

    def _due_within_a_tick(self) -> float | None:
        """In how many seconds the next notice comes due, if before the next look."""
        now, tick = self._clock.now(), self._delivery.patience.tick
        with self._delivery.database.reading() as session:
            due = next_due(session, now)
        seconds = (due - now).total_seconds() if due is not None else tick
        return seconds if seconds < tick else None

    async def _sleep(self, seconds: float) -> None:
        """Until then, or until stopped."""
        try:
            await asyncio.wait_for(self.stop.wait(), seconds)
        except TimeoutError:
            return


def plan_all(database: Database, clock: Clock) -> None:
    """Reconcile every programme: the daily pass that catches what no change announced.

    One transaction for each, so that a mail on its way is recorded between two of them. One that cannot be planned is
    told to the log, and keeps no other from it.
    """
    _follow_zones(database, clock)
    with database.reading() as session:
        programmes = session.exec(select(Programme.id, Programme.slug)).all()
    for programme_id, slug in programmes:
        assert programme_id is not None  # it is stored
        try:
            _plan_one(database, programme_id, clock)
        except DBAPIError:
            raise  # the database is away, for all of them
        except Exception as error:
            _LOG.error("The programme %s cannot be planned (%s).", slug, _without_values(error))


def _plan_one(database: Database, programme_id: int, clock: Clock) -> None:
    with database.writing() as session:
        hold_programme(session, programme_id)  # before it is read: another pass may be under way
        programme = session.get(Programme, programme_id)
        if programme is not None:
            for unreadable in plan_readable(session, programme, clock.now()):
                _LOG.error("%s Its notices stay as they are.", unreadable.sentence)


def _follow_zones(database: Database, clock: Clock) -> None:
    """Plan anew what a newer zone database changes, and tell the log of it."""
    with database.writing() as session:
        warnings = plan_what_zones_changed(session, clock.now()).warnings
    for sentence in warnings:
        _LOG.warning("%s", sentence)


def _without_values(error: Exception) -> str:
    """What went wrong, without what a database would quote of the rows."""
    return type(error.orig).__name__ if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"
