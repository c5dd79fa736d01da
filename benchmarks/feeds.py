"""Feeds beside their peers, in one run and in turn: a static file of nginx, a collection of Radicale.

Run by `make bench-feeds`; see README.md for options and for how to read the figures.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.feed_load import requests_per_second
from benchmarks.feed_programme import SECRET_KEY, fill, token
from benchmarks.feed_servers import Served, convene, nginx, radicale
from benchmarks.feed_steps import FeedSteps
from benchmarks.mail_figures import Series, Table, Target, printed
from benchmarks.mail_programme import apply_programme
from benchmarks.one_core import on_one_core
from benchmarks.sinks import own_sink
from benchmarks.worker_runs import living_worker
from tests.postgresql import running_postgresql

from convene.store.database import Database, open_database

PARTS = ("steps", "nginx", "radicale", "sending", "many", "postgresql")
CONNECTIONS = 32
RELAY_MS = 5
MANY = 10_000
_KINDS = ("200", "200 gzip", "304")
_BOUNDS = {"200": 0.4, "200 gzip": 0.35, "304": 0.3}
_STEP_ROUNDS = 20
_ONE_CORE = "304, one core"
_FROM_MANY = f"convene 304, {CONNECTIONS} connections"

Turn = Callable[[], float]


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="convene-feeds-") as folder:
        bench = Bench(Path(folder), options)
        tables = [getattr(bench, part)() for part in options.parts]
    print(printed(tables))
    if options.json:
        options.json.write_text(json.dumps([table.as_json() for table in tables], indent=2) + "\n", "utf-8")


class Bench:
    """An SQLite database with one programme of `entries` entries, and its feed."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self._folder = folder
        self._options = options
        self._url = f"sqlite:///{folder}/convene.db"
        with closing(open_database(self._url)) as database:
            fill(database, folder, options.entries)
            self._token = token(database)

    def steps(self) -> Table:
        """Inside convene, without a wire."""
        entries = self._options.entries
        with closing(open_database(self._url)) as database:
            steps = FeedSteps(database, self._token, entries)
            cold = tuple(1e6 * steps.cold() / entries for _ in range(3))
            rounds = [(steps.warm(), steps.unchanged(), steps.one_change()) for _ in range(_STEP_ROUNDS)]
        warm, unchanged, one_change = (tuple(values) for values in zip(*rounds, strict=True))
        series = (
            Series("cold, an entry", "us", cold),
            Series("warm, an entry", "us", tuple(1e6 * value / entries for value in warm), "target: at most 2"),
            Series("found unchanged, an entry", "us", tuple(1e6 * value / entries for value in unchanged)),
            Series(
                "one change, to the new body", "ms", tuple(1e3 * value for value in one_change), "target: at most 3"
            ),
        )
        return Table(f"{entries:,} entries, from the question to the body with its ETag", series)

    def nginx(self) -> Table:
        """Beside the static file, while nothing is written."""
        with self._convene() as ours, self._nginx(ours.body) as theirs:
            series = _in_turn(self._options.rounds, {**self._asked("convene", ours), **self._asked("nginx", theirs)})
        targets = tuple(Target(f"convene {kind}", f"nginx {kind}", _BOUNDS[kind]) for kind in _KINDS)
        return Table(f"{self._options.entries:,} entries, {CONNECTIONS} connections", series, targets)

    def postgresql(self) -> Table:
        """Beside the static file, from PostgreSQL as it comes."""
        with ExitStack() as until_the_end:
            server = until_the_end.enter_context(running_postgresql(careful=True))
            url = until_the_end.enter_context(server.bare_database())
            with closing(open_database(url)) as database:
                fill(database, self._folder, self._options.entries)
                steps = FeedSteps(database, token(database), self._options.entries)
                steps.cold()
                one_change = tuple(1e3 * steps.one_change() for _ in range(_STEP_ROUNDS))
                ours = until_the_end.enter_context(convene(url, SECRET_KEY, token(database)))
            theirs = until_the_end.enter_context(self._nginx(ours.body))
            series = _in_turn(self._options.rounds, {**self._asked("convene", ours), **self._asked("nginx", theirs)})
        series += (Series("one change, to the new body", "ms", one_change),)
        targets = tuple(Target(f"convene {kind}", f"nginx {kind}", _BOUNDS[kind]) for kind in _KINDS)
        return Table(f"{self._options.entries:,} entries on PostgreSQL, {CONNECTIONS} connections", series, targets)

    def sending(self) -> Table:
        """The same while a worker sends from the same database, through a relay that takes 5 ms for each mail."""
        self._mails_due()
        with ExitStack() as until_the_end:
            ours = until_the_end.enter_context(self._convene())
            theirs = until_the_end.enter_context(self._nginx(ours.body))
            port = until_the_end.enter_context(own_sink(delay_ms=RELAY_MS))
            until_the_end.enter_context(living_worker(self._url, port))
            turns = {"convene 304": self._asked("convene", ours)["convene 304"]}
            turns |= {"nginx 304": self._asked("nginx", theirs)["nginx 304"]}
            series = _in_turn(self._options.rounds, turns)
        targets = (Target("convene 304", "nginx 304", 0.2),)
        return Table(f"while a worker sends, {CONNECTIONS} connections", series, targets)

    def radicale(self) -> Table:
        """Beside a calendar server that anybody may subscribe to: over one connection, since more make it slower. What
        did not change is asked for over many, too, as subscribers do, and over one on one core: on two, as nginx shows,
        most of the time goes by in waking the other core.
        """
        with ExitStack() as until_the_end:
            ours = until_the_end.enter_context(self._convene())
            theirs = until_the_end.enter_context(self._radicale(ours.body))
            turns = {**self._asked("convene", ours, 1), **self._asked("Radicale", theirs, 1)}
            del turns["convene 200 gzip"], turns["Radicale 200 gzip"]
            turns[_FROM_MANY] = self._asked("convene", ours)["convene 304"]
            limit = until_the_end.enter_context(self._nginx(ours.body))
            turns["nginx 304"] = self._asked("nginx", limit, 1)["nginx 304"]
            turns |= self._on_one_core(until_the_end)
            series = _in_turn(self._options.rounds, turns)
        targets = (
            Target("convene 200", "Radicale 200", 400),
            Target("convene 304", "Radicale 304", 1500),
            Target(f"convene {_ONE_CORE}", f"Radicale {_ONE_CORE}", 1500),
            Target(_FROM_MANY, "Radicale 304", 1500),
        )
        return Table(f"{self._options.entries:,} entries, one connection", series, targets)

    def _on_one_core(self, until_the_end: ExitStack) -> dict[str, Turn]:
        """304 over one connection once more, of servers that share a core with who asks."""
        with on_one_core():
            ours = until_the_end.enter_context(self._convene())
            servers = {
                "convene": ours,
                "Radicale": until_the_end.enter_context(self._radicale(ours.body)),
                "nginx": until_the_end.enter_context(self._nginx(ours.body)),
            }
        asked = {name: self._asked(name, served, 1)[f"{name} 304"] for name, served in servers.items()}
        return {f"{name} {_ONE_CORE}": on_one_core()(turn) for name, turn in asked.items()}

    def many(self) -> Table:
        """Of many feeds one is asked for."""
        steps = []
        with closing(open_database(self._url)) as database:
            steps.append(self._one_change(database))
            with database.writing() as session:
                session.connection().exec_driver_sql(
                    "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?) "
                    "INSERT INTO feedlink "
                    "(public_id, country, language, alarm_minutes, one_bar, generation, created_at) "
                    "SELECT 'other' || n, 'KH', 'en', n, FALSE, 1, '2029-01-01 00:00:00.000000' FROM number",
                    (MANY,),
                )
            steps.append(self._one_change(database))
        series = (Series("one feed", "ms", steps[0]), Series(f"one of {MANY:,} feeds", "ms", steps[1]))
        targets = (Target(f"one of {MANY:,} feeds", "one feed", 1.25, at_most=True),)
        return Table("one change, to the new body of the one that is asked for", series, targets)

    def _one_change(self, database: Database) -> tuple[float, ...]:
        steps = FeedSteps(database, self._token, self._options.entries)
        steps.cold()
        return tuple(1e3 * steps.one_change() for _ in range(_STEP_ROUNDS))

    @contextmanager
    def _convene(self) -> Iterator[Served]:
        with convene(self._url, SECRET_KEY, self._token) as served:
            yield served

    @contextmanager
    def _radicale(self, body: bytes) -> Iterator[Served]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder, radicale(Path(folder), body) as served:
            yield served

    @contextmanager
    def _nginx(self, body: bytes) -> Iterator[Served]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            self._folder.chmod(0o755)
            Path(folder).chmod(0o755)
            with nginx(Path(folder), body) as served:
                assert served.body == body
                yield served

    def _asked(self, name: str, served: Served, connections: int = CONNECTIONS) -> dict[str, Turn]:
        """The three questions of a subscriber: the first, one by a reader of gzip, one who has the calendar already."""
        asked: dict[str, Mapping[str, str]] = {
            "200": {},
            "200 gzip": {"Accept-Encoding": "gzip"},
            "304": {"If-None-Match": served.etag},
        }
        seconds = self._options.seconds
        return {
            f"{name} {kind}": partial(requests_per_second, served, headers, connections, seconds)
            for kind, headers in asked.items()
        }

    def _mails_due(self) -> None:
        """As many mails as a worker is busy with all the time."""
        environment = {"CONVENE_DATABASE_URL": self._url, "CONVENE_SECRET_KEY": SECRET_KEY}
        soon = datetime.now(UTC).date() + timedelta(days=60)
        apply_programme(self._folder, self._options.mails, soon, environment)


def _in_turn(rounds: int, turns: Mapping[str, Turn]) -> tuple[Series, ...]:
    measured: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(rounds):
        for name, turn in turns.items():
            measured[name].append(turn())
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return tuple(Series(name, "answers/s", tuple(values)) for name, values in measured.items())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-feeds", description=__doc__)
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--mails", type=int, default=20_000, help="that a worker sends meanwhile")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
