"""The desk: no more bodies on record without an outcome than a crash may repeat, and none made from older facts."""

import asyncio
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import update
from tests.postgresql import PostgreSql
from tests.programmes import INVITED_AT, PEOPLE, Postbox, apply_file, new_worker, plain_text, query, write_programme
from tests.usecases.held_relays import HoldingRelay, die_with_bodies_sent, until

from convene.mail.relay import Desk, Outgoing
from convene.model.person import Person
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import Database
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery, RestoreGuard, SentSoFar
from convene.usecases.delivery.delivery_desk import LOW, WINDOW, DeliveryDesk
from convene.usecases.delivery.make_mail import DueMail, Stopped
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.delivery.record_delivery import LeaseLostError, Window, Written

MANY = 3 * WINDOW
BODIES = "SELECT count(*) FROM notice WHERE state = 'body_sent'"
OPEN = "SELECT count(*) FROM message JOIN notice ON notice.id = notice_id WHERE state = 'body_sent'"


@pytest.fixture
def invited(database: Database, tmp_path: Path) -> Database:
    """Many are invited, and all their invitations are due."""
    people = [PEOPLE[0], *(f"participant{number}@union-kh.example,,KH,en,,members" for number in range(MANY))]
    apply_file(database, write_programme(tmp_path, people=people))
    return database


class SteadyClock(VirtualClock):
    """Its seconds go on when a test says so; its moment stays."""

    seconds = 0.0

    def steady(self) -> float:
        return self.seconds


def delivering(database: Database, relay: HoldingRelay | Postbox, clock: VirtualClock | None = None) -> Deliveries:
    clock = clock or VirtualClock(INVITED_AT)
    return Deliveries(Delivery(database, relay, clock), new_worker(database, INVITED_AT))


def test_never_are_more_than_sixteen_bodies_on_record_without_an_outcome(invited: Database) -> None:
    on_record: list[int] = []
    relay = HoldingRelay(lambda: on_record.append(query(invited, BODIES)[0][0]))

    async def run() -> None:
        working = asyncio.create_task(delivering(invited, relay).deliver_due())
        for _ in range(MANY):
            await until(lambda: relay.left or working.done())
            assert len(relay.left) <= WINDOW
            relay.answer()
        await working

    asyncio.run(run())

    assert max(on_record) <= WINDOW
    assert len(on_record) == MANY
    assert query(invited, "SELECT state, count(*) FROM notice WHERE sent_at IS NOT NULL GROUP BY state") == [
        ("sent", MANY)
    ]


def test_a_worker_that_dies_leaves_at_most_sixteen_that_may_have_left(invited: Database) -> None:
    relay = HoldingRelay()

    asyncio.run(die_with_bodies_sent(Delivery(invited, relay, VirtualClock(INVITED_AT)), relay, WINDOW))

    assert query(invited, BODIES) == query(invited, OPEN) == [(WINDOW,)]
    assert len(relay.left) == WINDOW


def test_a_body_leaves_only_when_that_it_does_is_committed(invited: Database) -> None:
    seen: list[tuple[int, int]] = []
    relay = HoldingRelay(lambda: seen.append((len(relay.left), query(invited, OPEN)[0][0])))

    asyncio.run(die_with_bodies_sent(Delivery(invited, relay, VirtualClock(INVITED_AT)), relay, WINDOW))

    assert all(committed > left for left, committed in seen)


def test_a_mail_that_waited_longer_than_its_look_at_the_facts_is_looked_at_again(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path, people=[PEOPLE[0], *PEOPLE[2:]]))
    clock = SteadyClock(INVITED_AT)

    class SlowServer(Postbox):
        """Takes its time to say that the body may come; by then somebody has another name."""

        def wake(self, desk: Desk) -> None:
            mail = desk.take()
            if mail is None or clock.seconds:
                if mail is not None:
                    self._ask(desk, mail)
                return

            def rename_and_go(_: bool) -> None:
                clock.seconds += 10
                with database.writing() as session:
                    session.execute(update(Person).values(name="Sok Dara"))
                self._ask(desk, mail)

            assert desk.clear(mail, rename_and_go) is None

    relay = SlowServer()
    asyncio.run(delivering(database, relay, clock).deliver_due())

    [(_, body)] = relay.mails
    assert "Sok Dara" in plain_text(body)


