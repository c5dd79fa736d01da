"""convene's whole path from a due notice to a recorded one, beside peers, in one run and in turn.

Run by `make bench-mail`; see README.md for options and for how to read the figures.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import mean, median

from benchmarks.claim_steps import measure
from benchmarks.mail_figures import Series, Table, Target, printed
from benchmarks.mail_peers import Peers, Rate
from benchmarks.mail_programme import Guest, guests
from benchmarks.received_mails import find_faults
from benchmarks.relay_sink import Received, read_kept
from benchmarks.sinks import own_sink, postfix_sink
from benchmarks.worker_runs import Applied, Run, applied, run_workers

from convene.store.database import open_database

KINDS = ("sqlite", "postgresql")
PARTS = ("speed", "relay", "claim", "memory")
RELAY_MS = 5
CLAIMS = 50
_SQLITE, _ONE, _TWO = "convene, SQLite", "convene, PostgreSQL", "convene, PostgreSQL, two workers"
_LIMIT = "smtp-source"
SPEED_TARGETS = (
    Target(_SQLITE, _LIMIT, 0.6),
    Target(_SQLITE, "Django 5.2", 15),
    Target(_SQLITE, "Indico 3.3", 18),
    Target(_TWO, _ONE, 1.6),
)
RELAY_TARGETS = (Target(_SQLITE, _LIMIT, 0.9),)

Turn = Callable[[], Rate]


@dataclass
class Convene:
    """convene's turn: all mails of one database, from a fresh copy. `runs` keeps what each took."""

    ground: Applied
    port: int
    connections: int
    size: float
    workers: int = 1
    runs: list[Run] = field(default_factory=list)

    def __call__(self) -> Rate:
        run = self.ground.run(self.port, self.connections, self.workers)
        self.runs.append(run)
        return Rate(run.rate, 1e6 * run.cpu_seconds / run.mails, self.size)

    def whole(self, name: str) -> Series:
        """With the start and the end of its processes."""
        rates = tuple(run.mails / run.whole_seconds for run in self.runs)
        return Series(f"{name}: processes from start to end", "mails/s", rates)


def main() -> None:
    options = _options()
    tables = _beside_peers(options) if {"speed", "relay"} & {*options.parts} else []
    if "claim" in options.parts:
        tables.append(_claim(options))
    if "memory" in options.parts:
        tables.append(_memory(options))
    print(printed(tables))
    if options.json:
        options.json.write_text(json.dumps([table.as_json() for table in tables], indent=2) + "\n", "utf-8")


def _beside_peers(options: argparse.Namespace) -> list[Table]:
    """Every mail is checked first; the peers then send the same words."""
    tables = []
    with ExitStack() as until_the_end:
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="convene-peers-")))
        grounds = [until_the_end.enter_context(applied(kind, options.mails)) for kind in options.databases]
        kept = [_verified(ground, options.connections, folder / f"{ground.kind}.kept") for ground in grounds]
        size = mean(len(mail.body) for mail in read_kept(kept[0]))
        peers = Peers(folder, _one_of_each(kept[0]), size)
        if "speed" in options.parts:
            tables.append(_speed(options, grounds, peers, size))
        if "relay" in options.parts:
            tables += _relay(options, peers, size)
    return tables


def _verified(ground: Applied, connections: int, keep: Path) -> Path:
    """A run whose every mail is kept and held against what should have arrived. Ends the program on a fault."""
    workers = 2 if ground.kind == "postgresql" else 1
    with ground.copied() as url:
        with own_sink(keep=keep) as port:
            run_workers(url, port, ground.people, connections, workers)
        with closing(open_database(url)) as database:
            faults = find_faults(read_kept(keep), database, guests(ground.people))
    if faults:
        sys.exit("\n".join([f"{ground.kind}: {len(faults)} faults in {ground.people} mails", *faults[:20]]))
    _say(f"{ground.kind}: {ground.people:,} mails by {workers} worker(s), each once and right, byte for byte")
    return keep


def _one_of_each(kept: Path) -> list[tuple[Received, Guest]]:
    """The mail of one reader, and who that is, for each language and country."""
    by_address = {mail.recipient: mail for mail in read_kept(kept)}
    chosen: dict[tuple[str, str], tuple[Received, Guest]] = {}
    for guest in guests(len(by_address)):
        chosen.setdefault((guest.reads, guest.country), (by_address[guest.address], guest))
    return list(chosen.values())


