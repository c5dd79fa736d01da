"""What a mail costs to compose, by language, beside a template rendered for each reader, in one run and in turn.

Run by `make bench-compose`; see README.md for how to read the figures.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.compose_letters import letter_in, mail_to, writer_of
from benchmarks.mail_samples import Sample, sample_of

from convene.language.languages import LANGUAGES

STEPS = ("load", "first", "cold", "warm")
_HERE = Path(__file__).parent
_PEER_PYTHON = _HERE.parent / "build" / "benchmarks" / "bin" / "python"
_PEERS = {"Jinja2": (sys.executable, "jinja_compose.py"), "Django 5.2": (str(_PEER_PYTHON), "django_compose.py")}
Round = dict[str, float]
"""Microseconds by step and peer; `size` in bytes."""


@dataclass(frozen=True)
class Asked:
    """Of whom a sample is made."""

    reads: str
    zone: str
    name: str
    address: str


def main() -> None:
    options = _options()
    peers = {name: peer for name, peer in _PEERS.items() if Path(peer[0]).exists()}
    rounds: dict[str, list[Round]] = {language: [] for language in LANGUAGES}
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder) / "templates.json"
        templates.write_text(json.dumps([asdict(sample_in(language)) for language in LANGUAGES]), "utf-8")
        for _ in range(options.rounds):
            for language in LANGUAGES:
                rounds[language].append(_answer([sys.executable, "-m", "benchmarks.compose_steps", language]))
            for name, (python, script) in peers.items():
                spent = _answer([python, str(_HERE / script), str(templates), str(options.mails)])
                for language, cost in spent.items():
                    rounds[language][-1][name] = cost
    medians = {language: _medians(found) for language, found in rounds.items()}
    print("\n".join(_table(medians, tuple(peers))))
    if options.json:
        options.json.write_text(json.dumps({"rounds": rounds, "medians": medians}, indent=2) + "\n", "utf-8")


def sample_in(language: str) -> Sample:
    """The mail to the first reader of `language`, as templates."""
    letter = letter_in(language)
    reader = letter.reader
    asked = Asked(language, reader.whereabouts.zone, reader.name, reader.address)
    return sample_of(mail_to(1, letter, writer_of(letter)), asked)


def _answer(command: list[str]) -> Round:
    answer: Round = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return answer


def _medians(rounds: list[Round]) -> Round:
    return {step: median(found[step] for found in rounds) for step in rounds[0]}


def _table(medians: Mapping[str, Round], peers: tuple[str, ...]) -> Iterator[str]:
    """Markdown, so that it can be pasted where it is discussed."""
    yield f"| language | bytes | {' | '.join((*STEPS, *peers))} | {' | '.join(f'{peer} / warm' for peer in peers)} |"
    yield "|---" * (2 + len(STEPS) + 2 * len(peers)) + "|"
    for language, spent in medians.items():
        costs = (f"{spent[step]:,.0f}" for step in (*STEPS, *peers))
        ratios = (f"{spent[peer] / spent['warm']:.1f}" for peer in peers)
        yield f"| {language} | {spent['size']:,.0f} | {' | '.join((*costs, *ratios))} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-compose")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mails", type=int, default=400, help="how many the peers make, by language")
    parser.add_argument("--json", type=Path, help="write every figure there, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
