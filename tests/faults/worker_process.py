"""Real worker processes that can be killed, stopped, continued and told to end: each by its own pid, never by a name.

They come from a server of forks that has imported convene already, so that one starts in milliseconds.
"""

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection
from multiprocessing.context import ForkServerProcess
from threading import Lock

from tests.faults.faulty_worker import WorkerPlan, work

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.faulty_worker", "tests.faults.warm_caches", "psycopg", "pytest"])
# Several scenes are played at once, and whoever starts a process asks after all others: of two who read the end of one,
# the second would take 255 for its exit code.
_READING = Lock()


class WorkerProcess:
    """One process. It starts at once, and `end()` kills it if it still lives."""

    def __init__(self, plan: WorkerPlan) -> None:
        self.plan = plan
        self._here, there = _FORKS.Pipe()
        self._process: ForkServerProcess = _FORKS.Process(target=work, args=(plan, there), daemon=True)
        with _READING:
            self._process.start()
        there.close()

    @property
    def pid(self) -> int:
        pid = self._process.pid
        assert pid is not None  # it was started
        return pid

    @property
    def alive(self) -> bool:
        return self._exit_code(0) is None

    @property
    def words(self) -> str:
        """What it has said so far; workers that share a log say it together."""
        return self.plan.log.read_text("utf-8") if self.plan.log.exists() else ""

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        self._exit_code()

    def stop(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def wait(self, seconds: float = 60) -> int:
        """Wait for its end; its exit code, of a killed one the signal's number with a minus."""
        code = self._exit_code(seconds)
        if code is None:
            raise AssertionError(f"worker {self.pid} still runs after {seconds} s\n{self.where_it_stands()}")
        return code

    def where_it_stands(self) -> str:
        """What it has said, and what each of its tasks waits for."""
        self._signal(signal.SIGUSR1)
        time.sleep(1)
        return self.words

    def wait_until_held(self, seconds: float = 30) -> str:
        """Wait until it stands still at the point of its plan; the point's name."""
        assert self._here.poll(seconds), f"no point was reached within {seconds} s\n{self.words}"
        point: str = self._here.recv()
        return point

    def release(self) -> None:
        """Let it go on from the point at which it is held."""
        self._here.send("go on")

    def limit_files(self, size: int | None) -> None:
        """From now on no file of it grows beyond `size` bytes, as on a disk that is full; None: there is room again."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def end(self) -> None:
        """Whatever state it is in, it does not outlive this."""
        if self.alive:
            self.kill()
        self._here.close()
        with _READING:
            self._process.close()

    def _exit_code(self, seconds: float | None = None) -> int | None:
        """Wait so long (None: until it ends) for its end; None where it has not ended."""
        connection.wait([self._process.sentinel], seconds)
        with _READING:
            return self._process.exitcode

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


@contextmanager
def worker_process(plan: WorkerPlan) -> Iterator[WorkerProcess]:
    """A worker that does not outlive the block."""
    process = WorkerProcess(plan)
    try:
        yield process
    finally:
        process.end()