def _speed(options: argparse.Namespace, grounds: list[Applied], peers: Peers, size: float) -> Table:
    """Into a server that takes everything as fast as it can."""
    with postfix_sink() as port:
        turns: dict[str, Turn] = {
            _LIMIT: partial(peers.smtp_source, options.mails, port, options.connections),
            "Django 5.2": partial(peers.django, options.peer_mails, port),
            "aiosmtplib, ready bytes": partial(peers.aiosmtplib, options.mails, port, options.connections),
        }
        if peers.has_indico:
            turns["Indico 3.3"] = partial(peers.indico, options.peer_mails, port)
        ours: dict[str, Convene] = {}
        for ground in grounds:
            our_turn = partial(Convene, ground, port, options.connections, size)
            ours |= {_SQLITE: our_turn()} if ground.kind == "sqlite" else {_ONE: our_turn(), _TWO: our_turn(workers=2)}
        series = _in_turn(options.rounds, {**turns, **ours})
    title = f"{options.mails:,} mails into smtp-sink, {options.connections} connections"
    return Table(title, (*series, *(one.whole(name) for name, one in ours.items())), SPEED_TARGETS)


def _relay(options: argparse.Namespace, peers: Peers, size: float) -> list[Table]:
    """Into a relay that thinks for 5 ms about every mail: what counts is to have its connections busy."""
    tables = []
    with applied("sqlite", options.relay_mails) as ground:
        for pipelining in (True, False):
            with own_sink(delay_ms=RELAY_MS, pipelining=pipelining) as port:
                turns: dict[str, Turn] = {
                    _LIMIT: partial(peers.smtp_source, options.relay_mails, port, options.connections),
                    _SQLITE: Convene(ground, port, options.connections, size),
                }
                series = _in_turn(options.rounds, turns)
            offered = "offered" if pipelining else "not offered"
            title = f"{options.relay_mails:,} mails, {RELAY_MS} ms for each, {options.connections} connections"
            tables.append(Table(f"{title}, PIPELINING {offered}", series, RELAY_TARGETS))
    return tables


def _claim(options: argparse.Namespace) -> Table:
    """What it takes to claim and mark a hundred, however many wait."""
    _say("claim and mark")
    with tempfile.TemporaryDirectory(prefix="convene-claims-") as folder:
        measured = measure(Path(folder), options.pending, options.rounds, CLAIMS)
    series = tuple(Series(_claimed(*name), "ms for 100", tuple(values)) for name, values in measured.items())
    targets = [Target(_claimed("convene", n), _claimed("plain sqlite3", n), 1.5, at_most=True) for n in options.pending]
    least, most = min(options.pending), max(options.pending)
    if least != most:
        targets.append(Target(_claimed("convene", most), _claimed("convene", least), 1.25, at_most=True))
    return Table("Claim and mark, SQLite", series, tuple(targets))


def _claimed(name: str, pending: int) -> str:
    return f"{name}, {pending:,} pending"


def _memory(options: argparse.Namespace) -> Table:
    """What the worker's process held at most."""
    series = []
    for mails in options.memory:
        with applied("sqlite", mails) as ground, postfix_sink() as port:
            run = ground.run(port, options.connections)
        note = f"{run.before_mib:.0f} MiB before the first mail; {run.rate:,.0f} mails/s"
        series.append(Series(f"{mails:,} mails", "MiB", (run.peak_mib,), note))
    most, least = series[-1].name, series[0].name
    return Table("Peak memory of one worker, SQLite", tuple(series), (Target(most, least, 1.25, at_most=True),))


def _in_turn(rounds: int, turns: Mapping[str, Turn]) -> tuple[Series, ...]:
    """A B C A B C: other work on the machine meets all alike."""
    measured: dict[str, list[Rate]] = {name: [] for name in turns}
    for number in range(1, rounds + 1):
        for name, turn in turns.items():
            measured[name].append(turn())
            _say(f"round {number} of {rounds}: {name}: {measured[name][-1].mails_per_second:,.0f} mails/s")
    return tuple(
        Series(name, "mails/s", tuple(one.mails_per_second for one in rates), _note(rates))
        for name, rates in measured.items()
    )


def _note(rates: Sequence[Rate]) -> str:
    size = f", {rates[0].size:,.0f} bytes" if rates[0].size else ""
    return f"{median(rate.cpu_us for rate in rates):,.0f} us of CPU a mail{size}"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure (all of it)")
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS, help="where (both)")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="how often each is measured (5)")
    parser.add_argument("--mails", type=int, default=10_000, metavar="N", help="mails a run (10,000)")
    parser.add_argument("--peer-mails", type=int, default=2_000, metavar="N", help="of Django and Indico (2,000)")
    parser.add_argument("--relay-mails", type=int, default=4_000, metavar="N", help="to the slow relay (4,000)")
    parser.add_argument(
        "--memory", nargs="+", type=int, default=[10_000, 100_000], metavar="N", help="mails of the memory runs"
    )
    parser.add_argument(
        "--pending", nargs="+", type=int, default=[10_000, 5_000_000], metavar="N", help="of the claims"
    )
    parser.add_argument("--connections", type=int, default=4, metavar="C", help="of each sender (4)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
