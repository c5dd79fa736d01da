"""Workers that are killed, stopped and told to end (F1, F2, F14, F26)."""

import signal
import threading
import time
from contextlib import ExitStack

from tests.faults.scene import IN_FLIGHT, Scene, scenario
from tests.faults.scripted_smtp import HANG, Answer, Phase, Step, Then, Turn, delayed
from tests.faults.worker_process import WorkerProcess
from tests.programmes import query

POINTS = (
    ("before-claim", 1, 0),
    ("after-claim", 1, 0),
    ("after-record", 1, 1),
    ("before-body", 1, 1),
    ("after-reply", 2, 1),
)
"""Where a worker is killed when it passes for the first time; how many copies and doubts that may leave.

The first record is that a body leaves: from there on nobody can know whether it did.
"""


@scenario("F1", "kill -9 of a worker at a random instant", runs=50)
def killed_at_random(scene: Scene) -> None:
    mails, kills = scene.size((48, 2), (5_000, 1))
    scene.queue(mails)
    scene.server.always(Phase.AFTER_DOT, lambda _: delayed(scene.random.uniform(0, 0.004)))
    with ExitStack() as until_the_end:
        working = [until_the_end.enter_context(scene.worker()) for _ in range(scene.workers)]
        for instant in sorted(scene.random.sample(range(1, mails - 1), kills)):
            scene.server.wait_for(Step.DOT, instant)
            time.sleep(scene.random.uniform(0, 0.01))
            scene.random.choice(working).kill()
            working.append(until_the_end.enter_context(scene.worker()))
        for worker in working:
            worker.terminate()
            worker.wait()
    scene.settle(scene.size(60, 600))
    compared = scene.judge(repeats=IN_FLIGHT * kills, doubts=IN_FLIGHT * kills, copies=1 + kills)
    scene.measure(repeats_per_kill=compared.repeats / kills, kills=kills)


@scenario("F2", "kill -9 at each named point")
def killed_at_each_point(scene: Scene) -> None:
    rounds = scene.size(1, 100)
    scene.queue((len(POINTS) + 1) * rounds)
    scene.put_off()
    for point, copies, doubts in POINTS:
        for _ in range(rounds):
            reader = scene.bring_on()
            with scene.worker(until_idle=True, die_at=(point, 1)) as worker:
                code = worker.wait()
            scene.claim(code == -signal.SIGKILL, f"{point} was not reached: the worker ended with {code}")
            _settled(scene, reader, f"killed at {point}", copies, doubts)
    for _ in range(rounds):
        reader = scene.bring_on()
        scene.server.next(Phase.AFTER_DOT, Answer(b"", then=Then.HANG, keeps=True))
        with scene.worker(until_idle=True) as worker:
            scene.server.wait_for(Step.DOT, len(scene.server.events(Step.DOT)) + 1)
            worker.kill()
        _settled(scene, reader, "killed after the body", 2, 1)
    scene.judge(repeats=2 * rounds, doubts=4 * rounds)


def _settled(scene: Scene, reader: str, how: str, copies: int, doubts: int) -> None:
    """What became of the one mail."""
    scene.settle(workers=1)
    came = sum(event.recipient == reader for event in scene.server.events(Step.KEPT))
    scene.claim(1 <= came <= copies, f"{came} copies, {how}; at most {copies} may be")
    marks = "SELECT count(*) FROM notice JOIN person ON person.id = person_id WHERE uncertain AND address = ?"
    doubted = query(scene.database, marks, reader)[0][0]
    scene.claim(doubted <= doubts, f"marked uncertain, {how}")


@scenario("F14", "a worker stopped past its lease, another one finishes, the first goes on")
def stopped_past_its_lease(scene: Scene) -> None:
    rounds, points = scene.size(1, 50), (("after-claim", 1), ("before-body", 2))
    scene.queue(len(points) * rounds)
    scene.put_off()
    for point, copies in points:
        for _ in range(rounds):
            reader = scene.bring_on()
            with scene.worker(until_idle=True, hold_at=(point, 1)) as sleeper:
                sleeper.wait_until_held()
                sleeper.stop()
                if scene.kind == "postgresql":  # on SQLite nobody else may work as long as the sleeper lives
                    scene.settle(workers=1)
                else:
                    time.sleep(scene.scaled(75))
                before = scene.states()
                sleeper.go_on()
                sleeper.release()
                code = sleeper.wait()
            scene.claim(code == 0, f"the sleeper ended with {code}: {sleeper.words[-300:]}")
            if scene.kind == "postgresql":
                scene.claim(scene.states() == before, f"the sleeper wrote: {before} became {scene.states()}")
            _settled(scene, reader, f"stopped at {point}", copies, copies - 1)
    scene.judge(repeats=rounds, doubts=rounds)


@scenario(
    "F26",
    "SIGTERM while nothing is to do, while a mail waits for the answer to its final dot or to MAIL, and right after a "
    "claim",
)
def told_to_end(scene: Scene) -> None:
    scene.queue(1)
    with scene.worker() as worker:
        scene.server.wait_for(Step.ANSWERED, 1)
        time.sleep(0.5)  # it is idle now
        scene.measure(seconds_to_end_idle=_ended(scene, worker))
    late = scene.scaled(60)
    scene.server.always(Phase.AFTER_DOT, delayed(late))
    scene.queue(40)
    with scene.worker() as worker:
        scene.server.wait_for(Step.DOT, 2)
        scene.measure(seconds_to_end_busy=_ended(scene, worker))
    asked = threading.Event()

    def hang(_: Turn) -> Answer:
        asked.set()
        return HANG

    scene.server.always(Phase.MAIL, hang)
    with scene.worker() as worker:
        scene.claim(asked.wait(20), "no mail came to its MAIL")
        scene.measure(seconds_to_end_before_body=_ended(scene, worker))
    scene.server.behave()
    with scene.worker(hold_at=("after-claim", 1)) as worker:
        worker.wait_until_held()
        worker.terminate()
        worker.release()
        scene.measure(seconds_to_end_after_claim=_until_ended(scene, worker))
    given_back = scene.states()
    scene.claim(set(given_back) == {"sent", "planned"}, f"a worker that ended left {given_back}")
    scene.settle()
    compared = scene.judge()
    scene.claim(not compared.uncertain, f"{len(compared.uncertain)} marked uncertain by an orderly end")


def _ended(scene: Scene, worker: WorkerProcess) -> float:
    """Tell a worker to end; how many seconds it takes."""
    worker.terminate()
    return _until_ended(scene, worker)


def _until_ended(scene: Scene, worker: WorkerProcess) -> float:
    began = time.monotonic()
    code = worker.wait(20)
    scene.claim(code == 0, f"a worker that was told to end ended with {code}")
    return time.monotonic() - began
