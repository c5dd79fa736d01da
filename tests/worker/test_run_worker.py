"""The worker: it takes over what a dead one left, sends what is due, and ends when nothing is."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SOKHA,
    VANNA,
    Postbox,
    apply_file,
    new_worker,
    query,
    small_database,
    write_programme,
)
from tests.smtp_inbox import DROP, Inbox, free_port, listening_inbox
from tests.usecases.held_relays import HoldingRelay, die_with_bodies_sent, take_for_dead, until

from convene.errors import ConveneError
from convene.mail.relay import Outgoing, Relay
from convene.mail.smtp_pool import RelayLimits, SmtpRelay
from convene.rules.notice_states import NoticeState
from convene.rules.patience import Patience
from convene.smtp_server import Security, SmtpServer
from convene.store.database import Database
from convene.store.notice_queue import claim_due
from convene.store.pauses import add_pause
from convene.usecases.delivery.deliver_notices import Delivered
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.resume_sending import resume_sending
from convene.worker.run_worker import PausedError, Shift, StoppedError, plan_all, run_until_idle, run_worker
from convene.worker.system_clock import FrozenClock

SOON = Patience(reconnect=0.02, tick=0.02)


@pytest.fixture
def invited(database: Database, tmp_path: Path) -> Database:
    """Two invitations are due."""
    apply_file(database, write_programme(tmp_path))
    return database


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


def work(invited: Database, inbox: Inbox, now: datetime = INVITED_AT) -> list[Delivered]:
    return work_with(invited, SmtpRelay(inbox.server, RelayLimits(connections=1), SOON), now)


def work_with(invited: Database, relay: Relay, now: datetime = INVITED_AT) -> list[Delivered]:
    passes: list[Delivered] = []
    run_until_idle(Delivery(invited, relay, FrozenClock(now), patience=SOON), passes.append, lambda: None)
    return passes


def states(database: Database, *, due_until: str = "2020-01-06 23:00:00Z") -> list[str]:
    sql = "SELECT state FROM notice WHERE due_at < ? ORDER BY id"
    return [state for (state,) in query(database, sql, due_until)]


def test_it_sends_what_is_due_and_ends(invited: Database, inbox: Inbox) -> None:
    [first] = work(invited, inbox)

    assert (first.claimed, first.states) == (2, {NoticeState.SENT: 2})
    assert work(invited, inbox) == []
    assert len(inbox.mails) == 2


def test_a_worker_that_begins_takes_off_feeds_what_aged_out(invited: Database, inbox: Inbox) -> None:
    work(invited, inbox, INVITED_AT + timedelta(days=200))

    assert query(invited, "SELECT count(*) FROM day WHERE in_feeds") == [(0,)]


def test_many_mails_go_over_one_connection_in_one_pass(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    people = [PEOPLE[0], *(f"participant{number}@union-kh.example,,KH,en,,members" for number in range(240))]
    apply_file(database, write_programme(tmp_path, people=people))

    [everything] = work(database, inbox)

    assert (everything.claimed, everything.states) == (240, {NoticeState.SENT: 240})
    assert len({mail.recipient for mail in inbox.mails}) == len(inbox.mails) == 240
    assert inbox.connections == 1


def test_claims_of_a_dead_worker_are_taken_over_at_once(invited: Database, inbox: Inbox) -> None:
    dead = new_worker(invited, INVITED_AT)
    with invited.recording_connection() as connection:
        claim_due(connection, dead, INVITED_AT, INVITED_AT, 16)
    take_for_dead(invited)

    work(invited, inbox)

    assert states(invited) == ["sent", "sent"]
    assert len(inbox.mails) == 2


def test_on_sqlite_whoever_gets_the_lock_file_takes_over_all_claims(tmp_path: Path, inbox: Inbox) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))
        killed = new_worker(database, INVITED_AT)  # its lease runs for an hour yet
        with database.recording_connection() as connection:
            claim_due(connection, killed, INVITED_AT, INVITED_AT, 16)

        work(database, inbox)

        assert states(database) == ["sent", "sent"]


def test_a_mail_that_a_dead_worker_had_half_sent_is_repeated_with_its_mark(invited: Database, inbox: Inbox) -> None:
    relay = HoldingRelay()
    asyncio.run(die_with_bodies_sent(Delivery(invited, relay, FrozenClock(INVITED_AT)), relay, bodies=2))

    work(invited, inbox, INVITED_AT + timedelta(hours=1))

    assert sorted(inbox.bodies) == sorted(mail.body for mail in relay.left)
    assert query(invited, "SELECT DISTINCT state, uncertain FROM notice WHERE sent_at IS NOT NULL") == [("sent", True)]


def test_an_uncertain_notice_is_settled_before_it_ends(invited: Database, inbox: Inbox) -> None:
    inbox.answers("BODY", DROP)

    work(invited, inbox)

    assert states(invited) == ["sent", "sent"]
    assert len(inbox.mails) == 3


def test_neither_a_deferred_nor_a_failed_notice_holds_it(invited: Database, inbox: Inbox) -> None:
    inbox.answers("RCPT", "451 4.3.0 later", "550 5.1.1 no such user")

    work(invited, inbox)

    assert sorted(states(invited)) == ["deferred", "failed"]


def test_a_server_that_is_down_ends_it_after_some_tries_and_nothing_is_lost(invited: Database, inbox: Inbox) -> None:
    nobody = SmtpServer("127.0.0.1", free_port(), Security.NONE)

    with pytest.raises(ConveneError, match="takes no mail: it cannot be reached"):
        work_with(invited, SmtpRelay(nobody, patience=SOON))

    assert states(invited) == ["planned", "planned"]
    assert query(invited, "SELECT sum(attempts), count(claimed_by) FROM notice") == [(0, 0)]
    work(invited, inbox)
    assert states(invited) == ["sent", "sent"]


def test_a_server_that_is_back_on_the_second_try_is_enough(invited: Database, inbox: Inbox) -> None:
    inbox.answers("GREETING", "421 4.3.2 busy")

    passes = work(invited, inbox)

    # Of the first try nothing is told where the pass took longer than the wait for the second.
    assert (passes[-1].trouble, inbox.connections) == (None, 2)
    assert states(invited) == ["sent", "sent"]


def test_while_everything_is_paused_it_ends_at_once_and_says_why(invited: Database, inbox: Inbox) -> None:
    with invited.writing() as session:
        add_pause(session, "The operator is asleep.", INVITED_AT)

    with pytest.raises(PausedError, match="The operator is asleep"):
        work(invited, inbox)

    assert (states(invited), inbox.mails) == (["planned", "planned"], [])
    assert query(invited, "SELECT count(*) FROM worker") == [(0,)]


def test_a_refused_log_in_pauses_everything(invited: Database) -> None:
    with listening_inbox(login=("me", "right")) as inbox:
        refused = SmtpServer(inbox.host, inbox.port, Security.NONE, "me", "wrong")

        with pytest.raises(PausedError, match="it refused the user or the password of CONVENE_SMTP_URL: 535"):
            work_with(invited, SmtpRelay(refused, patience=SOON))

    assert (states(invited), inbox.mails) == (["planned", "planned"], [])
    assert query(invited, "SELECT sum(attempts) FROM notice") == [(0,)]


def test_a_worker_that_ends_leaves_no_row_and_no_claim(invited: Database, inbox: Inbox) -> None:
    work(invited, inbox)

    assert query(invited, "SELECT count(*) FROM worker") == [(0,)]
    assert query(invited, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]


def test_nobody_gets_a_mail_twice_however_often_it_runs(invited: Database, inbox: Inbox) -> None:
    for day in range(20):
        work(invited, inbox, INVITED_AT + timedelta(days=day))

    received = [(mail.recipient, mail.body) for mail in inbox.mails]
    assert len(received) == len(set(received)) == 8


def test_the_daily_pass_changes_nothing_where_nothing_changed(invited: Database) -> None:
    before = query(invited, "SELECT * FROM notice ORDER BY id")

    plan_all(invited, FrozenClock(INVITED_AT + timedelta(days=1)))

    assert query(invited, "SELECT * FROM notice ORDER BY id") == before


def test_a_programme_that_cannot_be_planned_keeps_no_other_from_the_daily_pass(
    invited: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    apply_file(invited, write_programme(tmp_path, programme="whole"))
    with invited.recording_connection() as connection:
        broken = "SELECT id FROM programme WHERE slug = 'small'"
        whole = "SELECT cause.id FROM cause JOIN programme ON programme.id = programme_id WHERE slug = 'whole'"
        connection.exec_driver_sql(f"UPDATE event SET status = 'of another version' WHERE programme_id IN ({broken})")
        connection.exec_driver_sql(f"UPDATE notice SET state = 'cancelled' WHERE cause_id IN ({whole})")

    plan_all(invited, FrozenClock(INVITED_AT))

    assert "The programme small cannot be planned" in caplog.text
    assert query(invited, "SELECT count(*) FROM notice WHERE state = 'cancelled'") == [(0,)]


def test_a_move_is_corrected_by_the_worker_when_the_hold_is_over(
    invited: Database, inbox: Inbox, tmp_path: Path
) -> None:
    work(invited, inbox)
    moved_at = INVITED_AT + timedelta(days=1)
    apply_file(invited, write_programme(tmp_path, MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")), moved_at)

    assert work(invited, inbox, moved_at) == []
    [correction] = work(invited, inbox, moved_at + timedelta(minutes=10))

    assert correction.states == {NoticeState.SENT: 2}


@pytest.mark.parametrize("refused", [["INSERT ON message"], ["INSERT ON message", "DELETE ON worker"]])
def test_what_cannot_be_written_stops_the_worker_no_longer_than_the_fault_lasts(
    tmp_path: Path, inbox: Inbox, refused: list[str]
) -> None:
    """Also where it cannot even sign off, to go on as another."""
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))

        async def fail_and_go_on() -> None:
            relay = SmtpRelay(inbox.server, RelayLimits(connections=1), SOON)
            shift = Shift(Delivery(database, relay, FrozenClock(INVITED_AT), patience=SOON))
            with shift.heartbeat:
                for number, what in enumerate(refused):
                    run(database, f"CREATE TRIGGER refuse{number} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'no'); END")
                with pytest.raises(sqlite3.IntegrityError):
                    await shift.drain(lambda _: None)
                for number in range(len(refused)):
                    run(database, f"DROP TRIGGER refuse{number}")
                async with asyncio.timeout(60):
                    await shift.drain(lambda _: None)
            await relay.close()
            shift.sign_off()

        asyncio.run(fail_and_go_on())

        assert (states(database), len(inbox.mails)) == (["sent", "sent"], 2)
        assert query(database, "SELECT count(*) FROM worker") == [(0,)]


def test_a_worker_that_cannot_sign_off_ends_in_good_order_all_the_same(
    tmp_path: Path, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))
        run(database, "CREATE TRIGGER refuse BEFORE DELETE ON worker BEGIN SELECT RAISE(ABORT, 'no'); END")

        work(database, inbox)

        assert states(database) == ["sent", "sent"]
    assert "could not sign off (IntegrityError" in caplog.text


def test_a_worker_told_to_stop_while_it_starts_again_begins_no_mail(tmp_path: Path) -> None:
    """Its first try to start again failed; the signal comes amid the second, with which the next look begins."""

    class SlowToClose(HoldingRelay):
        signals = False

        async def close(self) -> None:
            if self.signals:
                shift.end_soon()

    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))
        relay = SlowToClose()
        shift = Shift(Delivery(database, relay, FrozenClock(INVITED_AT), patience=SOON))

        async def fail_and_stop() -> None:
            run(database, "DELETE FROM worker")  # another took it for dead
            run(database, "CREATE TRIGGER refuse BEFORE INSERT ON worker BEGIN SELECT RAISE(ABORT, 'no'); END")
            with pytest.raises(sqlite3.IntegrityError):
                await shift.drain(lambda _: None)
            run(database, "DROP TRIGGER refuse")
            relay.signals = True
            with pytest.raises(StoppedError):
                async with asyncio.timeout(20):
                    await shift.drain(lambda _: None)

        asyncio.run(fail_and_stop())
        shift.sign_off()

        assert relay.left == []
        assert states(database) == ["planned", "planned"]


def test_a_worker_whose_company_has_ended_ends_as_well(invited: Database, inbox: Inbox) -> None:
    ended = threading.Event()
    relay = SmtpRelay(inbox.server, RelayLimits(connections=1), SOON)

    run_worker(
        Delivery(invited, relay, FrozenClock(INVITED_AT), patience=SOON), lambda _: ended.set(), lambda: None, ended
    )

    assert states(invited) == ["sent", "sent"]
    assert query(invited, "SELECT count(*) FROM worker") == [(0,)]


class SetClock(FrozenClock):
    """A host's clock that somebody may set."""

    is_frozen = False

    def steady(self) -> float:
        return 1_000.0


