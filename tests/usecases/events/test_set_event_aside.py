"""Cancelling from the command line: entries stay, who was told is told, the rest is called off."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.programmes import (
    INVITED_AT,
    MEETING,
    SOKHA,
    VANNA,
    Postbox,
    all_rows,
    apply_file,
    query,
    send_due,
    write_programme,
)

from convene.errors import ConflictError, NotFoundError, UsageError
from convene.store.database import Database
from convene.usecases.events.set_event_aside import cancel_event
from convene.usecases.planning.plan_notices import Planned

LATER = INVITED_AT + timedelta(hours=1)


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    return database


def cancel(database: Database, name: str = "meeting", reason: str | None = None) -> Planned:
    with database.writing() as session:
        return cancel_event(session, name, [reason] if reason else [], LATER).applied.planned


def test_everybody_who_was_told_gets_one_cancellation_after_the_hold(told: Database) -> None:
    postbox = Postbox()

    planned = cancel(told, reason="The hall was flooded")
    asyncio.run(send_due(told, LATER, postbox))
    assert postbox.mails == []
    asyncio.run(send_due(told, LATER + timedelta(minutes=10), postbox))
    asyncio.run(send_due(told, LATER + timedelta(days=100), postbox))

    assert len(planned.mails) == 2
    assert sorted(recipient for recipient, _ in postbox.mails) == [SOKHA, VANNA]


def test_what_was_planned_is_called_off_with_the_reason(told: Database) -> None:
    planned = cancel(told)

    sql = "SELECT state, reason FROM notice JOIN cause ON cause.id = cause_id WHERE kind IN ('reminder', 'thanks')"
    rows = query(told, sql)
    assert set(rows) == {("cancelled", "the event was cancelled")}
    assert planned.cancelled == len(rows)


def test_its_entry_keeps_its_uid_and_its_sequence_rises(told: Database) -> None:
    entry = "SELECT uid, sequence, removed_at FROM day"
    [(uid, sequence, _)] = query(told, entry)

    cancel(told)

    assert query(told, entry) == [(uid, sequence + 1, None)]


def test_a_cancelled_event_is_not_cancelled_again(told: Database) -> None:
    cancel(told)
    before = all_rows(told)

    with pytest.raises(ConflictError, match="cancelled already"):
        cancel(told)

    assert all_rows(told) == before


def test_what_was_held_cannot_be_cancelled(told: Database) -> None:
    with pytest.raises(ConflictError, match="was held"), told.writing() as session:
        cancel_event(session, "meeting", [], INVITED_AT + timedelta(days=30))

    assert query(told, "SELECT status FROM event") == [("confirmed",)]


def test_the_next_apply_of_the_old_file_is_a_conflict_and_overwrite_settles_it(told: Database, tmp_path: Path) -> None:
    cancel(told)
    changed = write_programme(tmp_path, MEETING)

    with pytest.raises(ConflictError) as refused:
        apply_file(told, changed, LATER + timedelta(minutes=1))
    apply_file(told, changed, LATER + timedelta(minutes=2), overwrite=True)

    assert refused.value.exit_code == 4
    assert "meeting" in refused.value.sentence
    assert query(told, "SELECT status FROM event") == [("confirmed",)]


def test_an_event_is_named_alone_or_with_its_programme(told: Database, tmp_path: Path) -> None:
    apply_file(told, write_programme(tmp_path, programme="another"))

    with pytest.raises(UsageError, match="several programmes") as unclear:
        cancel(told, "meeting")
    cancel(told, "another/meeting")

    assert "small/meeting" in unclear.value.remedy
    status = "SELECT programme.slug, status FROM event JOIN programme ON programme.id = programme_id ORDER BY 1"
    assert query(told, status) == [("another", "cancelled"), ("small", "confirmed")]


def test_an_event_that_does_not_exist_is_said(told: Database) -> None:
    with pytest.raises(NotFoundError, match="no-such-event"):
        cancel(told, "no-such-event")
