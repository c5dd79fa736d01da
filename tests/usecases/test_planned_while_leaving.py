"""A planning pass while bodies leave, on PostgreSQL: it never touches what has left, and knows who was told."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from tests.postgresql import PostgreSql
from tests.programmes import Postbox, new_worker
from tests.usecases.sample_planner import MEETING, NOW, Planner

from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import Database
from convene.store.delivery_records import bodies_leave, record_sent
from convene.store.notice_queue import claim_due
from convene.store.worker_rows import register_worker
from convene.usecases.delivery import Delivery
from convene.usecases.dispatcher import Dispatcher
from convene.usecases.edit_person import edit_person
from convene.usecases.moments import VirtualClock
from convene.usecases.record_delivery import Window, Written
from convene.worker.run_worker import plan_all

MOVED = MEETING.replace("2020-01-20", "2020-01-22")
CANCELLED = MEETING.replace("    invite", "    status: cancelled\n    invite")


@pytest.fixture
def claimed(postgresql: PostgreSql, tmp_path: Path) -> Iterator[tuple[Planner, int, list[int]]]:
    """A worker holds the invitations to the meeting."""
    with postgresql.empty_database() as database:
        planner = Planner(tmp_path, database)
        planner.apply()
        with database.recording_connection() as connection:
            worker = register_worker(connection, "host", 1, NOW)
            held = claim_due(connection, worker, NOW, NOW, 100)
        yield planner, worker, sorted(held)


@contextmanager
def sent_before(database: Database, statement: str, worker: int, held: list[int], *, is_sent: bool) -> Iterator[None]:
    """The bodies leave on another connection just before the planner's `statement`, after it has looked at them."""
    met: list[str] = []

    def meddle(_connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if sql.strip().startswith(statement) and not met:
            met.append(sql)
            with database.recording_connection() as connection:
                assert bodies_leave(connection, worker, held) == set(held)
                if is_sent:
                    record_sent(connection, worker, held, NOW)

    event.listen(database.engine, "before_cursor_execute", meddle)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", meddle)
    assert met


def held_rows(planner: Planner, held: list[int]) -> set[tuple[str, int | None, str | None]]:
    rows = (notice.row for notice in planner.notices("invitation") if notice.row.id in held)
    return {(row.state, row.claimed_by, row.reason) for row in rows}


def test_a_mail_that_left_while_its_event_was_called_off_stays_sent(claimed: tuple[Planner, int, list[int]]) -> None:
    planner, worker, held = claimed

    with sent_before(planner.database, "UPDATE notice SET state = 'cancelled'", worker, held, is_sent=True):
        planner.apply(CANCELLED)

    assert held_rows(planner, held) == {("sent", None, None)}


def test_a_body_on_its_way_while_its_notice_is_planned_anew_stays_with_its_worker(
    claimed: tuple[Planner, int, list[int]],
) -> None:
    planner, worker, held = claimed

    with sent_before(planner.database, "UPDATE notice SET\n        due_at", worker, held, is_sent=False):
        planner.apply(MOVED)

    assert held_rows(planner, held) == {("body_sent", worker, None)}


def test_whoever_is_told_while_their_event_is_called_off_is_told_so(postgresql: PostgreSql, tmp_path: Path) -> None:
    with postgresql.empty_database() as database, ThreadPoolExecutor() as threads:
        planner = Planner(tmp_path, database)
        planner.apply()
        dispatcher = Dispatcher(Delivery(database, Postbox(), VirtualClock(NOW)), new_worker(database, NOW))
        _, mails, _ = asyncio.run(dispatcher.claim())
        asyncio.run(dispatcher.write(Window(leaving=mails)))
        accepted = Window(settled=[(mail, Outcome(OutcomeKind.ACCEPTED, "250 kept")) for mail in mails])

        with database.writing() as session:
            planner.apply_in(session, CANCELLED, NOW)
            written: Future[Written] = threads.submit(lambda: asyncio.run(dispatcher.write(accepted)))
            done_or_waiting(database, written)
        asyncio.run(dispatcher.plan_again(written.result().overtaken))

        assert len(planner.notices("cancellation", state="planned")) == len(mails) == 2


@pytest.mark.parametrize("why", ["a mail was overtaken", "a day is over", "a person changed"])
def test_a_pass_that_waited_for_another_plans_what_that_one_left(
    postgresql: PostgreSql, tmp_path: Path, why: str
) -> None:
    with postgresql.empty_database() as database, ThreadPoolExecutor() as threads:
        planner = Planner(tmp_path, database)
        planner.apply()
        [event_id] = {notice.cause.event_id for notice in planner.notices() if notice.cause.event_id}
        clock = VirtualClock(NOW)
        dispatcher = Dispatcher(Delivery(database, Postbox(), clock), new_worker(database, NOW))

        with database.writing() as session:
            planner.apply_in(session, MOVED, NOW)
            passes: dict[str, Callable[[], object]] = {
                "a mail was overtaken": lambda: asyncio.run(dispatcher.plan_again({event_id})),
                "a day is over": lambda: plan_all(database, clock),
                "a person changed": lambda: rename(database),
            }
            planned = threads.submit(passes[why])
            done_or_waiting(database, planned)
        planned.result()

        planned_at_last = planner.stored()
        planner.plan_again(NOW)
        assert planned_at_last == planner.stored()


def rename(database: Database) -> None:
    with database.writing() as session:
        edit_person(session, "p3@team.example", {"name": "Participant 3"}, None, NOW)


def done_or_waiting(database: Database, task: Future[Any]) -> None:
    """Until it is done, or its transaction waits for another."""
    with database.engine.connect() as connection:
        while not task.done():
            if connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one():
                return
