"""What is written while mails leave: twice is once, since a worker may not know whether its commit arrived."""

import asyncio
from pathlib import Path

import pytest
from tests.programmes import INVITED_AT, Postbox, all_rows, apply_file, new_worker, query, send_due, write_programme

from convene.errors import ConveneError
from convene.model.installation import Installation
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.store.database import Database
from convene.usecases.delivery import Delivery
from convene.usecases.dispatcher import Dispatcher
from convene.usecases.make_mail import bytes_on_record
from convene.usecases.moments import VirtualClock
from convene.usecases.record_delivery import Window


@pytest.fixture
def dispatcher(database: Database, tmp_path: Path) -> Dispatcher:
    """Of a worker; two invitations are due."""
    apply_file(database, write_programme(tmp_path))
    return Dispatcher(Delivery(database, Postbox(), VirtualClock(INVITED_AT)), new_worker(database, INVITED_AT))


@pytest.mark.parametrize("kind", OutcomeKind)
def test_a_window_written_twice_is_written_once(database: Database, dispatcher: Dispatcher, kind: OutcomeKind) -> None:
    async def rows_after_each() -> list[object]:
        _, mails, _ = await dispatcher.claim()
        rows: list[object] = []
        outcomes = [(mail, Outcome(kind, "said the server")) for mail in mails]
        for window in (Window(leaving=mails), Window(settled=outcomes)):
            for _ in range(2):
                await dispatcher.write(window)
                rows.append(all_rows(database, "next_try_at"))
        return rows

    leaving, leaving_again, settled, settled_again = asyncio.run(rows_after_each())

    assert leaving == leaving_again
    assert settled == settled_again
    assert leaving != settled


def test_a_mail_that_cannot_be_made_again_as_it_was_is_not_shown_as_what_was_sent(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    asyncio.run(send_due(database, INVITED_AT))
    [(notice_id,)] = query(database, "SELECT min(notice_id) FROM message")
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE message SET slots = replace(slots, 'Participant', 'Somebody')")

    with database.reading() as session:
        secret = session.get_one(Installation, 1).key_secret
        with pytest.raises(ConveneError, match="does not come out as it was sent"):
            bytes_on_record(session, secret, notice_id)
