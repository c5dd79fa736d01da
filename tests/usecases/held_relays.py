"""Relays of tests that hold a mail at one moment of its way: before its body, or before the answer to it."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.programmes import Postbox, new_worker

from convene.mail.relay import Desk, Outgoing, Trouble
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import Database
from convene.store.worker_rows import end_all_workers
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery

_LAPSED = "UPDATE worker SET lease_until = '2000-01-01 00:00:00Z'"


class MeddlingRelay(Postbox):
    """Something happens once, when the first mail (or the first one to `to`) was taken and its body has not left."""

    def __init__(self, meddle: Callable[[], object], to: str | None = None) -> None:
        super().__init__()
        self._meddle: Callable[[], object] | None = meddle
        self._to = to

    def wake(self, desk: Desk) -> None:
        while (mail := desk.take()) is not None:
            if self._meddle is not None and self._to in (None, mail.recipient):
                meddle, self._meddle = self._meddle, None
                meddle()
            self._ask(desk, mail)


class HoldingRelay:
    """Takes every mail at once and keeps each answer back until a test gives it. `left`: whose bodies have left."""

    trouble: Trouble | None = None
    workers = 1

    def __init__(self, at_each_body: Callable[[], object] = lambda: None) -> None:
        self.left: list[Outgoing] = []
        self.withdrawn: list[Outgoing] = []
        self._at_each_body = at_each_body
        self._desk: Desk | None = None

    def wake(self, desk: Desk) -> None:
        self._desk = desk
        while (mail := desk.take()) is not None:
            self._ask(desk, mail)

    def answer(self, outcome: Outcome | None = None) -> None:
        """Answer the body that left first."""
        assert self._desk is not None
        self._desk.settle(self.left.pop(0), outcome or Outcome(OutcomeKind.ACCEPTED, "250 kept"))

    def end_soon(self) -> None:
        """The server answers when a test says so."""

    async def close(self) -> None:
        """Nothing was opened."""

    def _ask(self, desk: Desk, mail: Outgoing) -> None:
        def go(may_leave: bool) -> None:
            if may_leave:
                self._at_each_body()
                self.left.append(mail)
            else:
                self.withdrawn.append(mail)
                desk.settle(mail, Outcome(OutcomeKind.WITHDRAWN))

        known = desk.clear(mail, go)
        if known is not None:
            go(known)


class SlowRelay:
    """Takes one mail at a time, as one slow connection does, and holds the answer to the first body until `answer`.

    Those that follow are settled with `refusal` before their bodies; None: they ask for their bodies, and all arrive.
    """

    trouble: Trouble | None = None
    workers = 1

    def __init__(self, refusal: Outcome | None = None) -> None:
        self.left: list[Outgoing] = []
        self._refusal = refusal
        self._desk: Desk | None = None
        self._is_busy = False

    def wake(self, desk: Desk) -> None:
        self._desk = desk
        while not self._is_busy and (mail := desk.take()) is not None:
            if self.left and self._refusal is not None:
                desk.settle(mail, self._refusal)
            else:
                self._is_busy = True
                self._ask(desk, mail)

    def answer(self, outcome: Outcome) -> None:
        """Answer the first body."""
        assert self._desk is not None
        self._settle(self._desk, self.left[0], outcome)

    def end_soon(self) -> None:
        """The server answers when a test says so."""

    async def close(self) -> None:
        """Nothing was opened."""

    def _ask(self, desk: Desk, mail: Outgoing) -> None:
        def go(may_leave: bool) -> None:
            self.left += [mail] * may_leave
            if self.left != [mail]:
                self._settle(desk, mail, Outcome(OutcomeKind.ACCEPTED if may_leave else OutcomeKind.WITHDRAWN))

        known = desk.clear(mail, go)
        if known is not None:
            go(known)

    def _settle(self, desk: Desk, mail: Outgoing, outcome: Outcome) -> None:
        self._is_busy = False
        desk.settle(mail, outcome)
        self.wake(desk)


async def until(holds: Callable[[], Any]) -> None:
    """A minute is too long."""
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0)


async def die_with_bodies_sent(delivery: Delivery, relay: HoldingRelay, bodies: int = 1) -> None:
    """A worker delivers and dies when so many bodies have left without an answer; everybody takes it for dead."""
    deliveries = Deliveries(delivery, new_worker(delivery.database, delivery.clock.now()))
    working = asyncio.create_task(deliveries.deliver_due())
    await until(lambda: len(relay.left) >= bodies)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    take_for_dead(delivery.database)


def take_for_dead(database: Database) -> None:
    """Every worker so far is gone: its lease ran out, or (SQLite) another one holds the lock file."""
    with database.recording_connection() as connection:
        if connection.dialect.name == "sqlite":
            end_all_workers(connection)
        else:
            connection.exec_driver_sql(_LAPSED)
