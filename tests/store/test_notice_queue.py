"""The queue: a notice is in one pair of hands, and a hand that let go of it writes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session
from tests.programmes import INVITED_AT, apply_file, query, write_programme

from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.store.notice_queue import claim_due, count_unsettled, move, next_moment, release_all, release_expired

LEASE_UNTIL = INVITED_AT + timedelta(minutes=11)


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Database:
    """Two invitations are due; reminders and thanks wait."""
    apply_file(database, write_programme(tmp_path))
    return database


def claim(session: Session, token: str, limit: int = 16, now: datetime = INVITED_AT) -> list[int]:
    return claim_due(session, now, INVITED_AT, token, LEASE_UNTIL, limit)


def states(database: Database) -> list[str]:
    return [state for (state,) in query(database, "SELECT state FROM notice ORDER BY due_at, id LIMIT 2")]


def test_only_what_is_due_is_claimed_and_only_once(database: Database) -> None:
    with database.writing() as session:
        first, second = claim(session, "one", limit=1), claim(session, "two")
        third = claim(session, "three")

    assert len(first) == len(second) == 1
    assert first != second
    assert third == []


def test_claims_come_by_due_moment(database: Database) -> None:
    with database.writing() as session:
        claimed = claim(session, "one", now=INVITED_AT + timedelta(days=400))

    ordered = query(database, "SELECT id FROM notice ORDER BY due_at, id LIMIT 16")
    assert claimed == [id_ for (id_,) in ordered]


def test_who_lost_the_claim_writes_nothing(database: Database) -> None:
    with database.writing() as session:
        [notice_id] = claim(session, "one", limit=1)
        release_expired(session, LEASE_UNTIL)
        claim(session, "two", limit=1)

        assert not move(session, notice_id, "one", NoticeState.BODY_SENT)
        assert move(session, notice_id, "two", NoticeState.BODY_SENT)


def test_no_state_is_reached_along_a_way_that_does_not_exist(database: Database) -> None:
    with database.writing() as session:
        [notice_id] = claim(session, "one", limit=1)

        assert not move(session, notice_id, "one", NoticeState.SENT)
        assert move(session, notice_id, "one", NoticeState.BODY_SENT)
        assert not move(session, notice_id, "one", NoticeState.MISSED)
        assert move(session, notice_id, "one", NoticeState.SENT)
        assert not move(session, notice_id, "one", NoticeState.PLANNED)


def test_a_lease_is_kept_to_its_last_moment(database: Database) -> None:
    with database.writing() as session:
        claim(session, "one")
        release_expired(session, LEASE_UNTIL - timedelta(microseconds=1))
    assert states(database) == ["claimed", "claimed"]

    with database.writing() as session:
        release_expired(session, LEASE_UNTIL)
    assert states(database) == ["planned", "planned"]


def test_of_a_dead_worker_the_unsent_is_planned_again_and_the_sent_is_uncertain(database: Database) -> None:
    with database.writing() as session:
        _, second = claim(session, "one")
        move(session, second, "one", NoticeState.BODY_SENT)
        release_all(session)

    assert states(database) == ["planned", "uncertain"]
    assert query(database, "SELECT count(*) FROM notice WHERE claim_token IS NOT NULL") == [(0,)]


def test_a_body_sent_twice_without_an_answer_is_not_sent_a_third_time(database: Database) -> None:
    for token in ("one", "two"):
        with database.writing() as session:
            first, *_ = claim(session, token)
            move(session, first, token, NoticeState.BODY_SENT)
            release_all(session)

    assert states(database)[0] == "failed"


def test_a_deferred_notice_waits_for_its_next_try_on_real_time(database: Database) -> None:
    with database.writing() as session:
        first, _ = claim(session, "one")
        move(session, first, "one", NoticeState.DEFERRED, next_try_at=INVITED_AT + timedelta(minutes=5))

        assert first not in claim_due(session, INVITED_AT, INVITED_AT, "two", LEASE_UNTIL, 16)
        soon = INVITED_AT + timedelta(minutes=5)
        assert claim_due(session, INVITED_AT, soon, "two", LEASE_UNTIL, 16) == [first]


def test_the_next_moment_is_the_earliest_at_which_something_may_leave(database: Database) -> None:
    with database.writing() as session:
        assert next_moment(session) == INVITED_AT
        for notice_id in claim(session, "one"):
            move(session, notice_id, "one", NoticeState.DEFERRED, next_try_at=INVITED_AT + timedelta(minutes=5))
        assert next_moment(session) == INVITED_AT + timedelta(minutes=5)
        for notice_id in claim_due(session, INVITED_AT, LEASE_UNTIL, "two", LEASE_UNTIL, 16):
            move(session, notice_id, "two", NoticeState.FAILED)
        assert next_moment(session) == datetime(2020, 1, 13, 2, 0, tzinfo=UTC)


def test_what_is_in_somebodys_hands_or_uncertain_is_unsettled(database: Database) -> None:
    with database.writing() as session:
        assert count_unsettled(session, INVITED_AT) == 0
        first, second = claim(session, "one")
        assert count_unsettled(session, INVITED_AT) == 2
        move(session, first, "one", NoticeState.BODY_SENT)
        move(session, second, "one", NoticeState.DEFERRED, next_try_at=LEASE_UNTIL)
        release_all(session)
        assert count_unsettled(session, INVITED_AT) == 1
