"""What README and docs/running.md tell people to type exists."""

import re
import sys
from pathlib import Path

import pytest

from convene.cli.main import run

ROOT = Path(__file__).parents[2]
_README = (ROOT / "README.md").read_text("utf-8")
_RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
_BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```", _README + _RUNNING)
_COMMANDS = [re.sub(r"^(?:[A-Z_]+=\S+ )*", "", line) for block in _BLOCKS for line in block.splitlines()]


def _words(program: str) -> list[list[str]]:
    """The words that follow `program` on its lines, as far as they are plain words: `event list`."""
    lines = [line.split()[1:] for line in _COMMANDS if line.split()[:1] == [program]]
    plain = re.compile(r"[a-z][a-z-]*")
    return [[word for word in line[:2] if plain.fullmatch(word)] for line in lines]


def test_the_two_commands_stand_in_the_readme() -> None:
    assert ["demo"] in _words("make")
    assert ["test"] in _words("make")


def test_every_make_target_in_the_readme_exists() -> None:
    targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"))

    assert [words for words in _words("make") if words[0] not in targets] == []


def test_every_path_in_the_readme_exists() -> None:
    named = set(re.findall(r"\b(?:config|docs|locales|src|templates|tests)/(?:[\w./-]*[\w/])?", _README))
    written_by_its_reader = {"config/convene.toml"}

    assert [path for path in sorted(named - written_by_its_reader) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("words", _words("convene"), ids=" ".join)
def test_every_convene_command_that_is_shown_exists(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["convene", *words, "--help"])

    with pytest.raises(SystemExit) as end:
        run()

    assert not end.value.code
