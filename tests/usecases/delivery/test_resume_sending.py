"""What waits behind a pause, and what may leave when it ends; on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from tests.programmes import INVITED_AT, apply_file, query, write_programme

from convene.errors import ConflictError
from convene.model.installation import Installation
from convene.store.database import Database
from convene.store.pauses import add_pause, pauses
from convene.usecases.delivery.pause_sending import pause_sending
from convene.usecases.delivery.resume_sending import resume_sending


@pytest.fixture(autouse=True)
def _two_programmes(database: Database, tmp_path: Path) -> None:
    for name in ("first", "second"):
        apply_file(database, write_programme(tmp_path, programme=name))


def test_a_pause_counts_only_what_it_holds_back_itself(database: Database) -> None:
    with database.writing() as session:
        first = pause_sending(session, "first", "a question", INVITED_AT)
        everything = pause_sending(session, None, "a new relay", INVITED_AT)
        second = pause_sending(session, "second", "another question", INVITED_AT)

    assert [(len(paused.held), paused.held.now) for paused in (first, everything, second)] == [(8, 2), (8, 2), (0, 0)]


def test_resuming_one_programme_leaves_the_other_pauses_alone(database: Database) -> None:
    with database.writing() as session:
        pause_sending(session, "first", "a question", INVITED_AT)
        pause_sending(session, "second", "another question", INVITED_AT)

        resumed = resume_sending(session, "first", INVITED_AT, after_restore=False, skip=False)

        assert (len(resumed.mails), resumed.mails.now) == (8, 2)
        assert [view.programme for view in resumed.remaining] == ["second"]
        assert [pause.reason for pause in pauses(session)] == ["another question"]


def test_what_is_skipped_is_due_now_and_of_the_resumed_programme_alone(database: Database) -> None:
    with database.writing() as session:
        pause_sending(session, "first", "a question", INVITED_AT)
        pause_sending(session, "second", "another question", INVITED_AT)

        first = resume_sending(session, "first", INVITED_AT, after_restore=False, skip=True)
        second = resume_sending(session, "second", INVITED_AT, after_restore=False, skip=False)

    assert (first.skipped, len(first.mails), first.mails.now) == (2, 6, 0)
    assert (second.skipped, len(second.mails), second.mails.now) == (0, 8, 2)


def test_of_overdue_reminders_only_the_latest_counts(database: Database) -> None:
    with database.writing() as session:
        pause_sending(session, "first", "a question", INVITED_AT)

        resumed = resume_sending(session, "first", INVITED_AT + timedelta(days=13), after_restore=False, skip=False)

    assert (resumed.mails.now, resumed.too_late) == (2, 4)


def restores(database: Database) -> int:
    [(number,)] = query(database, "SELECT restores FROM installation")
    return int(number)


def test_a_restored_copy_is_not_resumed_by_mistake(database: Database) -> None:
    before = restores(database)
    with database.writing() as session:
        add_pause(session, "put back", INVITED_AT, after_restore=True)
    with database.writing() as session:
        with pytest.raises(ConflictError, match="--after-restore"):
            resume_sending(session, None, INVITED_AT, after_restore=False, skip=False)

        assert len(pauses(session)) == 1
        assert resume_sending(session, None, INVITED_AT, after_restore=True, skip=False).ended is not None
        assert pauses(session) == []
    assert restores(database) > before


def test_a_copy_that_is_put_back_twice_counts_on_from_the_first_time(database: Database) -> None:
    numbers = []
    for days in (0, 30):
        with database.trying() as session:  # the copy knows nothing of the first time
            now = INVITED_AT + timedelta(days=days)
            add_pause(session, "put back", now, after_restore=True)
            resume_sending(session, None, now, after_restore=True, skip=False)
            numbers.append(session.exec(select(Installation.restores)).one())

    assert numbers[0] < numbers[1]


def test_an_ordinary_pause_counts_no_restore(database: Database) -> None:
    before = restores(database)
    with database.writing() as session:
        pause_sending(session, None, "a new relay", INVITED_AT)
        resume_sending(session, None, INVITED_AT, after_restore=True, skip=False)

    assert restores(database) == before
