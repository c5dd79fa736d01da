"""Planning a million notices, side by side with a bare copy of the same rows, APScheduler and procrastinate.

Run by `make benchmarks`; see README.md for options and for how to read the figures.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.figures_table import COPY, COPY_WITH_PARTS, OURS, OURS_WITH_PARTS, Comparison, Measured, printed
from tests.postgresql import running_postgresql

KINDS = ("sqlite", "postgresql")
ROUNDS = 3
SIZES = (10_000, 100_000, 1_000_000)
_TOP = Path(__file__).parents[1]
_PEER_PYTHON = _TOP / "build" / "benchmarks" / "bin" / "python"


@dataclass(frozen=True)
class Ground:
    """A database to measure on: its kind, its address, and the addresses of one for each peer."""

    kind: str
    url: str
    apscheduler: str
    procrastinate: str | None


def main() -> None:
    options = _options()
    comparisons = []
    for kind in options.databases:
        for notices in options.sizes:
            with _ground(kind) as ground:
                print(f"{kind}, about {notices:,} notices", file=sys.stderr)
                comparisons.append(compare(ground, notices, options.jobs))
    print(printed(comparisons))
    if options.json:
        options.json.write_text(json.dumps([one.as_json() for one in comparisons], indent=2) + "\n", "utf-8")


def compare(ground: Ground, notices: int, jobs: int) -> Comparison:
    """Measure everything in turn, several times, and keep the medians."""
    _step("load", ground.url, str(notices))
    rounds = [_round(ground, jobs) for _ in range(ROUNDS)]
    _step("plan", ground.url)  # the copy brought its own ids, and PostgreSQL would give them again
    ours = [one[OURS] for one in rounds]
    return Comparison(
        database=ground.kind,
        notices=int(ours[0]["rows"]),
        rates={name: median(one[name]["rows"] / one[name]["seconds"] for one in rounds) for name in rounds[0]},
        before_mib=median(one["before_mib"] for one in ours),
        peak_mib=max(one["peak_mib"] for one in ours),
        again=_step("again", ground.url),
        move=_step("move", ground.url),
    )


def _round(ground: Ground, jobs: int) -> dict[str, Measured]:
    plan, copy = _step("plan", ground.url), _step("copy", ground.url)
    measured = {
        OURS: plan,
        OURS_WITH_PARTS: {**plan, "rows": plan["rows"] + plan["parts"]},
        COPY_WITH_PARTS: {**copy, "rows": copy["rows"] + copy["parts"]},
        COPY: {**copy, "seconds": copy["seconds_alone"]},
    }
    measured["APScheduler"] = _run(sys.executable, "-m", "benchmarks.apscheduler_jobs", ground.apscheduler, str(jobs))
    if ground.procrastinate:
        peer = str(_TOP / "benchmarks" / "procrastinate_jobs.py")
        measured["procrastinate"] = _run(str(_PEER_PYTHON), peer, ground.procrastinate, str(10 * jobs))
    return measured


def _step(name: str, url: str, *more: str) -> Measured:
    return _run(sys.executable, "-m", "benchmarks.planning_steps", name, url, *more)


def _run(*command: str) -> Measured:
    done = subprocess.run(command, cwd=_TOP, stdout=subprocess.PIPE, text=True, check=True)
    figures: Measured = json.loads(done.stdout)
    return figures


@contextmanager
def _ground(kind: str) -> Iterator[Ground]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="convene-benchmarks-") as folder:
            yield Ground(kind, f"sqlite:///{folder}/convene.db", f"sqlite:///{folder}/apscheduler.db", None)
        return
    with running_postgresql(careful=True) as server, ExitStack() as databases:
        ours, first, second = (databases.enter_context(server.bare_database()) for _ in range(3))
        yield Ground(kind, ours, first, second)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Planning, side by side with a bare copy and with public peers.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="NOTICES", help="how many notices")
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS, help="where they are stored")
    parser.add_argument("--jobs", type=int, default=2_000, help="for APScheduler; procrastinate gets ten times as many")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
