"""The worker: APScheduler asks once a second whether something is due; what is due lives in rows, never in jobs."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import select

from convene.errors import ConveneError
from convene.model.programme import Programme
from convene.store.database import Database
from convene.store.notice_queue import count_unsettled, release_all
from convene.store.programme_rows import load_programme
from convene.usecases.deliver_notices import Delivered, Delivery, deliver_due
from convene.usecases.moments import Clock
from convene.usecases.plan_notices import plan_programme, plan_what_zones_changed
from convene.worker.worker_lock import only_worker

_TICK_SECONDS = 1

Progress = Callable[[Delivered], None]
"""Called after each pass in which notices were in hand."""

Stopping = Callable[[], None]
"""Called once when SIGTERM or SIGINT came: a mail on its way may take its time before the worker ends."""

_Work = Callable[[Delivery, Progress, asyncio.Event], Awaitable[None]]
"""Works until it is done, or until the event says that it is to stop."""


class StoppedError(ConveneError):
    """A signal came before nothing was due."""


def run_worker(delivery: Delivery, progress: Progress, stopping: Stopping) -> None:
    """Send what is due until SIGTERM or SIGINT. The mail on its way is finished first, other claims are given back."""
    _work_alone(_serve_queue, delivery, progress, stopping)


def run_until_idle(delivery: Delivery, progress: Progress, stopping: Stopping) -> None:
    """Send what is due and return: nothing claimed, half sent or uncertain is left behind.

    Notices deferred to a later moment do not hold it. Waits for the leases of workers that died. Stops on signals as
    `run_worker` does, and then raises StoppedError.
    """
    _work_alone(_drain, delivery, progress, stopping)


def _work_alone(work: _Work, delivery: Delivery, progress: Progress, stopping: Stopping) -> None:
    with only_worker(delivery.database.engine) as alone:
        _take_over(delivery.database, alone, delivery.clock)
        asyncio.run(_until_stopped(work, delivery, progress, stopping))


async def _until_stopped(work: _Work, delivery: Delivery, progress: Progress, stopping: Stopping) -> None:
    stop = asyncio.Event()

    def on_signal() -> None:
        if not stop.is_set():
            stop.set()
            stopping()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, on_signal)
    try:
        await work(delivery, progress, stop)
    finally:
        await delivery.relay.close()


async def _serve_queue(delivery: Delivery, progress: Progress, stop: asyncio.Event) -> None:
    in_flight = asyncio.Lock()

    async def tick() -> None:
        if not in_flight.locked():
            async with in_flight:
                await _send_due(delivery, progress, stop)

    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
    # Two at once: the second sees that the first is still sending, and leaves. APScheduler would warn each second.
    scheduler.add_job(tick, "interval", seconds=_TICK_SECONDS, max_instances=2)
    scheduler.add_job(lambda: plan_all(delivery.database, delivery.clock), "cron", hour=0, minute=7, max_instances=1)
    scheduler.start()
    await stop.wait()
    scheduler.remove_all_jobs()
    # The scheduler's own shutdown would cancel a pass in the middle of a mail.
    async with in_flight:
        scheduler.shutdown(wait=False)


async def _drain(delivery: Delivery, progress: Progress, stop: asyncio.Event) -> None:
    while True:
        await _send_due(delivery, progress, stop)
        if stop.is_set():
            raise StoppedError("Stopped; what is due may not all have left.", "run it again: it goes on from here")
        with delivery.database.reading() as session:
            if not count_unsettled(session, delivery.clock.real_now()):
                return
        await asyncio.sleep(_TICK_SECONDS)


async def _send_due(delivery: Delivery, progress: Progress, stop: asyncio.Event) -> None:
    """Pass after pass, until nothing is due or the worker is to stop."""
    while not stop.is_set():
        delivered = await deliver_due(delivery, stop.is_set)
        if delivered.states:
            progress(delivered)
        if not delivered.claimed:
            return


def plan_all(database: Database, clock: Clock) -> None:
    """Reconcile every programme: the daily pass that catches what no change announced.

    One transaction for each, so that a mail on its way is recorded between two of them.
    """
    with database.writing() as session:
        plan_what_zones_changed(session, clock.now())
        programmes = session.exec(select(Programme.id)).all()
    for programme_id in programmes:
        with database.writing() as session:
            programme = session.get(Programme, programme_id)
            if programme is not None:
                plan_programme(session, load_programme(session, programme), clock.now())


def _take_over(database: Database, alone: bool, clock: Clock) -> None:
    """Claims of an earlier process are ours when nobody else can be working; clocks are what they are now."""
    with database.writing() as session:
        if alone:
            release_all(session)
        plan_what_zones_changed(session, clock.now())
