"""What keeps a worker from sending by a wrong clock or from a restored copy, and the sign of life of one that waits."""

import asyncio
import errno
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.programmes import INVITED_AT, Postbox, apply_file, new_worker, query, write_programme

from convene.errors import ConveneError
from convene.rules.patience import Patience
from convene.store.database import Database
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.dispatcher import Dispatcher
from convene.usecases.delivery.moments import VirtualClock
from convene.worker.clock_guard import ClockGuard
from convene.worker.heartbeat import Heartbeat
from convene.worker.restore_guard import FileGuard

MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(("jump", "word"), [(16, "forward"), (-16, "back")])
def test_a_clock_that_jumped_is_a_fault_until_somebody_took_it_for_right(jump: int, word: str) -> None:
    guard = ClockGuard(INVITED_AT, 100.0)
    now = INVITED_AT + jump * MINUTES

    assert guard.fault(now, 100.0, None) == f"The clock of this host jumped {word} by 16 minutes."
    guard.accept(now, 100.0, None)
    assert guard.fault(now, 100.0, None) is None


def test_a_host_that_slept_has_no_clock_that_jumped() -> None:
    assert ClockGuard(INVITED_AT, 100.0).fault(INVITED_AT + timedelta(days=3), 100.0 + 3 * 86_400, None) is None


def test_a_clock_behind_what_is_on_record_is_a_fault_beyond_a_quarter_of_an_hour() -> None:
    guard = ClockGuard(INVITED_AT, 100.0)

    assert guard.fault(INVITED_AT, 100.0, INVITED_AT + 15 * MINUTES) is None
    fault = guard.fault(INVITED_AT, 100.0, INVITED_AT + 16 * MINUTES)
    assert fault == "The clock is 16 minutes behind what is on record (2020-01-06 03:16 UTC)."


def test_the_guard_remembers_over_its_end_how_much_has_left(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    guard = FileGuard(path)
    assert guard.known == (0, 0)
    guard.note((0, 7))
    guard.note((0, 3))  # an older number changes nothing
    guard.close()

    again = FileGuard(path)
    assert again.known == (0, 7)
    again.note((1, 2))  # somebody said that it had been restored
    assert again.known == (1, 2)
    again.close()


def test_a_file_that_cannot_be_used_is_said_before_anything_leaves(tmp_path: Path) -> None:
    with pytest.raises(ConveneError, match="cannot be used"):
        FileGuard(tmp_path / "no such folder" / "sent")


def test_a_file_that_holds_something_else_is_said_before_anything_leaves(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    for content in ("seven mails", "12"):
        path.write_text(content)
        with pytest.raises(ConveneError, match="holds something else"):
            FileGuard(path)


def test_a_file_that_lost_its_first_content_with_the_power_knows_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    path.write_bytes(bytes(41))
    guard = FileGuard(path)
    assert guard.known == (0, 0)
    guard.close()


def test_mails_wait_while_the_file_cannot_be_written_and_leave_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_file(database, write_programme(tmp_path))
    monkeypatch.setattr("convene.usecases.delivery.dispatcher._RETRY_SECONDS", 0)
    guard, postbox = FileGuard(tmp_path / "sent"), Postbox()
    full = [OSError(errno.ENOSPC, "No space left on device")] * 3
    write = os.pwrite

    def pwrite(*of: Any) -> int:
        if full:
            raise full.pop()
        return write(*of)

    monkeypatch.setattr(os, "pwrite", pwrite)
    delivery = Delivery(database, postbox, VirtualClock(INVITED_AT), guard=guard)
    asyncio.run(Deliveries(delivery, new_worker(database, INVITED_AT)).deliver_due())
    guard.close()

    assert len(postbox.mails) == 2
    assert query(database, "SELECT DISTINCT uncertain FROM notice WHERE state = 'sent'") == [(False,)]
    again = FileGuard(tmp_path / "sent")
    assert again.known > (0, 0)
    again.close()


def test_a_restored_database_sends_nothing_and_is_paused(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    guard, postbox = FileGuard(tmp_path / "sent"), Postbox()
    guard.note((0, 1_000_000))
    delivery = Delivery(database, postbox, VirtualClock(INVITED_AT), guard=guard)

    asyncio.run(Deliveries(delivery, new_worker(database, INVITED_AT)).deliver_due())
    guard.close()

    assert postbox.mails == []
    assert query(database, "SELECT after_restore FROM pause") == [(True,)]
    assert query(database, "SELECT count(*) FROM notice WHERE state <> 'planned'") == [(0,)]


def test_what_a_worker_held_when_a_copy_was_made_is_settled_though_it_lives_on(
    database: Database, tmp_path: Path
) -> None:
    """Under its number, in a copy that was made amid its mails: nobody would take it for dead."""
    apply_file(database, write_programme(tmp_path))
    guard, worker = FileGuard(tmp_path / "sent"), new_worker(database, INVITED_AT)
    deliveries = Deliveries(Delivery(database, Postbox(), VirtualClock(INVITED_AT), guard=guard), worker)

    async def deliver_and_put_back() -> None:
        await deliveries.deliver_due()
        with database.recording_connection() as connection:
            connection.exec_driver_sql(f"UPDATE notice SET state = 'body_sent', claimed_by = {worker} WHERE id = 1")
        guard.note((0, 1_000_000))
        await deliveries.deliver_due()

    asyncio.run(deliver_and_put_back())
    guard.close()

    assert query(database, "SELECT state, claimed_by FROM notice WHERE id = 1") == [("uncertain", None)]
    assert query(database, "SELECT after_restore FROM pause") == [(True,)]


def test_what_is_recorded_while_a_worker_claims_is_no_restored_database(database: Database, tmp_path: Path) -> None:
    """On PostgreSQL a window is written beside the claim, whose look at the database is the older one."""
    apply_file(database, write_programme(tmp_path))
    guard = FileGuard(tmp_path / "sent")
    worker = new_worker(database, INVITED_AT)
    dispatcher = Dispatcher(Delivery(database, Postbox(), VirtualClock(INVITED_AT), guard=guard), worker)
    event.listen(database.engine, "begin", lambda _: guard.note((0, 1_000_000)))

    mails, _ = asyncio.run(dispatcher.claim())
    guard.close()

    assert len(mails) == 2
    assert query(database, "SELECT count(*) FROM pause") == [(0,)]


def test_a_heartbeat_goes_on_while_nothing_else_does(database: Database) -> None:
    beats = threading.Semaphore(0)

    class CountingClock(VirtualClock):
        def real_now(self):  # type: ignore[no-untyped-def]
            beats.release()
            return super().real_now()

    delivery = Delivery(database, Postbox(), CountingClock(INVITED_AT), patience=Patience(renewal=0.001))
    with Heartbeat(delivery, new_worker(database, INVITED_AT)):
        assert all(beats.acquire(timeout=60) for _ in range(5))
