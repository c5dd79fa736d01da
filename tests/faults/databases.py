"""Databases that fill up, go away, lose power and come back from a copy (F10, F12, F13, F28)."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psycopg
from tests.faults.ledger import compare, due_notices
from tests.faults.scene import IN_FLIGHT, Scene, scenario
from tests.faults.scripted_smtp import Phase, Step, delayed, scripted_smtp
from tests.faults.worker_process import WorkerProcess
from tests.postgresql import PostgreSql, own_postgresql

from convene.errors import ConveneError
from convene.store.database import open_database

_FULL_FILE = 65_536
"""What a file of a process may hold while its disk is full: its words fit in, the database and its log do not."""

_WRITTEN = ("notice", "message")
"""The tables that a worker writes as mails leave."""


@contextmanager
def full_disk(scene: Scene, working: list[WorkerProcess]) -> Iterator[None]:
    """No file can grow: that of SQLite really, by a limit of the process; PostgreSQL says so at each write."""
    if scene.kind == "sqlite":
        for worker in working:
            worker.limit_files(_FULL_FILE)
        yield
        for worker in working:
            worker.limit_files(None)
        return
    with scene.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        for table in _WRITTEN:
            connection.exec_driver_sql(
                f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full_disk()"
            )
    try:
        yield
    finally:
        with scene.database.engine.begin() as connection:
            for table in _WRITTEN:
                connection.exec_driver_sql(f"DROP TRIGGER full_disk ON {table}")
            connection.exec_driver_sql("DROP FUNCTION full_disk")


@scenario("F10", "the disk of the database is full for a while, at random points")
def disk_full(scene: Scene) -> None:
    mails, points = scene.size((40, 2), (2_000, 20))
    scene.queue(mails)
    scene.server.always(Phase.AFTER_DOT, delayed(0.005))
    with scene.some_workers() as working:
        for instant in sorted(scene.random.sample(range(1, mails - IN_FLIGHT), points)):
            scene.server.wait_for(Step.DOT, instant)
            with full_disk(scene, working):
                time.sleep(0.3)
            space_again = time.monotonic()
            kept = len(scene.server.events(Step.KEPT))
            scene.until(lambda kept=kept: _goes_on(scene, kept), "it did not resume")  # type: ignore[misc]
            scene.measure(seconds_to_resume=time.monotonic() - space_again)
        scene.until_settled(scene.size(60, 300))
        alive = sum(worker.alive for worker in working)
    scene.claim(alive == scene.workers, f"{alive} of {scene.workers} workers still lived")
    scene.judge(repeats=IN_FLIGHT * points, doubts=IN_FLIGHT * points * scene.workers)


def _goes_on(scene: Scene, kept: int) -> bool:
    """Whether more was taken than so much, or nothing is left to do."""
    return len(scene.server.events(Step.KEPT)) > kept or not scene.unsettled()


@scenario("F12a", "PostgreSQL ends the connections of the workers again and again", databases=("postgresql",))
def connections_ended(scene: Scene) -> None:
    mails, times, pause = scene.size((60, 4, 0.4), (5_000, 60, 5.0))
    scene.queue(mails)
    scene.server.always(Phase.AFTER_DOT, delayed(scene.size(0.02, 0.2)))
    with scene.some_workers() as working:
        scene.server.wait_for(Step.KEPT, 1)
        for _ in range(times):
            scene.database.engine.dispose()  # else this may go by a connection that the round before ended
            with scene.database.engine.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            time.sleep(pause)
        scene.database.engine.dispose()
        scene.until_settled(scene.size(30, 600))
        time.sleep(scene.scaled(90))  # whoever gives no sign of life any more is taken for dead by now
        scene.queue(20)
        scene.until_settled(30)
        alive = sum(worker.alive for worker in working)
        words = working[0].words
    scene.claim("Traceback" not in words, f"a stack trace: {words.partition('Traceback')[2][:1_500]}")
    scene.measure(times=times)
    scene.claim(alive == scene.workers, f"{alive} of {scene.workers} workers still lived")
    scene.judge(repeats=IN_FLIGHT * times, doubts=IN_FLIGHT * times * scene.workers)


@scenario("F12b", "PostgreSQL crashes, and is restarted by its operator", databases=("postgresql",))
def server_restarted(scene: Scene) -> None:
    with own_postgresql(careful=True) as server, server.empty_database() as database:
        scene.database = database
        _restart(scene, server)


def _restart(scene: Scene, server: PostgreSql) -> None:
    rounds = scene.size(1, 10)
    for restart in (server.crash, server.restart) * rounds:
        scene.queue(40)
        before = len(scene.server.events(Step.KEPT))
        with scene.some_workers() as working:
            scene.server.wait_for(Step.KEPT, before + 5)
            restart()
            scene.database.engine.dispose()
            scene.until_settled()
            alive = sum(worker.alive for worker in working)
        scene.claim(alive == scene.workers, f"{alive} of {scene.workers} workers still lived after {restart.__name__}")
    faults = 2 * rounds
    scene.judge(repeats=IN_FLIGHT * faults, doubts=IN_FLIGHT * faults * scene.workers)


@scenario("F13", "power is lost: started again from the files as they were at each commit", databases=("sqlite",))
def power_lost(scene: Scene) -> None:
    scene.queue(scene.size(6, 40))
    copies = scene.folder / "copies"
    with scene.worker(until_idle=True, copies_to=copies) as worker:
        worker.wait()
    taken = sorted(copies.iterdir())
    scene.claim(len(taken) > 6, f"only {len(taken)} copies were taken")
    chosen = taken if scene.full else scene.random.sample(taken, 4)
    for copy in chosen:
        _start_from(scene, copy)
    scene.measure(copies=len(chosen))
    with scene.database.engine.connect() as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    scene.claim(synchronous == 2, f"synchronous is {synchronous}, not FULL")


def _start_from(scene: Scene, copy: Path) -> None:
    """Work on from a copy of the files; what the server had at its moment and has now is held against it."""
    ahead = copy / "convene.db-wal"
    if ahead.exists():  # the beginning of a write that was under way
        ahead.write_bytes(ahead.read_bytes() + scene.random.randbytes(scene.random.randrange(1, 4_000)))
    seen = float((copy / "moment").read_text())
    before = [event for event in scene.server.events() if event.at <= seen]
    url = f"sqlite:///{copy / 'convene.db'}"
    with scripted_smtp(copy / "smtp") as server:
        log = copy / "worker.log"  # what guards against a restored copy lies beside it, as it was then
        with scene.worker(database_url=url, smtp_url=server.url, log=log, until_idle=True) as worker:
            code = worker.wait()
        after = server.events()
    with closing(open_database(url)) as database, database.reading() as session:
        notices = due_notices(session, scene.now)
    most = max((event.transaction for event in before), default=0)
    events = before + [replace(event, transaction=event.transaction + most) for event in after]
    compared = compare(notices, events)
    figures = scene.figures
    figures.mails += compared.due
    figures.lost += len(compared.lost)
    figures.repeats += compared.repeats
    figures.differing += len(compared.differing)
    scene.claim(code == 0, f"from {copy.name} a worker ended with {code}")
    for name in ("lost", "unrecorded", "differing", "strangers"):
        wrong = getattr(compared, name)
        scene.claim(not wrong, f"{name}: {len(wrong)} of {compared.due}, started from {copy.name}")
    undoubted = compared.repeated - compared.uncertain
    scene.claim(not undoubted, f"{len(undoubted)} repeats without a mark, started from {copy.name}")
    scene.claim(compared.repeats <= IN_FLIGHT, f"{compared.repeats} repeats, started from {copy.name}")
    shutil.rmtree(copy)


@scenario("F28", "the database is put back from a copy taken before the mails left")
def restored(scene: Scene) -> None:
    scene.queue(scene.size(12, 200))
    put_back = _copied(scene)
    scene.settle()
    left = len(scene.server.events(Step.KEPT))
    put_back()
    with scene.some_workers():
        scene.until(lambda: bool(scene.pauses()), "the queue was not paused", 10)
        time.sleep(1.5)
    scene.claim(len(scene.server.events(Step.KEPT)) == left, "mails left again by themselves")
    with suppress(ConveneError):
        scene.resume()
    scene.claim(bool(scene.pauses()), "a plain resume was enough")
    scene.resume(after_restore=True, skip=True)
    scene.settle()
    repeats = len(scene.server.events(Step.KEPT)) - left
    scene.figures.mails += left
    scene.figures.repeats += repeats
    scene.claim(repeats == 0, f"{repeats} repeats after the operator said that what was due has left")
    scene.queue(3)
    scene.settle()
    further = len(scene.server.events(Step.KEPT)) - left - repeats
    scene.claim(further == 3, f"{further} of 3 new mails left afterwards")


def _copied(scene: Scene) -> Callable[[], None]:
    """Copy the database; what puts the copy in its place."""
    engine = scene.database.engine
    if scene.kind == "sqlite":
        file, copy = Path(str(engine.url.database)), scene.folder / "copy.db"
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)

        def put_file_back() -> None:
            engine.dispose()
            for side in ("-wal", "-shm"):
                file.with_name(file.name + side).unlink(missing_ok=True)
            shutil.copy(copy, file)

        return put_file_back
    name = str(engine.url.database)
    _say(scene, f"CREATE DATABASE {name}_copy TEMPLATE {name}")
    return lambda: _say(scene, f"DROP DATABASE {name} WITH (FORCE)", f"ALTER DATABASE {name}_copy RENAME TO {name}")


def _say(scene: Scene, *statements: str) -> None:
    """To the server, from beside the database, which nobody may be connected to."""
    scene.database.engine.dispose()
    server = scene.database.engine.url.set(drivername="postgresql", database="postgres")
    with closing(psycopg.connect(server.render_as_string(hide_password=False), autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement.encode())
