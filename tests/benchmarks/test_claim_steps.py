"""Claiming and marking: convene and plain sqlite3 do the same work to the same notices."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from benchmarks.claim_steps import BATCH, claim_and_mark, fill, measure, put_back
from tests.programmes import database_file, query

from convene.store.database import Database, open_database

PENDING, CLAIMS = 1_000, 3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return database_file(tmp_path)


@pytest.fixture
def filled(path: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{path}")) as database:
        fill(database, path, PENDING, CLAIMS * BATCH)
        yield database


def test_all_notices_wait_and_they_are_due_in_another_order_than_that_of_their_numbers(filled: Database) -> None:
    assert query(filled, "SELECT count(*) FROM notice WHERE state = 'planned'") == [(PENDING,)]
    by_moment = query(filled, "SELECT id FROM notice ORDER BY due_at, id LIMIT 300")
    assert by_moment != sorted(by_moment)


def test_a_round_marks_what_is_due_first_and_what_it_wrote_is_put_back(filled: Database, path: Path) -> None:
    before = query(filled, "SELECT * FROM notice ORDER BY id")

    claim_and_mark(filled, CLAIMS)

    sent = query(filled, "SELECT id FROM notice WHERE state = 'sent' ORDER BY due_at, id")
    assert sent == query(filled, "SELECT id FROM kept ORDER BY due_at, id")
    assert put_back(path) == CLAIMS * BATCH
    assert query(filled, "SELECT * FROM notice ORDER BY id") == before


def test_both_are_measured_in_every_round_at_every_size(tmp_path: Path) -> None:
    measured = measure(tmp_path, [PENDING, 2 * PENDING], rounds=2, claims=CLAIMS)

    assert {name: len(values) for name, values in measured.items()} == {
        ("convene", PENDING): 2,
        ("plain sqlite3", PENDING): 2,
        ("convene", 2 * PENDING): 2,
        ("plain sqlite3", 2 * PENDING): 2,
    }
