"""The worker: it takes over what a dead one left, sends what is due, and ends when nothing is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.programmes import INVITED_AT, MEETING, PEOPLE, apply_file, query, small_database, write_programme
from tests.smtp_inbox import DROP, Inbox, listening_inbox

from convene.mail.smtp import SmtpRelay
from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.store.notice_queue import claim_due, move
from convene.usecases.deliver_notices import Delivered, Delivery
from convene.worker.run_worker import plan_all, run_until_idle
from convene.worker.system_clock import FrozenClock

FAR_AWAY = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Two invitations are due."""
    with small_database(tmp_path) as opened:
        apply_file(opened, write_programme(tmp_path))
        yield opened


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


def work(database: Database, inbox: Inbox, now: datetime = INVITED_AT) -> list[Delivered]:
    passes: list[Delivered] = []
    run_until_idle(Delivery(database, SmtpRelay(inbox.server), FrozenClock(now)), passes.append, lambda: None)
    return passes


def states(tmp_path: Path, *, due_until: str = "2020-01-06 23") -> list[str]:
    sql = "SELECT state FROM notice WHERE due_at < ? ORDER BY id"
    return [state for (state,) in query(tmp_path / "convene.db", sql, due_until)]


def test_it_sends_what_is_due_and_ends(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    [first] = work(database, inbox)

    assert (first.claimed, first.states) == (2, {NoticeState.SENT: 2})
    assert work(database, inbox) == []
    assert len(inbox.mails) == 2


def test_many_mails_go_over_one_connection_in_batches(tmp_path: Path, inbox: Inbox) -> None:
    people = [PEOPLE[0], *(f"participant{number}@union-kh.example,,KH,en,,members" for number in range(40))]
    with small_database(tmp_path / "many") as database:
        apply_file(database, write_programme(tmp_path / "many", people=people))

        passes = work(database, inbox)

    assert [one.claimed for one in passes] == [16, 16, 8]
    assert len({mail.recipient for mail in inbox.mails}) == 40
    assert inbox.connections == 1


def test_claims_of_a_dead_worker_are_taken_over_at_once(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    with database.writing() as session:
        claim_due(session, INVITED_AT, INVITED_AT, "dead", FAR_AWAY, 16)

    work(database, inbox)

    assert states(tmp_path) == ["sent", "sent"]
    assert len(inbox.mails) == 2


def test_what_a_dead_worker_had_half_sent_is_repeated_with_its_mark(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    with database.writing() as session:
        half_sent, _ = claim_due(session, INVITED_AT, INVITED_AT, "dead", FAR_AWAY, 16)
        move(session, half_sent, "dead", NoticeState.BODY_SENT, message_id="<x@organiser.example>")
        session.connection().exec_driver_sql(
            "INSERT INTO message (notice_id, body, sha256, composed_at) VALUES (?, ?, '', '2020-01-06 03:00:00')",
            (half_sent, b"Subject: the very same bytes\r\n\r\n"),
        )

    work(database, inbox)

    assert b"Subject: the very same bytes\r\n\r\n" in inbox.bodies
    assert query(tmp_path / "convene.db", "SELECT state, uncertain FROM notice WHERE id = ?", half_sent) == [
        ("sent", 1)
    ]


def test_an_uncertain_notice_is_settled_before_it_ends(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    inbox.answers("BODY", DROP)

    work(database, inbox)

    assert states(tmp_path) == ["sent", "sent"]
    assert len(inbox.mails) == 3


def test_neither_a_deferred_nor_a_failed_notice_holds_it(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    inbox.answers("RCPT", "451 4.3.0 later", "550 5.1.1 no such user")

    work(database, inbox)

    assert sorted(states(tmp_path)) == ["deferred", "failed"]


def test_nobody_gets_a_mail_twice_however_often_it_runs(database: Database, inbox: Inbox) -> None:
    for day in range(20):
        work(database, inbox, INVITED_AT + timedelta(days=day))

    received = [(mail.recipient, mail.body) for mail in inbox.mails]
    assert len(received) == len(set(received)) == 8


def test_the_daily_pass_changes_nothing_where_nothing_changed(database: Database, tmp_path: Path) -> None:
    before = query(tmp_path / "convene.db", "SELECT * FROM notice ORDER BY id")

    plan_all(database, FrozenClock(INVITED_AT + timedelta(days=1)))

    assert query(tmp_path / "convene.db", "SELECT * FROM notice ORDER BY id") == before


def test_a_move_is_corrected_by_the_worker_when_the_hold_is_over(
    database: Database, inbox: Inbox, tmp_path: Path
) -> None:
    work(database, inbox)
    moved_at = INVITED_AT + timedelta(days=1)
    apply_file(database, write_programme(tmp_path, MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21")), moved_at)

    assert work(database, inbox, moved_at) == []
    [correction] = work(database, inbox, moved_at + timedelta(minutes=10))

    assert correction.states == {NoticeState.SENT: 2}
