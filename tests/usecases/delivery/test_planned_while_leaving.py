"""A planning pass while bodies leave, on PostgreSQL: it never touches what has left, and knows who was told."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlmodel import Session, col, select
from tests.postgresql import PostgreSql
from tests.programmes import Postbox, new_worker
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import MEETING, NOW, TRAINING, Planner

from convene.model.notice import NoticePart
from convene.programme_file.document import PersonEntry
from convene.programme_file.edits.moved_event import Move
from convene.rules.notice_states import NoticeState
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import Database
from convene.store.delivery_records import bodies_leave, record_sent, write_text
from convene.store.notice_queue import claim_due
from convene.store.programme_rows import hold_programme, person_at
from convene.store.worker_rows import register_worker
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.dispatcher import Dispatcher
from convene.usecases.delivery.make_mail import DueMail, Stopped
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.delivery.record_delivery import Window, Written, write_window
from convene.usecases.events.add_event import add_event
from convene.usecases.events.edit_event import Edit, edit_event
from convene.usecases.events.move_event import move_event
from convene.usecases.events.set_event_aside import postpone_event
from convene.usecases.people.edit_person import edit_person
from convene.usecases.people.import_people import take_people
from convene.usecases.people.unsubscribe_person import subscribe_again, unsubscribe_person
from convene.worker.run_worker import plan_all

MOVED = MEETING.replace("2020-01-20", "2020-01-22")
NEW = {"kind": ["meeting"], "title": ["New"], "days": ["Mon 2020-01-27 09:00-11:00"], "invite": ["team"]}
ON_ONE_DATE = "".join(
    event.replace("2020-01-20", "2020-01-22") + "    reminders: [1 day before at 09:00]\n"
    for event in (MEETING, TRAINING)
)
DIGEST_DUE = utc(2020, 1, 21, 2)
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
def sent_meanwhile(database: Database, worker: int, held: list[int], *, is_sent: bool) -> Iterator[None]:
    """The bodies leave on another connection, after the planner has looked at them and before it holds them."""
    met: list[str] = []

    def meddle(_connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if "FOR NO KEY UPDATE" in sql and not met:
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


def parts(database: Database, held: list[int]) -> set[tuple[int, int]]:
    """The reminders that the digests `held` stand for: notice and cause."""
    with database.reading() as session:
        found = session.exec(select(NoticePart).where(col(NoticePart.notice_id).in_(held)))
        return {(part.notice_id, part.cause_id) for part in found}


def test_a_mail_that_left_while_its_event_was_called_off_stays_sent(claimed: tuple[Planner, int, list[int]]) -> None:
    planner, worker, held = claimed

    with sent_meanwhile(planner.database, worker, held, is_sent=True):
        planner.apply(CANCELLED)

    assert held_rows(planner, held) == {("sent", None, None)}


def test_a_body_on_its_way_while_its_notice_is_planned_anew_stays_with_its_worker(
    claimed: tuple[Planner, int, list[int]],
) -> None:
    planner, worker, held = claimed

    with sent_meanwhile(planner.database, worker, held, is_sent=False):
        planner.apply(MOVED)

    assert held_rows(planner, held) == {("body_sent", worker, None)}


def test_a_digest_that_left_while_reminders_joined_it_keeps_its_parts_and_they_leave_in_another(
    postgresql: PostgreSql, tmp_path: Path
) -> None:
    more = ON_ONE_DATE.replace("dac-3:", "third:").replace("tot-2:", "fourth:")
    with postgresql.empty_database() as database:
        planner = Planner(tmp_path, database)
        planner.apply(ON_ONE_DATE)
        planner.send_due(NOW)
        with database.recording_connection() as connection:
            worker = register_worker(connection, "host", 1, DIGEST_DUE)
            held = sorted(claim_due(connection, worker, DIGEST_DUE, DIGEST_DUE, 100))
        told = parts(database, held)

        with sent_meanwhile(database, worker, held, is_sent=True):
            planner.apply(ON_ONE_DATE + more, DIGEST_DUE)
        planner.plan_again(DIGEST_DUE)

        assert parts(database, held) == told
        assert planner.due("digest") == ["2020-01-21T09:00:00"]


def test_whoever_is_told_while_their_event_is_called_off_is_told_so(postgresql: PostgreSql, tmp_path: Path) -> None:
    with postgresql.empty_database() as database, ThreadPoolExecutor() as threads:
        planner = Planner(tmp_path, database)
        planner.apply()
        dispatcher = Dispatcher(Delivery(database, Postbox(), VirtualClock(NOW)), new_worker(database, NOW))
        mails, _ = asyncio.run(dispatcher.claim())
        asyncio.run(dispatcher.write(Window(leaving=mails)))
        accepted = Window(settled=[(mail, Outcome(OutcomeKind.ACCEPTED, "250 kept")) for mail in mails])

        with database.writing() as session:
            planner.apply_in(session, CANCELLED, NOW)
            written: Future[Written] = threads.submit(lambda: asyncio.run(dispatcher.write(accepted)))
            done_or_waiting(database, written)
        assert written.result().overtaken

        assert len(planner.notices("cancellation", state="planned")) == len(mails) == 2


@pytest.mark.parametrize(
    "why",
    [
        "a mail was overtaken",
        "a day is over",
        "a person changed",
        "people are imported",
        "a person comes back",
        "an event is edited",
        "an event is moved",
        "an event is postponed",
        "an event is added",
        "a file is applied",
    ],
)
def test_a_pass_that_waited_for_another_plans_what_that_one_left(
    postgresql: PostgreSql, tmp_path: Path, why: str
) -> None:
    with postgresql.empty_database() as database, ThreadPoolExecutor() as threads:
        planner = Planner(tmp_path, database)
        planner.apply()
        with database.writing() as session:
            unsubscribe_person(session, person_at(session, "p2@team.example"), None, NOW)
        clock = VirtualClock(NOW)
        dispatcher = Dispatcher(Delivery(database, Postbox(), clock), new_worker(database, NOW))
        mails, _ = asyncio.run(dispatcher.claim())
        asyncio.run(dispatcher.write(Window(leaving=mails)))
        arrived = Window(settled=[(mail, Outcome(OutcomeKind.ACCEPTED, "250 kept")) for mail in mails])

        with database.writing() as session:
            planner.apply_in(session, MOVED, NOW)
            passes: dict[str, Callable[[], object]] = {
                "a mail was overtaken": lambda: asyncio.run(dispatcher.write(arrived)),
                "a day is over": lambda: plan_all(database, clock),
                **commands(planner),
            }
            planned = threads.submit(passes[why])
            done_or_waiting(database, planned)
        planned.result()

        planned_at_last = planner.stored()
        planner.plan_again(NOW)
        assert planned_at_last == planner.stored()


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("gate", [0, 1])
def test_a_pass_and_a_window_that_want_the_same_notices_never_wait_for_each_other(
    postgresql: PostgreSql, tmp_path: Path, first: int, gate: int
) -> None:
    with postgresql.empty_database() as database, ThreadPoolExecutor() as threads:
        planner, worker, mails = claimed_mails(database, tmp_path)
        known_texts = write_texts(database, mails)
        window = Window(stopped=[put_off(mails[first])], leaving=[mails[1 - first]])

        with database.recording_connection() as connection:
            # Both begin while one of the notices is held: each takes what it can, and waits for the rest.
            connection.execute(text("SELECT id FROM notice WHERE id = :id FOR UPDATE"), {"id": mails[gate].notice_id})
            planned = threads.submit(planner.apply, MOVED)
            done_or_waiting(database, planned)
            written = threads.submit(write, database, worker, window, known_texts)
            done_or_waiting(database, written, waiting=2)

        assert planned.result().planned.changed
        assert written.result().version


def test_a_window_waits_for_a_pass_with_no_notice_in_hand(postgresql: PostgreSql, tmp_path: Path) -> None:
    with postgresql.empty_database() as database, ThreadPoolExecutor() as threads:
        planner, worker, [first, second] = claimed_mails(database, tmp_path)

        with database.writing() as session:
            hold_programme(session, first.notice.why.programme_id)
            window = Window(stopped=[put_off(first)], leaving=[second])
            written = threads.submit(write, database, worker, window, {})
            done_or_waiting(database, written)
            applied = planner.apply_in(session, MOVED, NOW)

        assert applied.planned.changed
        assert written.result().leaving == frozenset()


def claimed_mails(database: Database, folder: Path) -> tuple[Planner, int, list[DueMail]]:
    """A worker holds the two invitations to the meeting; the mails by number of the notice."""
    planner, worker = Planner(folder, database), new_worker(database, NOW)
    planner.apply()
    mails, _ = asyncio.run(Dispatcher(Delivery(database, Postbox(), VirtualClock(NOW)), worker).claim())
    return planner, worker, sorted(mails, key=lambda mail: mail.notice_id)


def write_texts(database: Database, mails: list[DueMail]) -> dict[str, int]:
    """As if mails of the same words had left before: the rows by digest."""
    with database.recording_connection() as connection:
        return {mail.text.digest: write_text(connection, mail.text.row, mail.text.tells) for mail in mails if mail.text}


def write(database: Database, worker: int, window: Window, texts: dict[str, int]) -> Written:
    """As a worker does, but once: it would try again where PostgreSQL ended its transaction."""
    with database.recording_connection() as connection:
        return write_window(connection, worker, window, texts, NOW, NOW)


def put_off(mail: DueMail) -> Stopped:
    return Stopped(mail.notice, NoticeState.DEFERRED, last_error="it cannot be built", tries=1)


def commands(planner: Planner) -> dict[str, Callable[[], object]]:
    """Commands that change something else than what `MOVED` does, each in a transaction of its own."""
    changes: dict[str, Callable[[Session], object]] = {
        "a person changed": lambda session: edit_person(session, "p1@team.example", {"name": "One"}, None, NOW),
        "people are imported": lambda session: take_people(session, [PersonEntry("p1@team.example")], None, NOW),
        "a person comes back": lambda session: subscribe_again(
            session, person_at(session, "p2@team.example"), None, NOW
        ),
        "an event is edited": lambda session: edit_event(session, "dac-3", Edit({"title": ["en=Other"]}), NOW),
        "an event is moved": lambda session: move_event(session, "dac-3", Move(keys=[("to", "12:30")]), NOW),
        "an event is postponed": lambda session: postpone_event(session, "dac-3", (), NOW),
        "an event is added": lambda session: add_event(session, "sgra/new", NEW, NOW),
        "a file is applied": lambda session: planner.apply_in(session, MOVED + TRAINING, NOW),
    }

    def in_a_transaction(change: Callable[[Session], object]) -> None:
        with planner.database.writing() as session:
            change(session)

    return {why: partial(in_a_transaction, change) for why, change in changes.items()}


def done_or_waiting(database: Database, task: Future[Any], waiting: int = 1) -> None:
    """Until it is done, or so many transactions wait for another."""
    with database.engine.connect() as connection:
        while not task.done():
            if connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one() >= waiting:
                return
