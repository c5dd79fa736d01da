"""What is written while mails leave: twice is once, since a worker may not know whether its commit arrived."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from tests.postgresql import PostgreSql, own_postgresql
from tests.programmes import (
    INVITED_AT,
    MEETING,
    SOKHA,
    VANNA,
    Postbox,
    all_rows,
    apply_file,
    new_worker,
    query,
    send_due,
    write_programme,
)
from tests.usecases.held_relays import HoldingRelay, die_with_bodies_sent

from convene.errors import ConveneError
from convene.model.installation import Installation
from convene.rules.notice_states import NoticeState
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import Database, open_database
from convene.store.notice_queue import claim_due
from convene.store.programme_rows import person_at
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery, RestoreGuard, SentSoFar
from convene.usecases.delivery.dispatcher import Dispatcher
from convene.usecases.delivery.make_mail import DueMail, Stopped, bytes_on_record
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.delivery.record_delivery import Window


@pytest.fixture
def worker(database: Database) -> int:
    return new_worker(database, INVITED_AT)


@pytest.fixture
def dispatcher(database: Database, tmp_path: Path, worker: int) -> Dispatcher:
    """Of `worker`; two invitations are due."""
    apply_file(database, write_programme(tmp_path))
    return Dispatcher(Delivery(database, Postbox(), VirtualClock(INVITED_AT)), worker)


def test_what_a_worker_holds_and_has_not_heard_of_is_made_with_the_rest(
    database: Database, dispatcher: Dispatcher, worker: int
) -> None:
    """A connection may break between a committed claim and its answer."""
    with database.recording_connection() as connection:
        [unheard] = claim_due(connection, worker, INVITED_AT, INVITED_AT, 1)

    mails, _ = asyncio.run(dispatcher.claim())
    others, _ = asyncio.run(dispatcher.claim(lambda: [unheard]))

    assert len(mails) == 2
    assert unheard in {mail.notice_id for mail in mails}
    assert [mail.notice_id for mail in others] == [mail.notice_id for mail in mails if mail.notice_id != unheard]


@pytest.mark.parametrize("kind", OutcomeKind)
def test_a_window_written_twice_is_written_once(database: Database, dispatcher: Dispatcher, kind: OutcomeKind) -> None:
    async def rows_after_each() -> list[object]:
        mails, _ = await dispatcher.claim()
        rows: list[object] = []
        outcomes = [(mail, Outcome(kind, "said the server")) for mail in mails]
        for window in (Window(leaving=mails), Window(settled=outcomes)):
            for _ in range(2):
                await dispatcher.write(window)
                rows.append(all_rows(database, "next_try_at"))
        return rows

    leaving, leaving_again, settled, settled_again = asyncio.run(rows_after_each())

    assert leaving == leaving_again
    assert settled == settled_again
    assert leaving != settled


@pytest.mark.parametrize(("is_awaited", "in_place"), [(True, True), (False, False)])
def test_sqlite_writes_in_place_only_what_a_connection_waits_for(
    tmp_path: Path, is_awaited: bool, in_place: bool
) -> None:
    """Elsewhere the answers of a slow server would not be heard meanwhile."""
    written_by: list[threading.Thread] = []

    class Guard(RestoreGuard):
        def note(self, sent: SentSoFar) -> None:
            written_by.append(threading.current_thread())

    with closing(open_database(f"sqlite:///{tmp_path}/small.db")) as database:
        apply_file(database, write_programme(tmp_path))
        delivery = Delivery(database, Postbox(), VirtualClock(INVITED_AT), guard=Guard())
        dispatcher = Dispatcher(delivery, new_worker(database, INVITED_AT))
        mails, _ = asyncio.run(dispatcher.claim())
        asyncio.run(dispatcher.write(Window(leaving=mails), is_awaited=is_awaited))

    assert [thread is threading.main_thread() for thread in written_by] == [in_place]


def arrive_after(dispatcher: Dispatcher, change: Callable[[], object]) -> None:
    """The mails leave, something changes, and the server takes them; the worker comes to nothing else after that."""
    mails, _ = asyncio.run(dispatcher.claim())
    asyncio.run(dispatcher.write(Window(leaving=mails)))
    change()
    asyncio.run(dispatcher.write(Window(settled=[(mail, Outcome(OutcomeKind.ACCEPTED, "250 kept")) for mail in mails])))


def test_whoever_is_told_what_has_changed_is_corrected_even_if_the_worker_ends_at_once(
    database: Database, dispatcher: Dispatcher, tmp_path: Path
) -> None:
    moved = write_programme(tmp_path, MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21"))

    arrive_after(dispatcher, lambda: apply_file(database, moved))

    corrections = "SELECT state FROM notice JOIN cause ON cause.id = cause_id WHERE kind = 'change'"
    assert query(database, corrections) == [("planned",), ("planned",)]


def test_mails_that_arrive_after_a_change_that_is_not_theirs_let_the_others_leave_as_they_are(
    database: Database, dispatcher: Dispatcher
) -> None:
    version = "SELECT content_version FROM installation"
    changed = []

    def change_nothing_of_theirs() -> None:
        with database.writing():
            pass
        changed.extend(query(database, version))

    arrive_after(dispatcher, change_nothing_of_theirs)

    assert query(database, version) == changed


def test_a_refused_address_takes_other_mails_to_it_out_of_the_hands_of_the_worker(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path, MEETING + MEETING.replace("  meeting:", "  second:")))
    dispatcher = Dispatcher(Delivery(database, Postbox(), VirtualClock(INVITED_AT)), new_worker(database, INVITED_AT))
    mails, _ = asyncio.run(dispatcher.claim())
    [refused, other], [third, _] = ([mail for mail in mails if mail.recipient == who] for who in (SOKHA, VANNA))
    asyncio.run(dispatcher.write(Window(leaving=[refused])))

    unknown = (refused, Outcome(OutcomeKind.SUPPRESS, "550 5.1.1 no such user"))
    written = asyncio.run(dispatcher.write(Window(settled=[unknown], leaving=[other, third])))

    assert written.leaving == {third.notice_id}
    assert query(database, "SELECT state, claimed_by FROM notice WHERE id = ?", other.notice_id) == [("planned", None)]
    _, [stopped] = asyncio.run(dispatcher.claim())
    assert (stopped.state, stopped.reason) == (NoticeState.CANCELLED, "no server knows their address")


def test_an_address_that_is_the_persons_no_more_silences_nobody(database: Database, dispatcher: Dispatcher) -> None:
    mails, _ = asyncio.run(dispatcher.claim())
    asyncio.run(dispatcher.write(Window(leaving=mails)))
    with database.writing() as session:
        person_at(session, SOKHA).address = "sokha@new.example"

    refused = [(mail, Outcome(OutcomeKind.SUPPRESS, "550 5.1.1 no such user")) for mail in mails]
    asyncio.run(dispatcher.write(Window(settled=refused)))

    assert query(database, "SELECT address FROM person WHERE refused_at IS NOT NULL") == [(VANNA,)]


def test_a_mail_that_cannot_be_made_again_as_it_was_is_not_shown_as_what_was_sent(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    [(notice_id,)] = query(database, "SELECT min(notice_id) FROM message")
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE message SET slots = replace(slots, 'Participant', 'Somebody')")

    with database.reading() as session:
        secret = session.get_one(Installation, 1).key_secret
        with pytest.raises(ConveneError, match="does not come out as it was sent"):
            bytes_on_record(session, secret, notice_id)


def test_an_outage_while_mails_are_made_counts_as_no_try_of_theirs(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is repeated is read from the database mail by mail."""
    apply_file(database, write_programme(tmp_path))
    relay = HoldingRelay()
    asyncio.run(die_with_bodies_sent(Delivery(database, relay, VirtualClock(INVITED_AT)), relay, bodies=2))
    if database.engine.dialect.name == "sqlite":
        away: Exception = sqlite3.OperationalError("disk I/O error")
        away.sqlite_errorcode = sqlite3.SQLITE_IOERR  # type: ignore[attr-defined]
    else:
        away = psycopg.OperationalError("the server closed the connection")
    outages = [OperationalError("SELECT", {}, away)]

    def read(*of: Any) -> object:
        if outages:
            raise outages.pop()
        return bytes_on_record(*of)

    monkeypatch.setattr("convene.usecases.delivery.make_mail.bytes_on_record", read)
    monkeypatch.setattr("convene.usecases.delivery.dispatcher._RETRY_SECONDS", 0)

    async def claim() -> tuple[list[DueMail], list[Stopped]]:
        delivery = Delivery(database, Postbox(), VirtualClock(INVITED_AT))
        dispatcher = Dispatcher(delivery, new_worker(database, INVITED_AT))
        await dispatcher.sweep()
        return await dispatcher.claim()

    mails, stopped = asyncio.run(claim())

    assert (len(mails), stopped, outages) == (2, [], [])


