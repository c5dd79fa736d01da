"""Several who want the same rows: locks held by others (F11), pauses (F8d), and two coordinators at once (F22)."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session
from tests.faults.scene import Scene, scenario
from tests.faults.scripted_smtp import Step
from tests.programmes import query

from convene.errors import ConflictError
from convene.store.database import open_database
from convene.store.pauses import add_pause
from convene.usecases.events.edit_event import Edit, edit_event


@contextmanager
def write_lock(scene: Scene) -> Iterator[None]:
    """Another process holds what every writer needs: the write lock of SQLite's file, or all notices of PostgreSQL."""
    if scene.kind == "postgresql":
        with scene.database.engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE notice IN ACCESS EXCLUSIVE MODE")
            yield
        return
    path = Path(str(scene.database.engine.url.database))
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@scenario("F11", "another process holds the write lock for 1, 10 and 60 seconds")
def locked_out(scene: Scene) -> None:
    holds: tuple[float, ...] = scene.size((1.0,), (1.0, 10.0, 60.0))
    for hold in holds:
        scene.queue(30)
        before = len(scene.server.events(Step.KEPT))
        with scene.some_workers() as working:
            scene.server.wait_for(Step.KEPT, before + 3)
            with write_lock(scene):
                time.sleep(hold)
            scene.until_settled()
            scene.claim(all(worker.alive for worker in working), f"a worker died of a lock of {hold:.0f} s")
            words = working[0].words
        if hold <= 10:
            scene.claim("locked" not in words, f"a lock of {hold:.0f} s was complained of: {words[-300:]}")
        scene.claim("Traceback" not in words, f"a lock of {hold:.0f} s gave a stack trace: {words[-300:]}")
    scene.judge()


@scenario("F22", "two coordinators edit the same event at the same moment")
def two_coordinators(scene: Scene) -> None:
    scene.queue(2)
    lost = crashed = refused = 0
    races = scene.size(5, 1_000)
    for number in range(races):
        words = ({"title": [f"Title {number}"]}, {"description": [f"Description {number}"]})
        outcomes = _at_once(scene, *(_edit(Edit(words=each), scene) for each in words))
        [(title, description)] = query(scene.database, "SELECT title, description FROM event")
        stored = (f"Title {number}" in str(title), f"Description {number}" in str(description))
        saved = tuple(outcome is None for outcome in outcomes)
        lost += any(was and not there for was, there in zip(saved, stored, strict=True))
        refused += sum(isinstance(outcome, ConflictError) for outcome in outcomes)
        crashes = [outcome for outcome in outcomes if outcome and not isinstance(outcome, ConflictError)]
        crashed += len(crashes)
        if crashes and crashed == len(crashes):
            scene.claim(False, f"an edit crashed: {type(crashes[0]).__name__}: {str(crashes[0])[:200]}")
    scene.measure(races=races, lost_updates=lost, refused=refused, crashed=crashed)
    scene.claim(lost == 0, f"{lost} lost updates in {races} races")
    scene.claim(crashed == 0, f"{crashed} edits crashed in {races} races")


@scenario("F8d", "several workers are refused, and pause the queue at the same moment", databases=("postgresql",))
def paused_at_once(scene: Scene) -> None:
    rounds = scene.size(10, 200)
    for _ in range(rounds):
        _at_once(scene, *(lambda session: add_pause(session, "the server refused us", scene.now) for _ in range(2)))
        scene.measure(pauses=len(scene.pauses()))
        scene.claim(len(scene.pauses()) == 1, f"{len(scene.pauses())} pauses of everything")
        scene.resume()
        scene.claim(not scene.pauses(), "one resume did not end the pause")


def _edit(edit: Edit, scene: Scene) -> Callable[[Session], object]:
    return lambda session: edit_event(session, "small/meeting", edit, scene.now + timedelta(minutes=1))


def _at_once(scene: Scene, *changes: Callable[[Session], object]) -> list[Exception | None]:
    """Make changes at the same moment, each over a connection of its own; what each raised."""
    start, outcomes = threading.Barrier(len(changes)), dict[int, Exception | None]()

    def run(number: int, change: Callable[[Session], object]) -> None:
        database = open_database(scene.url)
        try:
            start.wait()
            with database.writing() as session:
                change(session)
            outcomes[number] = None
        except Exception as error:  # whatever it is, the scenario tells
            outcomes[number] = error
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=(number, change)) for number, change in enumerate(changes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes[number] for number in range(len(changes))]
