"""What runs inside a worker process of the faults: convene's own worker, with a clock, waits and points as a test says.

The process is convene's in all but this: it may die at a named point, or stand still there until it is told to go on.
"""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine, event

from convene.errors import ConveneError
from convene.mail.smtp_pool import SmtpRelay
from convene.rules.patience import Patience
from convene.smtp_server import parse_smtp_url
from convene.store.database import open_database
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.people.unsubscribe_link import page_links
from convene.worker.restore_guard import guard_beside
from convene.worker.run_worker import run_until_idle, run_worker
from convene.worker.system_clock import DatabaseClock, FrozenClock, SystemClock

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""From here on fast clocks run fast; one moment for all processes, so that they agree."""


@dataclass(frozen=True)
class WorkerPlan:
    """How one worker process runs. `now` is a frozen moment; None: the host's clock. Its words go to `log`.

    `scale`: by which back-off is shortened. `ahead` is a file with the seconds by which its clock is wrong, read
    anew each time. `die_at` and `hold_at` name a point and at which passing of it the process kills itself, or waits.
    `copies_to` is a folder that gets a copy of SQLite's files before each commit. What guards against a restored copy
    lies beside `log`.
    """

    database_url: str
    smtp_url: str
    log: Path
    patience: Patience
    scale: float = 1.0
    now: datetime | None = None
    until_idle: bool = False
    ahead: Path | None = None
    die_at: tuple[str, int] | None = None
    hold_at: tuple[str, int] | None = None
    copies_to: Path | None = None


class FileCopies:
    """Copies of the files of an SQLite database, numbered, each with the moment (seconds since 1970) it was taken.

    They are taken before each commit: what was promised by the commits so far, and what left the house since.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._file, self._folder = Path(str(engine.url.database)), folder
        self._one_at_a_time, self._taken = Lock(), 0
        event.listen(engine, "commit", self._take)

    def _take(self, _: SqlConnection) -> None:
        with self._one_at_a_time:
            self._taken += 1
            copy = self._folder / f"{self._taken:04}"
            copy.mkdir(parents=True)
            for file in (self._file, self._file.with_name(f"{self._file.name}-wal"), *self._file.parent.glob("*.sent")):
                if file.exists():
                    shutil.copy(file, copy)
            (copy / "moment").write_text(str(time.time()))


class FastClock(FrozenClock):
    """A frozen moment, while real time goes so fast that a back-off of five minutes is over in seconds."""

    def __init__(self, moment: datetime, scale: float) -> None:
        super().__init__(moment)
        self._scale = scale

    def real_now(self) -> datetime:
        return _BEGAN + (datetime.now(UTC) - _BEGAN) / self._scale


class WrongClock(SystemClock):
    """The clock of a host that is wrong by the seconds written in a file."""

    ahead: Path

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.ahead.read_text()))

    def real_now(self) -> datetime:
        return self.now()


class CorrectedClock(DatabaseClock, WrongClock):
    """The clock of such a host, by which a worker on PostgreSQL does not go."""


def work(plan: WorkerPlan, parent: Connection) -> None:
    """The life of the process: ends with the exit code that `convene worker` would have."""
    words = os.open(plan.log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(words, stream)
    signal.signal(signal.SIGUSR1, lambda *_: _tell_where_it_stands())
    database = open_database(plan.database_url)
    if plan.copies_to is not None:
        FileCopies(database.engine, plan.copies_to)
    relay = SmtpRelay(parse_smtp_url(plan.smtp_url), patience=plan.patience)
    run = run_until_idle if plan.until_idle else run_worker
    try:
        clock = _clock(plan, database.engine)
        delivery = Delivery(
            database,
            relay,
            clock,
            links=page_links("https://convene.example", [b"the-key-of-the-faults"]),
            patience=plan.patience,
            guard=guard_beside(plan.log.parent, database),
            reached=points(plan, parent),
        )
        run(delivery, lambda delivered: print(delivered.states, flush=True), lambda: print("Stopping", flush=True))
    except ConveneError as error:
        print(error.sentence, flush=True)
        sys.exit(error.exit_code)
    finally:
        database.close()


def _tell_where_it_stands() -> None:
    """Asked of a worker that does not end: what each of its tasks waits for."""
    for task in asyncio.all_tasks():
        task.print_stack()
    sys.stderr.flush()


def _clock(plan: WorkerPlan, engine: Engine) -> SystemClock:
    if plan.now is not None:
        return FastClock(plan.now, plan.scale)
    if plan.ahead is not None:
        WrongClock.ahead = plan.ahead
    if engine.dialect.name == "postgresql":
        return CorrectedClock(engine) if plan.ahead else DatabaseClock(engine)
    return WrongClock() if plan.ahead else SystemClock()


def points(plan: WorkerPlan, parent: Connection) -> Callable[[str], None]:
    """What is called with the name of each point that is reached."""
    passed: Counter[str] = Counter()

    def reached(point: str) -> None:
        passed[point] += 1
        here = (point, passed[point])
        if here == plan.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if here == plan.hold_at:
            parent.send(point)
            parent.recv()

    return reached
