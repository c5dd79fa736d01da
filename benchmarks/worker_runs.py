"""Whole runs of `convene worker`: one programme applied once for each kind of database, a fresh copy for each run."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import TextIO

import psycopg
from benchmarks.mail_programme import BASE_URL, SECRET_KEY, apply_programme
from sqlalchemy import make_url
from sqlmodel import func, select
from tests.postgresql import running_postgresql

from convene.model.columns import UtcMoment
from convene.model.notice import Notice
from convene.rules.notice_states import NoticeState
from convene.store.database import open_database

_TOP = Path(__file__).parents[1]
_AHEAD = timedelta(days=60)
_SETTINGS = {"CONVENE_BASE_URL": BASE_URL, "CONVENE_SECRET_KEY": SECRET_KEY}


@dataclass(frozen=True)
class Run:
    """One run. `seconds` from the first worker's start, everything loaded, to the last mail recorded as sent;
    `whole_seconds` from the start of the processes to the end of the last; `cpu_seconds` is the processor time of all,
    without their loading. Memory is that of the largest process, in MiB.
    """

    mails: int
    seconds: float
    whole_seconds: float
    cpu_seconds: float
    before_mib: float
    peak_mib: float

    @property
    def rate(self) -> float:
        return self.mails / self.seconds


@contextmanager
def applied(kind: str, people: int) -> Iterator["Applied"]:
    """A programme of so many people, each with one mail that is due, in a database of this kind, for the block."""
    with ExitStack() as until_the_end:
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="convene-mail-")))
        if kind == "postgresql":
            server = until_the_end.enter_context(running_postgresql(careful=True))
            url = until_the_end.enter_context(server.bare_database())
        else:
            url = f"sqlite:///{folder}/applied.db"
        open_database(url).close()
        apply_programme(folder, people, datetime.now(UTC).date() + _AHEAD, {**_SETTINGS, "CONVENE_DATABASE_URL": url})
        if kind == "postgresql":
            _say(url, "VACUUM ANALYZE")
        yield Applied(kind, url, people, folder)


@dataclass(frozen=True)
class Applied:
    """A database in which everything is due and nothing was sent."""

    kind: str
    url: str
    people: int
    folder: Path

    @contextmanager
    def copied(self) -> Iterator[str]:
        """The address of a copy, for the block."""
        if self.kind == "postgresql":
            name = f"convene_run_{secrets.token_hex(8)}"
            _say(_beside(self.url, "postgres"), f"CREATE DATABASE {name} TEMPLATE {make_url(self.url).database}")
            try:
                yield _beside(self.url, name)
            finally:
                _say(_beside(self.url, "postgres"), f"DROP DATABASE {name} WITH (FORCE)")
        else:
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                path = shutil.copy(self.folder / "applied.db", folder)
                yield f"sqlite:///{path}"

    def run(self, port: int, connections: int, workers: int = 1) -> Run:
        """Send everything to the server on this port of loopback, from a fresh copy."""
        with self.copied() as url:
            return run_workers(url, port, self.people, connections, workers)


def run_workers(url: str, port: int, mails: int, connections: int, workers: int = 1) -> Run:
    """Let `convene worker --until-idle` send what is due. Raises AssertionError where it is not `mails`.

    Each run has a state folder of its own: a fresh copy is, after all, a database that was put back.
    """
    started = perf_counter()
    with ExitStack() as until_the_end:
        state = until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="convene-state-"))
        environment = _environment(url, port, connections, state)
        told = until_the_end.enter_context(tempfile.TemporaryFile("w+"))
        processes = [until_the_end.enter_context(_worker(environment, told)) for _ in range(workers)]
        answers = _together(processes, told)
    whole_seconds = perf_counter() - started
    sent, last = _sent(url)
    assert sent == mails, f"{sent} of {mails} mails were sent"
    assert last is not None
    return Run(
        mails=mails,
        seconds=last.timestamp() - min(answer["began"] for answer in answers),
        whole_seconds=whole_seconds,
        cpu_seconds=sum(answer["cpu"] for answer in answers),
        before_mib=max(answer["before_mib"] for answer in answers),
        peak_mib=max(answer["peak_mib"] for answer in answers),
    )


@contextmanager
def living_worker(url: str, port: int) -> Iterator[None]:
    """`convene worker`, sending to the server on this port of loopback while the block runs.

    Raises AssertionError where it had nothing left to send before the end of the block.
    """
    command = [sys.executable, "-c", "from convene.cli.main import run; run()", "worker"]
    with tempfile.TemporaryDirectory(prefix="convene-state-") as state:
        environment = _environment(url, port, 4, state)
        with subprocess.Popen(command, cwd=_TOP, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                while _sent(url)[0] == 0:
                    assert process.poll() is None, "the worker does not send"
                    sleep(0.1)
                yield
                assert _waiting(url), "the worker ran out of mails: ask for more"
            finally:
                process.terminate()


def _environment(url: str, port: int, connections: int, state: str) -> dict[str, str]:
    chosen = {
        **_SETTINGS,
        "CONVENE_DATABASE_URL": url,
        "CONVENE_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "CONVENE_SMTP_CONNECTIONS": str(connections),
        "CONVENE_STATE_FOLDER": state,
    }
    return {**os.environ, **chosen, "PYTHONPATH": os.pathsep.join(sys.path)}


def _worker(environment: dict[str, str], told: TextIO) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.worker_process"]
    return subprocess.Popen(
        command,
        cwd=_TOP,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=told,
    )


def _together(processes: list[subprocess.Popen[str]], told: TextIO) -> list[dict[str, float]]:
    """Let all begin once all are ready, and wait for all; their figures. Raises AssertionError with what they told."""
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate()[0] for process in processes]
    if any(process.returncode for process in processes):
        told.seek(0)
        raise AssertionError(f"a worker failed: {told.read()[-2000:]}")
    return [json.loads(answer) for answer in answers]


def _sent(url: str) -> tuple[int, datetime | None]:
    with closing(open_database(url)) as database, database.reading() as session:
        last = func.max(Notice.sent_at, type_=UtcMoment())
        count, moment = session.exec(select(func.count(), last).where(Notice.state == NoticeState.SENT)).one()
    return count, moment


def _waiting(url: str) -> bool:
    with closing(open_database(url)) as database, database.reading() as session:
        query = select(Notice.id).where(Notice.state == NoticeState.PLANNED, Notice.due_at < datetime.now(UTC))
        return session.exec(query.limit(1)).first() is not None


def _beside(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _say(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