@contextmanager
def standby(_database: Database, server: PostgreSql) -> Iterator[None]:
    """Every connection is lost, and the next ones are to a standby. It takes writes once the block ends."""
    server.become_standby()
    yield
    server.promote()


@contextmanager
def told_to_read_only(database: Database, server: PostgreSql) -> Iterator[None]:
    """Who connected meanwhile can write no more, as with a standby that another server stands beside."""
    with server.taking_no_writes(database.engine.url.render_as_string(hide_password=False)):
        database.engine.dispose()
        yield


@pytest.mark.parametrize("failover", [standby, told_to_read_only])
def test_a_server_that_takes_no_writes_is_waited_for_as_one_that_is_away(
    failover: Callable[[Database, PostgreSql], AbstractContextManager[None]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("convene.usecases.delivery.dispatcher._RETRY_SECONDS", 0.05)
    postbox = Postbox()

    async def deliver(database: Database, server: PostgreSql, worker: int) -> int:
        deliveries = Deliveries(Delivery(database, postbox, VirtualClock(INVITED_AT)), worker)
        with failover(database, server):
            delivering = asyncio.create_task(deliveries.deliver_due())
            await asyncio.sleep(0.5)
            assert not delivering.done()
            assert postbox.mails == []
        return (await asyncio.wait_for(delivering, 30)).states[NoticeState.SENT]

    with own_postgresql(careful=True) as server, server.empty_database() as database:
        apply_file(database, write_programme(tmp_path))
        assert asyncio.run(deliver(database, server, new_worker(database, INVITED_AT))) == 2

    assert sorted(recipient for recipient, _ in postbox.mails) == [SOKHA, VANNA]
