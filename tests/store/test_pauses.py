"""The pauses: one row for everything, one for each programme."""

from datetime import UTC, datetime, timedelta

from convene.store.database import Database
from convene.store.pauses import add_pause, pause_of, pauses

NOW = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)


def test_what_is_paused_already_keeps_its_first_reason(database: Database) -> None:
    with database.writing() as session:
        assert add_pause(session, "the server refused the password", NOW)
        assert not add_pause(session, "the operator", NOW + timedelta(hours=1))

        assert [(pause.reason, pause.since) for pause in pauses(session)] == [("the server refused the password", NOW)]


def test_a_restored_copy_takes_the_place_of_a_lesser_reason_and_gives_it_to_none(database: Database) -> None:
    with database.writing() as session:
        add_pause(session, "the operator", NOW)
        add_pause(session, "restored", NOW, after_restore=True)
        add_pause(session, "the operator again", NOW)

        found = pause_of(session, None)

    assert found is not None
    assert (found.reason, found.after_restore) == ("restored", True)