def test_a_clock_that_jumps_while_mails_leave_lets_none_leave_that_is_not_due(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    clock = SetClock(INVITED_AT)

    class JumpingRelay(Postbox):
        def keep(self, mail: Outgoing) -> None:
            super().keep(mail)
            clock.moment = INVITED_AT + timedelta(days=8)  # the first reminders would be due

    relay = JumpingRelay()

    with pytest.raises(PausedError, match="jumped forward by 11520 minutes"):
        run_until_idle(Delivery(database, relay, clock, patience=SOON), lambda _: None, lambda: None)

    assert sorted(to for to, _ in relay.mails) == [SOKHA, VANNA]
    assert query(database, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]


def test_a_clock_that_jumped_while_no_pause_could_be_written_is_no_better_for_it(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        apply_file(database, write_programme(tmp_path))
        relay, clock = Postbox(), SetClock(INVITED_AT - timedelta(hours=1))
        shift = Shift(Delivery(database, relay, clock, patience=SOON))

        async def jump() -> None:
            clock.moment = INVITED_AT
            run(database, "CREATE TRIGGER refuse BEFORE INSERT ON pause BEGIN SELECT RAISE(ABORT, 'no'); END")
            with pytest.raises(IntegrityError):
                await shift.drain(lambda _: None)
            run(database, "DROP TRIGGER refuse")
            with pytest.raises(PausedError, match="jumped forward by 60 minutes"):
                await shift.drain(lambda _: None)

        asyncio.run(jump())
        shift.sign_off()

        assert relay.mails == []


def test_who_resumes_by_a_clock_behind_the_record_has_overruled_it_for_each_worker_to_come(
    database: Database, tmp_path: Path
) -> None:
    """The first was ahead by years; or somebody tried out what leaves then."""
    apply_file(database, write_programme(tmp_path))
    relay, clock = Postbox(), SetClock(INVITED_AT)
    delivery = Delivery(database, relay, clock, patience=SOON)
    run_until_idle(delivery, lambda _: None, lambda: None)
    earlier = clock.moment = INVITED_AT - timedelta(days=5)
    other = MEETING.replace("meeting:", "other:").replace("Mon 2020-01-20", "Tue 2020-01-21")
    apply_file(database, write_programme(tmp_path, MEETING + other), earlier)

    with pytest.raises(PausedError, match="behind what is on record"):
        run_until_idle(delivery, lambda _: None, lambda: None)
    with database.writing() as session:
        resume_sending(session, None, earlier, after_restore=False, skip=False, real_now=earlier)
    run_until_idle(delivery, lambda _: None, lambda: None)

    assert len(relay.mails) == 4


def test_a_clock_that_is_set_back_keeps_no_worker_from_looking(
    tmp_path: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HostTime(datetime):
        offset = timedelta(0)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + cls.offset

    for module in ("apscheduler.schedulers.base", "apscheduler.triggers.interval", "convene.worker.run_worker"):
        monkeypatch.setattr(f"{module}.datetime", HostTime)

    with small_database(tmp_path) as database:
        relay = SmtpRelay(inbox.server, RelayLimits(connections=1), SOON)
        delivery = Delivery(database, relay, FrozenClock(INVITED_AT), patience=SOON)

        async def serve_while_it_is_set_back() -> None:
            shift = Shift(delivery)
            sent = asyncio.Event()
            with shift.heartbeat:
                serving = asyncio.create_task(shift.serve(lambda _: sent.set(), threading.Event()))
                await asyncio.sleep(5 * SOON.tick)
                HostTime.offset = -timedelta(hours=1)
                await asyncio.sleep(5 * SOON.tick)
                apply_file(database, write_programme(tmp_path))
                try:
                    async with asyncio.timeout(10):
                        await sent.wait()
                finally:
                    shift.end_soon()
                    await serving
                    await relay.close()
            shift.sign_off()

        asyncio.run(serve_while_it_is_set_back())

        assert states(database) == ["sent", "sent"]


def test_a_worker_whose_server_takes_its_time_looks_for_what_is_due_all_the_while(invited: Database) -> None:
    later = INVITED_AT + timedelta(minutes=5)
    relay, clock = HoldingRelay(), SetClock(INVITED_AT)
    patience = Patience(reconnect=0.02, tick=0.02, renewal=0.02)

    def last_look() -> str:
        [(swept_at,)] = query(invited, "SELECT swept_at FROM worker")
        return str(swept_at)

    async def hold_two_mails() -> None:
        shift = Shift(Delivery(invited, relay, clock, patience=patience))
        with shift.heartbeat:
            draining = asyncio.create_task(shift.drain(lambda _: None))
            await until(lambda: len(relay.left) == 2)
            clock.moment = later
            await until(lambda: last_look() == "2020-01-06 03:05:00.000000")
            relay.answer()
            relay.answer()
            await draining
        shift.sign_off()

    asyncio.run(hold_two_mails())

    assert states(invited) == ["sent", "sent"]


def test_a_worker_that_was_taken_for_dead_while_nothing_was_due_signs_on_again(
    database: Database, tmp_path: Path
) -> None:
    """Doctor and readyz would else say that none runs until the next mail is due, which may be weeks."""
    apply_file(database, write_programme(tmp_path))
    before = INVITED_AT - timedelta(days=1)

    def signed_on() -> list[tuple[int]]:
        return query(database, "SELECT id FROM worker")

    async def lose_the_lease() -> None:
        shift = Shift(Delivery(database, Postbox(), FrozenClock(before), patience=replace(SOON, renewal=0.02)))
        with shift.heartbeat:
            serving = asyncio.create_task(shift.serve(lambda _: None, threading.Event()))
            first = signed_on()
            run(database, "DELETE FROM worker")
            await until(lambda: signed_on() and signed_on() > first)
            shift.end_soon()
            await serving
        shift.sign_off()

    asyncio.run(lose_the_lease())

    assert signed_on() == []


def run(database: Database, statement: str) -> None:
    with database.recording_connection() as connection:
        connection.exec_driver_sql(statement)
