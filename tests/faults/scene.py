"""What a scenario of faults has at hand: a database, the scripted server, worker processes, and figures to fill.

A scenario is a function that is registered under its number. It runs short in `make test` and at full length by
`make faults`; each claim that does not hold is written down with its numbers.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlmodel import col, select, update
from tests.both_databases import BOTH
from tests.faults.faulty_worker import WorkerPlan
from tests.faults.ledger import Comparison, compare, due_notices
from tests.faults.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.faults.worker_process import WorkerProcess, worker_process
from tests.programmes import INVITED_AT, MEETING, apply_file, query, write_programme

from convene.model.notice import Notice
from convene.model.person import Person
from convene.rules.patience import Patience
from convene.store.database import Database
from convene.usecases.delivery.resume_sending import resume_sending

IN_FLIGHT = 16
"""At most so many mails of one worker may be on their way, and hence in doubt when it dies."""

_PUT_OFF = timedelta(days=1)
_PUT_OFF_SECONDS = 3_600
"""So long a notice is put off that fails three times, in all: 5, 10 and 20 minutes, and their jitter."""
_LEAST = {"lease": 1.5, "renewal": 0.375, "connect": 1.5, "command": 1.0, "end_of_data": 2.0}
_LANGUAGES = ("km", "lo", "bn", "ja", "en")
_Size = TypeVar("_Size")


@dataclass
class Figures:
    """What one scenario measured on one database. `broken` are the claims that did not hold, with their numbers."""

    name: str
    database: str
    seed: int
    mails: int = 0
    lost: int = 0
    repeats: int = 0
    differing: int = 0
    uncertain: int = 0
    seconds: float = 0.0
    more: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Take a further run of the same scenario in: counts are summed, what else was measured keeps its largest."""
        for name in ("mails", "lost", "repeats", "differing", "uncertain", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, value in other.more.items():
            self.more[name] = max(value, self.more.get(name, value))
        self.broken += [f"{claim} (seed {other.seed})" for claim in other.broken]


@dataclass
class Scene:
    """One run of a scenario. `kind` is "sqlite" or "postgresql"; `now` the frozen moment of its workers."""

    kind: str
    database: Database
    server: ScriptedSmtp
    folder: Path
    full: bool
    figures: Figures
    scale: float
    now: datetime = INVITED_AT
    people: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.figures.seed)

    @property
    def workers(self) -> int:
        """How many processes deliver at once: a file of SQLite has one."""
        return 1 if self.kind == "sqlite" else 4

    def scaled(self, seconds: float) -> float:
        """How long a wait of so many seconds takes here."""
        return seconds * self.scale

    def size(self, short: _Size, full: _Size) -> _Size:
        return full if self.full else short

    def queue(self, mails: int, events: str = MEETING, **more: Any) -> None:
        """Make so many further invitations due at `now`, in five languages; one to each of as many new people."""
        self.people += mails
        people = ["email,name,country,language,role,groups"]
        for number in range(self.people):
            language = _LANGUAGES[number % len(_LANGUAGES)]
            people.append(f"{address(number)},Participant {number},KH,{language},,members")
        apply_file(self.database, write_programme(self.folder, events, people=people, **more), self.now)

    def put_off(self) -> None:
        """Let what is due wait until it is brought on."""
        with self.database.writing() as session:
            session.execute(update(Notice).where(col(Notice.due_at) <= self.now).values(due_at=self.now + _PUT_OFF))

    def bring_on(self) -> str:
        """Make one notice due of those that were put off; its reader's address."""
        with self.database.writing() as session:
            waiting = select(Notice).where(Notice.due_at == self.now + _PUT_OFF).order_by(col(Notice.id)).limit(1)
            notice = session.exec(waiting).one()
            notice.due_at = self.now
            return session.get_one(Person, notice.person_id).address

    @property
    def url(self) -> str:
        return self.database.engine.url.render_as_string(hide_password=False)

    def plan(self, **changes: Any) -> WorkerPlan:
        patience = Patience().scaled(self.scale)
        # Shorter ones would run out by themselves on a machine that is busy.
        patience = replace(patience, **{name: max(getattr(patience, name), least) for name, least in _LEAST.items()})
        plan = WorkerPlan(self.url, self.server.url, self.folder / "worker.log", patience, self.scale, now=self.now)
        return replace(plan, **changes)

    @contextmanager
    def worker(self, **changes: Any) -> Iterator[WorkerProcess]:
        """A worker process that does not outlive the block."""
        with worker_process(self.plan(**changes)) as process:
            yield process

    @contextmanager
    def some_workers(self, workers: int | None = None, **changes: Any) -> Iterator[list[WorkerProcess]]:
        """So many workers; None: as many as may work on this kind of database."""
        with ExitStack() as until_the_end:
            yield [until_the_end.enter_context(self.worker(**changes)) for _ in range(workers or self.workers)]

    def convene(self, *words: str, zones: Path | None = None) -> tuple[int, str]:
        """Run a command as an operator would; its exit code, and all it says. `zones`: where its tzdata lies."""
        settings = {
            "DATABASE_URL": self.url,
            "SMTP_URL": self.server.url,
            "NOW": f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
            "SECRET_KEY": "the-key-of-the-faults",
            "STATE_FOLDER": str(self.folder),
        }
        paths = [str(zones), *sys.path] if zones else sys.path
        ended = subprocess.run(
            [sys.executable, "-c", "from convene.cli.main import run; run()", *words],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(paths),
                **{f"CONVENE_{name}": value for name, value in settings.items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        return ended.returncode, ended.stdout

    def settle(self, seconds: float = 60, **changes: Any) -> None:
        """Let workers drain the queue until every due notice has ended. How they end is looked at as well."""
        until = time.monotonic() + seconds
        while self.unsettled():
            with self.some_workers(until_idle=True, **changes) as working:
                codes = [worker.wait(seconds) for worker in working]
            if set(codes) != {0}:
                self.claim(False, f"a worker that drains the queue ended with {codes}: {working[0].words[-300:]}")
                return
            if time.monotonic() > until:
                self.claim(False, f"{self.unsettled()} notices had not ended after {seconds} s")
                return

    def resume(self, *, after_restore: bool = False, skip: bool = False) -> None:
        """What `convene resume` does, once the operator has mended the fault."""
        with self.database.writing() as session:
            resume_sending(session, None, self.now, after_restore=after_restore, skip=skip)

    def until_settled(self, seconds: float = 60) -> None:
        """Wait until every due notice has ended, also those that are put off after a try."""
        self.until(lambda: self.unsettled() == 0, "not every notice ended", seconds + self.scaled(_PUT_OFF_SECONDS))

    def until(self, holds: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
        """Wait until something holds; where it does not in time, that is a claim broken."""
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                self.claim(False, f"{otherwise} within {seconds:.0f} s: {self.states()}")
                return
            time.sleep(0.05)

    def work_until_settled(self, seconds: float = 60, **changes: Any) -> None:
        """Let workers that go on whatever happens deliver until every due notice has ended; none may die of it."""
        with self.some_workers(**changes) as working:
            self.until_settled(seconds)
            alive = sum(worker.alive for worker in working)
            self.claim(
                alive == self.workers, f"{alive} of {self.workers} workers still lived: {working[0].words[-300:]}"
            )
            if self.unsettled():
                self.claim(False, "\n".join(worker.where_it_stands()[-2_000:] for worker in working))

    def unsettled(self) -> int:
        """How many due notices have not ended."""
        ended = "'sent', 'failed', 'cancelled', 'missed'"
        return int(self._value(f"SELECT count(*) FROM notice WHERE due_at <= ? AND state NOT IN ({ended})"))

    def states(self) -> dict[str, int]:
        """How many due notices there are of each state."""
        sql = "SELECT state, count(*) FROM notice WHERE due_at <= ? GROUP BY state"
        return dict(query(self.database, sql, self._moment()))

    def most_attempts(self) -> int:
        return int(self._value("SELECT max(attempts) FROM notice WHERE due_at <= ?"))

    def suppressed(self) -> int:
        """How many addresses get no mail because a server does not know them."""
        return int(query(self.database, "SELECT count(*) FROM person WHERE refused_at IS NOT NULL")[0][0])

    def pauses(self) -> list[str]:
        """Why the queue is paused, if it is."""
        return [reason for (reason,) in query(self.database, "SELECT reason FROM pause")]

    def _value(self, sql: str) -> Any:
        return query(self.database, sql, self._moment())[0][0]

    def _moment(self) -> Any:
        return f"{self.now:%Y-%m-%d %H:%M:%S}.999999" if self.kind == "sqlite" else self.now

    def claim(self, holds: bool, otherwise: str) -> None:
        """Write down `otherwise` where a claim does not hold."""
        if not holds:
            self.figures.broken.append(otherwise)

    def claim_in_time(self, took: float, most: float, what: str) -> None:
        """A claim about seconds holds for `make faults` alone: on a slow machine `make test` must not fail by it."""
        self.claim(not self.full or took <= most, f"{what} after {took:.1f} s, at most {most:.1f} may be")

    def measure(self, **values: float) -> None:
        """Keep a figure of this scenario's own: of several, the largest."""
        for name, value in values.items():
            self.figures.more[name] = max(round(value, 3), self.figures.more.get(name, 0))

    def judge(self, *, repeats: int = 0, doubts: int | None = None, copies: int = 2) -> Comparison:
        """Compare database and ledger, and claim what holds for every scenario.

        At most so many `repeats` may have come, and so many `copies` of one mail; `doubts`: so many notices may be
        marked uncertain without a reason that the server could see (a worker died); None: not one.
        """
        with self.database.reading() as session:
            compared = compare(due_notices(session, self.now), self.server.events())
        figures = self.figures
        figures.mails += compared.due
        figures.lost += len(compared.lost)
        figures.repeats += compared.repeats
        figures.differing += len(compared.differing)
        figures.uncertain += len(compared.uncertain)
        for name in ("lost", "unrecorded", "differing", "undoubted", "strangers"):
            wrong = getattr(compared, name)
            self.claim(not wrong, f"{name}: {len(wrong)} of {compared.due}, such as {min(wrong, default='')}")
        self.claim(compared.repeats <= repeats, f"{compared.repeats} repeats, at most {repeats} may be")
        self.claim(
            compared.most_copies <= copies, f"{compared.most_copies} copies of one mail, at most {copies} may be"
        )
        overdoubted = len(compared.overdoubted)
        self.claim(overdoubted <= (doubts or 0), f"{overdoubted} marked uncertain, at most {doubts or 0} may be")
        return compared


def address(number: int) -> str:
    """The address of one of the people of `Scene.queue`."""
    return f"participant-{number}@people.example"


@dataclass(frozen=True)
class Scenario:
    """A scenario as it is registered. `runs`: how often it runs at full length, each time with another seed."""

    name: str
    title: str
    play: Callable[[Scene], None]
    databases: tuple[str, ...]
    runs: int


SCENARIOS: list[Scenario] = []


def scenario(
    name: str, title: str, databases: tuple[str, ...] = BOTH, runs: int = 1
) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    """Register the function below as the scenario `name` of reliability section 2 (F3, or F3a where there are more)."""

    def register(play: Callable[[Scene], None]) -> Callable[[Scene], None]:
        SCENARIOS.append(Scenario(name, title, play, databases, runs))
        return play

    return register


SCALE = 1 / 40
"""By which long waits are shortened, unless `make faults` is told otherwise: a lease of a minute takes 1.5 seconds."""


def play(
    chosen: Scenario,
    kind: str,
    database: Database,
    folder: Path,
    seed: int,
    *,
    full: bool = False,
    scale: float = SCALE,
) -> Figures:
    """Run a scenario once on an empty database; what it measured."""
    figures = Figures(chosen.name, kind, seed)
    began = time.monotonic()
    with scripted_smtp(folder / "smtp") as server:
        scene = Scene(kind, database, server, folder, full, figures, scale)
        try:
            chosen.play(scene)
        except Exception:  # the others are to be played all the same
            scene.claim(False, f"it broke off: {traceback.format_exc()[-2_000:]}")
    figures.seconds = round(time.monotonic() - began, 2)
    return figures
