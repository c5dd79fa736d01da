"""`make faults`: every scenario at full length, with its figures as JSON and as a table in Markdown.

    make faults ARGS="--scenario F1 --database sqlite --seed 7"

Seeds are printed, so that a run that broke something can be run again. Ends 1 where a claim did not hold.
"""

import argparse
import json
import platform
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.both_databases import BOTH
from tests.faults.families import SCENARIOS
from tests.faults.figures_of_faults import as_markdown
from tests.faults.scene import SCALE, Figures, Scenario, play
from tests.postgresql import PostgreSql, running_postgresql
from tests.programmes import small_database

from convene.store.database import Database


def main() -> int:
    """Run what was asked for; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no worker and no server is left behind
    asked = _arguments()
    print(f"seed {asked.seed}, waits scaled by {asked.scale:g}", flush=True)
    chosen = [one for one in SCENARIOS if not asked.scenario or {one.name, one.name.rstrip("abcd")} & {*asked.scenario}]
    figures = []
    with ExitStack() as until_the_end:
        server = None
        for one in chosen:
            for kind in one.databases:
                if asked.database in (None, kind):
                    if kind == "postgresql" and server is None:
                        server = until_the_end.enter_context(running_postgresql(careful=True))
                    figures.append(_run(one, kind, server, asked))
                    _write(asked, figures)
    broken = [f"{each.name} {each.database}: {claim}" for each in figures for claim in each.broken]
    print("\n".join(broken) or "Every claim held.")
    print(f"The figures: {asked.out / 'faults.md'}")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--scenario", action="append", help="F1, F2, ...; may be given again; all by default")
    parser.add_argument("--database", choices=BOTH, help="both by default")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="drawn by default, and printed")
    parser.add_argument("--scale", type=float, default=SCALE, help="1 waits as long as convene does; 1/40 by default")
    parser.add_argument("--runs", type=int, help="how often each scenario runs, instead of its own number")
    parser.add_argument("--short", action="store_true", help="the short versions, as in make test")
    parser.add_argument("--out", type=Path, default=Path("build/faults"), help="the folder of the figures")
    return parser.parse_args()


def _run(one: Scenario, kind: str, server: PostgreSql | None, asked: argparse.Namespace) -> Figures:
    """All runs of a scenario on one database, each with a seed of its own."""
    total = Figures(one.name, kind, asked.seed)
    for run in range(asked.runs or (1 if asked.short else one.runs)):
        seed = asked.seed + run
        with (
            tempfile.TemporaryDirectory(prefix="convene-faults-") as folder,
            _database(kind, server, Path(folder)) as database,
        ):
            figures = play(one, kind, database, Path(folder), seed, full=not asked.short, scale=asked.scale)
        total.add(figures)
        held = "; ".join(figures.broken) or "held"
        print(f"{one.name} {kind} seed {seed}: {figures.seconds:.1f} s, {held}", flush=True)
    return total


@contextmanager
def _database(kind: str, server: PostgreSql | None, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        with small_database(folder) as database:
            yield database
        return
    assert server is not None  # it was started for this
    with server.empty_database() as database:
        yield database


def _write(asked: argparse.Namespace, figures: list[Figures]) -> None:
    """After each scenario, so that a run that is broken off has told what it found."""
    asked.out.mkdir(parents=True, exist_ok=True)
    run = {"seed": asked.seed, "scale": asked.scale, "short": asked.short, "python": platform.python_version()}
    told = {"version": 1, "run": run, "faults": [asdict(each) for each in figures]}
    (asked.out / "faults.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    (asked.out / "faults.md").write_text(as_markdown(figures, run), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
