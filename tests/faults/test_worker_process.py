"""The worker processes of the faults: real ones, that end when they are told to."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.faulty_worker import WorkerPlan
from tests.faults.scripted_smtp import HANG, Phase, ScriptedSmtp, Step, scripted_smtp
from tests.faults.worker_process import worker_process
from tests.programmes import INVITED_AT, apply_file, query, write_programme

from convene.rules.patience import Patience
from convene.store.database import Database


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ScriptedSmtp]:
    with scripted_smtp(tmp_path / "smtp") as listening:
        yield listening


@pytest.fixture
def invited(database: Database, tmp_path: Path) -> Database:
    """Two invitations are due."""
    apply_file(database, write_programme(tmp_path))
    return database


def plan(database: Database, server: ScriptedSmtp, **more: Any) -> WorkerPlan:
    address = database.engine.url.render_as_string(hide_password=False)
    return WorkerPlan(address, server.url, server.folder / "worker.log", Patience(), now=INVITED_AT, **more)


def states(database: Database) -> list[str]:
    return [state for (state,) in query(database, "SELECT state FROM notice WHERE due_at < '2020-01-07' ORDER BY id")]


def test_it_sends_what_is_due_and_ends(invited: Database, server: ScriptedSmtp) -> None:
    with worker_process(plan(invited, server, until_idle=True)) as worker:
        assert worker.wait() == 0

    assert (states(invited), len(server.events(Step.KEPT))) == (["sent", "sent"], 2)


def test_it_works_until_it_is_told_to_end(invited: Database, server: ScriptedSmtp) -> None:
    with worker_process(plan(invited, server)) as worker:
        server.wait_for(Step.KEPT, 2)
        worker.terminate()
        assert worker.wait() == 0

    assert states(invited) == ["sent", "sent"]


def test_a_killed_one_writes_nothing_more(invited: Database, server: ScriptedSmtp) -> None:
    server.next(Phase.AFTER_DOT, HANG)
    with worker_process(plan(invited, server)) as worker:
        server.wait_for(Step.DOT, 1)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL

    assert "body_sent" in states(invited)


def test_a_stopped_one_stands_still_until_it_may_go_on(invited: Database, server: ScriptedSmtp) -> None:
    with worker_process(plan(invited, server, until_idle=True)) as worker:
        worker.stop()
        standing = (worker.alive, server.events(Step.KEPT))
        worker.go_on()
        assert worker.wait() == 0

    assert standing == (True, [])
    assert states(invited) == ["sent", "sent"]
