"""`/readyz` over a real database: what it says, and when it is 503."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.programmes import INVITED_AT, apply_file, write_programme

from convene.model.worker import Worker
from convene.store.database import Database, open_database
from convene.store.pauses import add_pause
from convene.store.programme_rows import programme_named
from convene.usecases.delivery.moments import VirtualClock
from convene.web.feed_reading import feed_app
from convene.web.server import running_server

LATER = INVITED_AT + timedelta(minutes=5)


@contextmanager
def serving(database: Database) -> Iterator[httpx.Client]:
    app = feed_app(database, ["a key for tests"], VirtualClock(LATER))
    with running_server(app) as url, httpx.Client(base_url=url) as client:
        yield client


def readyz(database: Database) -> tuple[int, Any]:
    with serving(database) as client:
        answer = client.get("/readyz")
    return answer.status_code, answer.json()


@pytest.fixture
def due(database: Database, tmp_path: Path) -> Database:
    """Two invitations have been due for five minutes."""
    apply_file(database, write_programme(tmp_path))
    return database


def swept(database: Database, ago: timedelta, *, trouble_for: timedelta | None = None) -> None:
    """A worker is there that looked so long ago, and could not use the SMTP server for some time."""
    at = LATER - ago
    trouble, since = ("its certificate is not valid", LATER - trouble_for) if trouble_for else (None, None)
    with database.writing() as session:
        session.add(
            Worker(
                host="here",
                pid=1,
                started_at=at,
                lease_until=at + timedelta(minutes=1),
                swept_at=at,
                relay_trouble=trouble,
                relay_trouble_since=since,
            )
        )


def test_with_nothing_due_it_is_ready_also_without_a_worker(database: Database) -> None:
    assert readyz(database) == (
        200,
        {"ready": True, "database": "ok", "last_sweep_seconds": None, "backlog": 0, "paused": [], "why": []},
    )


def test_while_a_worker_looks_for_what_is_due_it_is_ready(due: Database) -> None:
    swept(due, timedelta(hours=3))
    swept(due, timedelta(seconds=1.5))

    status, said = readyz(due)

    assert (status, said["last_sweep_seconds"], said["backlog"]) == (200, 1.5, 2)


@pytest.mark.parametrize("ago", [None, timedelta(minutes=3)])
def test_mail_that_is_due_while_nobody_looks_for_it_is_503(due: Database, ago: timedelta | None) -> None:
    if ago is not None:
        swept(due, ago)

    status, said = readyz(due)

    assert (status, said["ready"], said["backlog"]) == (503, False, 2)
    assert said["last_sweep_seconds"] == (180.0 if ago else None)
    assert said["why"] == ["Mail is due, and no worker has looked for it for more than 2 minutes."]


def test_mail_that_is_due_while_the_smtp_server_takes_none_is_503(due: Database) -> None:
    swept(due, timedelta(seconds=1), trouble_for=timedelta(minutes=3))

    status, said = readyz(due)

    assert (status, said["ready"], said["backlog"]) == (503, False, 2)
    assert said["why"] == [
        "Mail is due, and the SMTP server has taken none for more than 2 minutes: its certificate is not valid."
    ]


def test_while_the_smtp_server_restarts_or_another_worker_can_use_it_it_is_ready(due: Database) -> None:
    swept(due, timedelta(seconds=1), trouble_for=timedelta(minutes=1))
    restarting, _ = readyz(due)
    swept(due, timedelta(seconds=1), trouble_for=timedelta(minutes=3))
    swept(due, timedelta(seconds=1))

    assert (restarting, readyz(due)[0]) == (200, 200)


def test_a_pause_is_503_with_its_reason(database: Database) -> None:
    with database.writing() as session:
        add_pause(session, "a new relay", INVITED_AT)

    status, said = readyz(database)

    assert status == 503
    assert said["paused"] == [
        {"programme": None, "since": "2020-01-06T03:00:00Z", "reason": "a new relay", "after_restore": False}
    ]
    assert said["why"] == [
        "Sending is paused since Mon 2020-01-06 03:00 UTC: a new relay. Nothing leaves before `convene resume`."
    ]


def test_the_pause_of_one_programme_is_shown_and_the_others_are_served(due: Database) -> None:
    swept(due, timedelta(seconds=1))
    with due.writing() as session:
        add_pause(session, "a question", INVITED_AT, programme_named(session, "small").id)

    status, said = readyz(due)

    assert (status, [pause["programme"] for pause in said["paused"]]) == (200, ["small"])


def test_a_database_that_is_away_is_503_and_the_process_is_healthy_all_the_same(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'convene.db'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE pause")
    with serving(database) as client:
        answer, health = client.get("/readyz"), client.get("/healthz")
    database.close()

    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "database": "away", "why": ["The database cannot be read."]},
    )
    assert health.status_code == 200