def test_a_look_at_the_facts_that_is_fresh_enough_is_not_repeated(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, people=PEOPLE[:2]))
    clock = SteadyClock(INVITED_AT)
    answers: list[bool | None] = []

    class TwiceAskingRelay(Postbox):
        def wake(self, desk: Desk) -> None:
            mail = desk.take()
            if mail is None:
                return

            def go(_: bool) -> None:
                clock.seconds += 0.4
                answers.append(desk.clear(mail, lambda _: None))
                desk.settle(mail, Outcome(OutcomeKind.ACCEPTED, "250 kept"))

            answers.append(desk.clear(mail, go))

    asyncio.run(delivering(database, TwiceAskingRelay(), clock).deliver_due())

    assert answers == [None, True]


def test_a_body_that_was_cleared_and_taken_back_is_cleared_anew(invited: Database) -> None:
    class FailingOnce(Postbox):
        """Fails behind its first mail; others were cleared with it, and wait on the desk."""

        def wake(self, desk: Desk) -> None:
            super().wake(desk) if self.mails else self._send_one(desk)

        def _send_one(self, desk: Desk) -> None:
            mail = desk.take()
            assert mail is not None

            def go(_: bool) -> None:
                asyncio.get_running_loop().call_soon(fail_behind_it)

            def fail_behind_it() -> None:
                self.keep(mail)
                desk.settle(mail, Outcome(OutcomeKind.ACCEPTED, "250 kept"))
                desk.relay_failed()

            assert desk.clear(mail, go) is None

    async def run() -> None:
        relay = FailingOnce()
        deliveries = delivering(invited, relay, SteadyClock(INVITED_AT))
        await deliveries.deliver_due()
        assert len(relay.mails) == 1
        await deliveries.deliver_due()
        assert len({recipient for recipient, _ in relay.mails}) == len(relay.mails) == MANY

    asyncio.run(run())

    invitations = "SELECT state, count(*) FROM notice JOIN cause ON cause.id = cause_id WHERE kind = ? GROUP BY state"
    assert query(invited, invitations, "invitation") == [("sent", MANY)]


def test_told_to_stop_it_finishes_what_has_left_and_gives_the_rest_back(invited: Database) -> None:
    relay = HoldingRelay()

    async def run() -> None:
        deliveries = delivering(invited, relay)
        working = asyncio.create_task(deliveries.deliver_due())
        await until(lambda: len(relay.left) == WINDOW)
        deliveries.stop()
        while not working.done():
            await until(lambda: relay.left or working.done())
            if relay.left:
                relay.answer()
        await working

    asyncio.run(run())

    assert query(invited, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]
    assert query(invited, "SELECT count(*) FROM notice WHERE state NOT IN ('sent', 'planned')") == [(0,)]


def test_told_to_stop_it_gives_back_what_a_server_lets_wait_before_the_body(invited: Database) -> None:
    class DallyingRelay(HoldingRelay):
        """The server does not answer to what comes before a body; with the end near, the mail is let go."""

        taken: Outgoing | None = None

        def wake(self, desk: Desk) -> None:
            self._desk, self.taken = desk, desk.take()

        def end_soon(self) -> None:
            assert self._desk is not None
            assert self.taken is not None
            self._desk.settle(self.taken, Outcome(OutcomeKind.BUSY, "no reply came in time", is_first=True))

    relay = DallyingRelay()

    async def run() -> None:
        deliveries = delivering(invited, relay)
        working = asyncio.create_task(deliveries.deliver_due())
        await until(lambda: relay.taken is not None)
        deliveries.stop()
        async with asyncio.timeout(60):
            await working

    asyncio.run(run())

    assert query(invited, "SELECT DISTINCT state, attempts, claimed_by FROM notice") == [("planned", 0, None)]


def test_the_points_at_which_a_process_may_die_are_reached_in_order(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, people=PEOPLE[:2]))
    points: list[str] = []
    delivery = Delivery(database, Postbox(), VirtualClock(INVITED_AT), reached=points.append)

    asyncio.run(Deliveries(delivery, new_worker(database, INVITED_AT)).deliver_due())

    first = list(dict.fromkeys(points))
    assert set(first) == {"before-claim", "after-claim", "before-body", "after-reply", "after-record"}
    assert first.index("before-claim") < first.index("after-claim") < first.index("before-body")
    assert first.index("before-body") < first.index("after-reply")


class FailingDispatch:
    """Nothing can be written."""

    fresh = linger = 0.0

    def steady(self) -> float:
        return 0.0

    def reached(self, point: str) -> None:
        pass

    async def write(self, _: Window, *, is_awaited: bool) -> Written:
        raise LeaseLostError

    async def remake(self) -> tuple[list[DueMail], list[Stopped]]:
        raise AssertionError("nothing was written")


