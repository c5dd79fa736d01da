"""The worker: APScheduler asks once a second whether something is due; what is due lives in rows, never in jobs."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import select

from convene.model.programme import Programme
from convene.store.database import Database
from convene.store.notice_queue import count_unsettled, release_all
from convene.store.programme_rows import load_programme
from convene.usecases.deliver_notices import Delivered, Delivery, deliver_due
from convene.usecases.moments import Clock
from convene.usecases.plan_notices import plan_programme, plan_what_zones_changed
from convene.worker.worker_lock import only_worker

logger = logging.getLogger(__name__)

_TICK_SECONDS = 1

Progress = Callable[[Delivered], None]
"""Called after each pass in which notices were in hand."""


def run_worker(delivery: Delivery, progress: Progress) -> None:
    """Send what is due until SIGTERM or SIGINT; what is in flight is finished first."""
    with only_worker(delivery.database.engine) as alone:
        _take_over(delivery.database, alone, delivery.clock)
        asyncio.run(_serve_queue(delivery, progress))


def run_until_idle(delivery: Delivery, progress: Progress) -> None:
    """Send what is due and return: nothing claimed, half sent or uncertain is left behind.

    Notices deferred to a later moment do not hold it. Waits for the leases of workers that died.
    """
    with only_worker(delivery.database.engine) as alone:
        _take_over(delivery.database, alone, delivery.clock)
        asyncio.run(_drain(delivery, progress))


async def _serve_queue(delivery: Delivery, progress: Progress) -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # only the main thread may listen to signals
            asyncio.get_running_loop().add_signal_handler(name, stopping.set)

    in_flight = asyncio.Lock()

    async def tick() -> None:
        async with in_flight:
            while not stopping.is_set() and (delivered := await deliver_due(delivery)).claimed:
                progress(delivered)

    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
    scheduler.add_job(tick, "interval", seconds=_TICK_SECONDS, max_instances=1)
    scheduler.add_job(lambda: plan_all(delivery.database, delivery.clock), "cron", hour=0, minute=7, max_instances=1)
    scheduler.start()
    await stopping.wait()
    scheduler.remove_all_jobs()
    # The scheduler's own shutdown would cancel a pass in the middle of a mail: what is in flight is finished first.
    async with in_flight:
        scheduler.shutdown(wait=False)
    await delivery.relay.close()


async def _drain(delivery: Delivery, progress: Progress) -> None:
    try:
        while True:
            delivered = await deliver_due(delivery)
            if delivered.states:
                progress(delivered)
            if delivered.claimed:
                continue
            with delivery.database.reading() as session:
                if not count_unsettled(session, delivery.clock.real_now()):
                    return
            await asyncio.sleep(_TICK_SECONDS)
    finally:
        await delivery.relay.close()


def plan_all(database: Database, clock: Clock) -> None:
    """Reconcile every programme: the daily pass that catches what no change announced."""
    with database.writing() as session:
        plan_what_zones_changed(session, clock.now())
        for programme in session.exec(select(Programme)).all():
            plan_programme(session, load_programme(session, programme), clock.now())


def _take_over(database: Database, alone: bool, clock: Clock) -> None:
    """Claims of an earlier process are ours when nobody else can be working; clocks are what they are now."""
    with database.writing() as session:
        if alone:
            release_all(session)
        plan_what_zones_changed(session, clock.now())
