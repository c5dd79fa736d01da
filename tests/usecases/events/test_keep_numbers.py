"""A number in a series is given once: neither renumbering, cancelling nor deleting frees what people know."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.programmes import INVITED_AT, all_rows, apply_file, query, send_due, write_programme

from convene.errors import ConflictError
from convene.store.database import Database

SERIES = "series:\n  dac: {kind: committee-meeting, title: {en: Advisory Committee}}\n"
LATER = INVITED_AT + timedelta(days=1)
AFTERWARDS = INVITED_AT + timedelta(days=60)


def meeting(name: str, number: int, more: str = "", on: str = "2020-01-20") -> str:
    return f"  {name}: {{series: dac, number: {number}, days: [{{on: {on}, from: 09:00}}], invite: [members]{more}}}\n"


def apply(database: Database, folder: Path, *events: str, now: datetime = INVITED_AT) -> None:
    apply_file(database, write_programme(folder, "".join(events), keys=SERIES), now)


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Database:
    """Both people were invited to the third meeting."""
    apply(database, tmp_path, meeting("dac-3", 3))
    asyncio.run(send_due(database, INVITED_AT))
    return database


def test_the_number_of_a_cancelled_event_is_not_given_again(told: Database, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match='Number 3 of dac stays with "dac-3"') as refused:
        apply(told, tmp_path, meeting("dac-3", 5, ", status: cancelled"), meeting("dac-4", 3), now=LATER)

    assert refused.value.exit_code == 4


def test_a_number_stays_taken_after_its_event_was_renumbered(told: Database, tmp_path: Path) -> None:
    apply(told, tmp_path, meeting("dac-3", 5), now=LATER)
    before = all_rows(told)

    with pytest.raises(ConflictError, match='Number 3 of dac stays with "dac-3"'):
        apply(told, tmp_path, meeting("dac-3", 5), meeting("dac-4", 3), now=LATER)

    assert all_rows(told) == before


def test_an_event_may_take_its_own_number_back(told: Database, tmp_path: Path) -> None:
    apply(told, tmp_path, meeting("dac-3", 5), now=LATER)
    apply(told, tmp_path, meeting("dac-3", 3), now=LATER)

    assert query(told, "SELECT number FROM event") == [(3,)]


def test_a_renamed_event_keeps_its_number(told: Database, tmp_path: Path) -> None:
    apply(told, tmp_path, meeting("third", 3, ", was: dac-3"), now=LATER)

    assert query(told, "SELECT slug, number FROM event") == [("third", 3)]


def test_two_events_that_people_know_do_not_swap_numbers(database: Database, tmp_path: Path) -> None:
    apply(database, tmp_path, meeting("one", 1), meeting("two", 2))
    asyncio.run(send_due(database, INVITED_AT))

    with pytest.raises(ConflictError, match="stays with"):
        apply(database, tmp_path, meeting("one", 2), meeting("two", 1), now=LATER)


def test_a_number_that_nobody_was_told_is_free(database: Database, tmp_path: Path) -> None:
    apply(database, tmp_path, meeting("dac-3", 3))
    apply(database, tmp_path, meeting("dac-3", 5), now=LATER)
    apply(database, tmp_path, meeting("dac-3", 5), meeting("dac-4", 3), now=LATER)

    assert query(database, "SELECT count(*) FROM seriesnumber") == [(0,)]


def test_the_number_of_a_held_event_stays_though_it_is_deleted_before_anybody_was_told(
    database: Database, tmp_path: Path
) -> None:
    apply(database, tmp_path, meeting("dac-3", 3))
    apply(database, tmp_path, meeting("other", 9, on="2020-05-04"), now=AFTERWARDS)

    with pytest.raises(ConflictError, match='stays with "dac-3"'):
        apply(database, tmp_path, meeting("other", 3, on="2020-05-04"), now=AFTERWARDS)
    apply(database, tmp_path, meeting("dac-3", 3), meeting("other", 9, on="2020-05-04"), now=AFTERWARDS)

    assert query(database, "SELECT slug, number FROM event ORDER BY 2") == [("dac-3", 3), ("other", 9)]


def test_a_cohort_shares_the_number_of_its_source_and_keeps_it_taken(database: Database, tmp_path: Path) -> None:
    draft = meeting("dac-3", 3, ", status: draft")
    cohort = "  second: {same_as: dac-3, cohort: second team, starts: 2020-02-03, invite: [members]}\n"
    apply(database, tmp_path, draft, cohort)
    asyncio.run(send_due(database, INVITED_AT))

    apply(database, tmp_path, meeting("dac-3", 3), cohort, now=LATER)
    with pytest.raises(ConflictError, match='Number 3 of dac stays with "dac-3"'):
        apply(database, tmp_path, meeting("dac-3", 4), cohort, meeting("dac-4", 3), now=LATER)