def test_a_fault_behind_the_desk_is_told_though_nothing_moves_any_more() -> None:
    async def run() -> None:
        desk = DeliveryDesk(FailingDispatch())
        desk.is_open = True
        desk.feed([Mock(notice_id=1, version=1)], [])
        assert desk.clear(desk.take(), lambda _: None) is None
        while asyncio.all_tasks() != {asyncio.current_task()}:
            await asyncio.sleep(0)  # the worker is claiming more meanwhile
        async with asyncio.timeout(1):
            await desk.something_moves()

    with pytest.raises(LeaseLostError):
        asyncio.run(run())


class SlowDispatch(FailingDispatch):
    """A window is being written until a test says that it is."""

    def __init__(self) -> None:
        self.may_be_written = asyncio.Event()

    async def write(self, _: Window, *, is_awaited: bool) -> Written:
        await self.may_be_written.wait()
        return Written(version=1, last_message=0, restores=0)


class WatchedDispatch(FailingDispatch):
    """Remembers of each window whether somebody waited for it."""

    def __init__(self) -> None:
        self.awaited: list[bool] = []

    async def write(self, window: Window, *, is_awaited: bool) -> Written:
        self.awaited.append(is_awaited)
        leaving = frozenset(mail.notice_id for mail in window.leaving)
        return Written(version=1, last_message=0, restores=0, leaving=leaving)


def test_a_window_is_waited_for_unless_outcomes_only_gather_and_mails_enough_are_made() -> None:
    async def run() -> list[bool]:
        dispatch = WatchedDispatch()
        desk = DeliveryDesk(dispatch)
        desk.is_open = True
        desk.feed([Mock(notice_id=number, version=1) for number in range(2 * LOW)], [])
        first, _, asked = desk.take(), desk.take(), asyncio.Event()
        assert desk.clear(first, lambda _: asked.set()) is None
        await asked.wait()
        desk.settle(first, Outcome(OutcomeKind.ACCEPTED))
        await until(lambda: len(dispatch.awaited) == 2)
        while not desk.is_low:
            last = desk.take()
        desk.settle(last, Outcome(OutcomeKind.ACCEPTED))
        await until(lambda: len(dispatch.awaited) == 3)
        return dispatch.awaited

    assert asyncio.run(asyncio.wait_for(run(), 20)) == [True, False, True]


def test_what_is_not_on_record_is_on_the_desk_also_while_it_is_being_written() -> None:
    """Claimed by this worker it would seem to be left over, and be made and offered to the server once more."""

    async def run() -> None:
        dispatch = SlowDispatch()
        desk = DeliveryDesk(dispatch)
        desk.is_open = True
        desk.feed([Mock(notice_id=1, version=1)], [Mock(notice=Mock(notice_id=2))])
        desk.settle(desk.take(), Outcome(OutcomeKind.RETRY, "451 later"))
        await asyncio.sleep(0)
        assert desk.notices() == {1, 2}
        dispatch.may_be_written.set()
        await desk.something_moves()
        assert desk.notices() == set()

    asyncio.run(run())


def test_what_was_claimed_while_its_giving_back_was_recorded_is_given_back_too(
    postgresql: PostgreSql, tmp_path: Path
) -> None:
    """A window is committed, and the desk has not heard of it when a claim finds its notice; then the relay fails."""
    committed, heard = threading.Event(), threading.Event()
    claims: list[str] = []

    class SlowGuard(RestoreGuard):
        def note(self, sent: SentSoFar) -> None:
            committed.set()
            assert heard.wait(20)

    class FailingRelay(HoldingRelay):
        def wake(self, desk: Desk) -> None:
            self._give_back_one(desk)
            asyncio.get_running_loop().create_task(self._take_another(desk))

        async def _take_another(self, desk: Desk) -> None:
            await until(committed.is_set)
            another = desk.take()
            await until(heard.is_set)
            if another is not None:
                desk.settle(another, Outcome(OutcomeKind.ACCEPTED))

        def _give_back_one(self, desk: Desk) -> None:
            mail = desk.take()
            if mail is not None:
                desk.settle(mail, Outcome(OutcomeKind.BUSY, "the connection was lost"))

    def reached(point: str) -> None:
        claims.extend([point] * (point == "after-claim"))
        if len(claims) == 2:
            deliveries._desk.relay_failed()
            heard.set()

    with postgresql.empty_database() as database:
        apply_file(database, write_programme(tmp_path))
        delivery = Delivery(database, FailingRelay(), VirtualClock(INVITED_AT), guard=SlowGuard(), reached=reached)
        deliveries = Deliveries(delivery, new_worker(database, INVITED_AT))
        asyncio.run(asyncio.wait_for(deliveries.deliver_due(), 30))

        assert len(claims) == 2
        assert query(database, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]
