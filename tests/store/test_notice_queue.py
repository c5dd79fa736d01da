"""The queue: a notice is in one pair of hands, and a hand that let go of it writes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from tests.programmes import INVITED_AT, apply_file, new_worker, query, write_programme

from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.store.delivery_records import become, bodies_leave, record_sent
from convene.store.notice_queue import (
    claim_due,
    count_in_hand,
    give_back,
    next_due,
    next_moment,
    something_is_due,
)
from convene.store.pauses import add_pause
from convene.store.programme_rows import programme_named, row_id
from convene.store.worker_rows import release_from_the_dead

IN_FIVE_MINUTES = INVITED_AT + timedelta(minutes=5)
LAPSE = "UPDATE worker SET lease_until = '2000-01-01 00:00:00.000000' WHERE id = {}"


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Database:
    """Two invitations are due; reminders and thanks wait."""
    apply_file(database, write_programme(tmp_path))
    return database


@pytest.fixture
def one(database: Database) -> int:
    """A worker that lives."""
    return new_worker(database, INVITED_AT)


@pytest.fixture
def two(database: Database) -> int:
    """Another one."""
    return new_worker(database, INVITED_AT)


def claim(
    connection: Connection, worker: int, limit: int = 16, now: datetime = INVITED_AT, real: datetime = INVITED_AT
) -> list[int]:
    """Claim, and what was claimed: what the worker holds now and did not before."""
    before = held_by(connection, worker)
    said = claim_due(connection, worker, now, real, limit)
    claimed = [notice_id for notice_id in held_by(connection, worker) if notice_id not in before]
    assert set(claimed) == said
    return claimed


def held_by(connection: Connection, worker: int) -> list[int]:
    sql = f"SELECT id FROM notice WHERE claimed_by = {worker} ORDER BY due_at, id"
    return [notice_id for (notice_id,) in connection.exec_driver_sql(sql)]


def die(connection: Connection, *workers: int) -> None:
    """Their leases run out, or (SQLite) another one holds the lock file; whoever looks takes their claims."""
    for worker in workers:
        gone = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(f"DELETE FROM worker WHERE id = {worker}" if gone else LAPSE.format(worker))
    release_from_the_dead(connection)


def states(database: Database) -> list[str]:
    return [state for (state,) in query(database, "SELECT state FROM notice ORDER BY due_at, id LIMIT 2")]


def test_only_what_is_due_is_claimed_and_only_once(database: Database, one: int, two: int) -> None:
    with database.recording_connection() as connection:
        first, second = claim(connection, one, limit=1), claim(connection, two)
        third = claim(connection, one)

    assert len(first) == len(second) == 1
    assert first != second
    assert third == []


def test_a_claim_takes_no_more_than_its_limit_whatever_the_database_believes(database: Database, one: int) -> None:
    """PostgreSQL measures a table when it likes: here, while nothing waits."""
    with database.recording_connection() as connection:
        connection.exec_driver_sql("UPDATE notice SET state = 'sent'")
        connection.exec_driver_sql("ANALYZE notice")
        connection.exec_driver_sql("UPDATE notice SET state = 'planned'")

        claimed = claim(connection, one, limit=1)

    assert len(claimed) == 1


def test_claims_come_by_due_moment(database: Database, one: int) -> None:
    the_day_before = INVITED_AT + timedelta(days=13)
    first_six = [notice_id for (notice_id,) in query(database, "SELECT id FROM notice ORDER BY due_at, id LIMIT 6")]

    with database.recording_connection() as connection:
        claimed = [notice_id for _ in first_six for notice_id in claim(connection, one, limit=1, now=the_day_before)]

    assert claimed == first_six


def test_what_is_of_no_use_any_more_is_not_claimed(database: Database, one: int) -> None:
    with database.recording_connection() as connection:
        claimed = claim(connection, one, now=INVITED_AT + timedelta(days=400))

    assert claimed == []


def test_who_lost_the_claim_writes_nothing(database: Database, one: int, two: int) -> None:
    with database.recording_connection() as connection:
        [notice_id] = claim(connection, one, limit=1)
        die(connection, one)
        assert claim(connection, two, limit=1) == [notice_id]

        assert bodies_leave(connection, one, [notice_id]) == set()
        become(connection, one, notice_id, NoticeState.FAILED)
        give_back(connection, one, [notice_id])
        assert bodies_leave(connection, two, [notice_id]) == {notice_id}
        record_sent(connection, one, [notice_id], INVITED_AT)

    assert states(database)[0] == "body_sent"


def test_no_state_is_reached_along_a_way_that_does_not_exist(database: Database, one: int) -> None:
    with database.recording_connection() as connection:
        [notice_id] = claim(connection, one, limit=1)

        record_sent(connection, one, [notice_id], INVITED_AT)  # its body has not left
        become(connection, one, notice_id, NoticeState.UNCERTAIN)
        assert states_in(connection) == ["claimed"]
        assert bodies_leave(connection, one, [notice_id]) == {notice_id}
        become(connection, one, notice_id, NoticeState.MISSED)
        become(connection, one, notice_id, NoticeState.CANCELLED)
        assert states_in(connection) == ["body_sent"]
        record_sent(connection, one, [notice_id], INVITED_AT)
        give_back(connection, one, [notice_id])
        become(connection, one, notice_id, NoticeState.FAILED)
        assert bodies_leave(connection, one, [notice_id]) == set()
        assert states_in(connection) == ["sent"]


def states_in(connection: Connection) -> list[str]:
    return [state for (state,) in connection.exec_driver_sql("SELECT state FROM notice ORDER BY due_at, id LIMIT 1")]


def test_recording_a_success_twice_counts_one_try(database: Database, one: int) -> None:
    with database.recording_connection() as connection:
        [notice_id] = claim(connection, one, limit=1)
        bodies_leave(connection, one, [notice_id])
        for later in (0, 5):
            record_sent(connection, one, [notice_id], INVITED_AT + timedelta(minutes=later))

    assert query(database, "SELECT attempts, sent_at FROM notice WHERE state = 'sent'") == [
        (1, "2020-01-06 03:00:00.000000")
    ]


def test_what_was_not_begun_waits_again(database: Database, one: int, two: int) -> None:
    with database.recording_connection() as connection:
        claimed = claim(connection, one)
        give_back(connection, one, claimed)

        assert claim(connection, two) == claimed
    assert query(database, "SELECT DISTINCT attempts FROM notice") == [(0,)]


def test_of_a_dead_worker_the_unsent_is_planned_again_and_the_sent_is_uncertain(database: Database, one: int) -> None:
    with database.recording_connection() as connection:
        _, second = claim(connection, one)
        bodies_leave(connection, one, [second])
        die(connection, one)

    assert states(database) == ["planned", "uncertain"]
    assert query(database, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]


def test_a_body_sent_twice_without_an_answer_is_not_sent_a_third_time(database: Database, one: int, two: int) -> None:
    for worker in (one, two):
        with database.recording_connection() as connection:
            first, *_ = claim(connection, worker)
            bodies_leave(connection, worker, [first])
            die(connection, worker)

    assert states(database)[0] == "failed"
    assert query(database, "SELECT attempts, uncertain FROM notice WHERE state = 'failed'") == [(2, True)]


def test_a_deferred_notice_waits_for_its_next_try_on_real_time(database: Database, one: int) -> None:
    with database.recording_connection() as connection:
        first, _ = claim(connection, one)
        become(connection, one, first, NoticeState.DEFERRED, next_try_at=IN_FIVE_MINUTES)

        assert claim(connection, one, now=INVITED_AT + timedelta(hours=1)) == []
        assert not something_is_due(connection, INVITED_AT, INVITED_AT)
        assert something_is_due(connection, INVITED_AT, IN_FIVE_MINUTES)
        assert claim(connection, one, real=IN_FIVE_MINUTES) == [first]


def test_the_next_moment_is_the_earliest_at_which_something_may_leave(database: Database, one: int) -> None:
    assert moments(database) == (INVITED_AT, datetime(2020, 1, 13, 2, 0, tzinfo=UTC))
    with database.recording_connection() as connection:
        for notice_id in claim(connection, one):
            become(connection, one, notice_id, NoticeState.DEFERRED, next_try_at=IN_FIVE_MINUTES)
    assert moments(database)[0] == IN_FIVE_MINUTES
    with database.recording_connection() as connection:
        for notice_id in claim(connection, one, real=IN_FIVE_MINUTES):
            become(connection, one, notice_id, NoticeState.FAILED)
    assert moments(database)[0] == datetime(2020, 1, 13, 2, 0, tzinfo=UTC)


def moments(database: Database) -> tuple[datetime | None, datetime | None]:
    """The next moment at all, and the next due moment after the invitations."""
    with database.reading() as session:
        return next_moment(session), next_due(session, INVITED_AT)


def test_a_worker_is_not_idle_while_something_is_in_hand_or_may_be_repeated(database: Database, one: int) -> None:
    assert in_hand_and_due(database) == (0, True)
    with database.recording_connection() as connection:
        first, second = claim(connection, one)
    assert in_hand_and_due(database) == (2, False)
    with database.recording_connection() as connection:
        bodies_leave(connection, one, [first])
        become(connection, one, second, NoticeState.DEFERRED, next_try_at=IN_FIVE_MINUTES)
        become(connection, one, first, NoticeState.UNCERTAIN, uncertain=True, next_try_at=IN_FIVE_MINUTES)
    assert in_hand_and_due(database) == (0, False)
    assert in_hand_and_due(database, IN_FIVE_MINUTES) == (0, True)


def in_hand_and_due(database: Database, real_now: datetime = INVITED_AT) -> tuple[int, bool]:
    with database.recording_connection() as connection:
        return count_in_hand(connection), something_is_due(connection, INVITED_AT, real_now)


def test_what_a_pause_holds_is_not_due(database: Database, one: int) -> None:
    with database.writing() as session:
        add_pause(session, "the operator", INVITED_AT, row_id(programme_named(session, "small")))

    assert in_hand_and_due(database) == (0, False)


def test_while_all_is_paused_nothing_is_claimed(database: Database, one: int) -> None:
    with database.writing() as session:
        add_pause(session, "the operator", INVITED_AT)

    with database.recording_connection() as connection:
        assert claim(connection, one) == []


def test_a_paused_programme_waits_and_the_others_go_on(database: Database, one: int, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path / "other", programme="other"))
    with database.writing() as session:
        paused = row_id(programme_named(session, "other"))
        add_pause(session, "the operator", INVITED_AT, paused)

    with database.recording_connection() as connection:
        assert len(claim(connection, one)) == 2

    sql = (
        "SELECT slug, state FROM notice JOIN cause ON cause.id = cause_id JOIN programme ON programme.id ="
        " cause.programme_id WHERE kind = 'invitation' ORDER BY notice.id"
    )
    assert query(database, sql) == [("small", "claimed")] * 2 + [("other", "planned")] * 2
