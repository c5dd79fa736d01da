"""Workers: who lives, and that two of them never hold the same notice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.postgresql import PostgreSql
from tests.programmes import INVITED_AT, PEOPLE, apply_file, new_worker, query, write_programme

from convene.store.database import Database
from convene.store.notice_queue import claim_due
from convene.store.worker_rows import (
    end_worker,
    last_moment_on_record,
    living_workers,
    note_trouble,
    register_worker,
    release_from_the_dead,
    renew_lease,
    some_are_dead,
    worker_state,
)

MINUTE = timedelta(minutes=1)
PEOPLE_IN_ALL = 200


def test_a_worker_has_a_number_that_is_never_given_again(database: Database) -> None:
    numbers = []
    for _ in range(3):
        with database.recording_connection() as connection:
            numbers.append(register_worker(connection, "host", 1, INVITED_AT))
            end_worker(connection, numbers[-1])

    assert len(set(numbers)) == 3


def test_a_sign_of_life_of_a_worker_that_was_buried_is_refused(database: Database) -> None:
    worker = new_worker(database, INVITED_AT)
    with database.recording_connection() as connection:
        assert renew_lease(connection, worker, 60, INVITED_AT, INVITED_AT)
        assert worker_state(connection, worker).is_alive
        end_worker(connection, worker)
        assert not renew_lease(connection, worker, 60, INVITED_AT, INVITED_AT)
        assert not worker_state(connection, worker).is_alive


def test_trouble_keeps_the_moment_at_which_it_began(database: Database) -> None:
    worker = new_worker(database, INVITED_AT)
    with database.recording_connection() as connection:
        for minutes in range(3):
            note_trouble(connection, worker, "nobody answers", INVITED_AT + minutes * MINUTE)
    assert query(database, "SELECT relay_trouble, relay_trouble_since FROM worker") == [
        ("nobody answers", "2020-01-06 03:00:00.000000")
    ]

    with database.recording_connection() as connection:
        note_trouble(connection, worker, None, INVITED_AT)
    assert query(database, "SELECT relay_trouble, relay_trouble_since FROM worker") == [(None, None)]


def test_the_last_moment_on_record_is_that_of_the_last_look(database: Database) -> None:
    with database.reading() as session:
        assert last_moment_on_record(session) is None
    worker = new_worker(database, INVITED_AT)
    with database.recording_connection() as connection:
        renew_lease(connection, worker, 60, INVITED_AT + MINUTE, INVITED_AT)
    with database.reading() as session:
        assert last_moment_on_record(session) == INVITED_AT + MINUTE


@pytest.fixture
def shared(postgresql: PostgreSql, tmp_path: Path) -> Iterator[Database]:
    """A database of a server, with many notices that are due."""
    with postgresql.empty_database() as database:
        people = [PEOPLE[0], *(f"p{number}@union-kh.example,,KH,en,,members" for number in range(PEOPLE_IN_ALL))]
        apply_file(database, write_programme(tmp_path, people=people))
        yield database


def test_two_workers_at_once_never_take_the_same_notice(shared: Database) -> None:
    workers = [new_worker(shared, INVITED_AT) for _ in range(2)]

    def claim_all(worker: int) -> int:
        total, claimed = 0, {0}
        while claimed:
            with shared.recording_connection() as connection:
                claimed = claim_due(connection, worker, INVITED_AT, INVITED_AT, 7)
            total += len(claimed)
        return total

    with ThreadPoolExecutor(2) as both:
        counts = list(both.map(claim_all, workers))

    assert sum(counts) == PEOPLE_IN_ALL
    held = query(shared, "SELECT claimed_by, count(*) FROM notice WHERE state = 'claimed' GROUP BY 1 ORDER BY 1")
    assert held == [(worker, count) for worker, count in zip(workers, counts, strict=True) if count]


def test_what_one_worker_is_claiming_another_does_not_wait_for(shared: Database) -> None:
    one, two = (new_worker(shared, INVITED_AT) for _ in range(2))
    with shared.recording_connection() as mine, shared.recording_connection() as theirs:
        assert len(claim_due(mine, one, INVITED_AT, INVITED_AT, PEOPLE_IN_ALL - 1)) == PEOPLE_IN_ALL - 1
        assert len(claim_due(theirs, two, INVITED_AT, INVITED_AT, PEOPLE_IN_ALL)) == 1


def test_a_lease_that_ran_out_on_the_databases_own_time_is_a_death(shared: Database) -> None:
    dead, living = (new_worker(shared, INVITED_AT) for _ in range(2))
    for worker in (dead, living):
        with shared.recording_connection() as connection:
            claim_due(connection, worker, INVITED_AT, INVITED_AT, 5)
    with shared.recording_connection() as connection:
        assert (living_workers(connection), some_are_dead(connection)) == (2, False)
        renew_lease(connection, dead, -1, INVITED_AT, INVITED_AT)
    with shared.recording_connection() as connection:
        assert (living_workers(connection), some_are_dead(connection)) == (1, True)
        release_from_the_dead(connection)
        assert not some_are_dead(connection)

    assert query(shared, "SELECT DISTINCT claimed_by FROM notice WHERE claimed_by IS NOT NULL") == [(living,)]
