"""A terminal in which `convene` is typed: its own folder, database and clock, and what came out.

The command runs in this process, through the entry of the console script.
"""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.programmes import all_rows, database_file

from convene.cli.main import run

NOW = "2020-01-06T03:00:00Z"


@dataclass(frozen=True)
class Answer:
    """The exit code, what a script reads, what a person reads."""

    code: int
    out: str
    err: str

    def json(self, name: str) -> Any:
        """The value under `name`, of a command that ended well."""
        assert self.code == 0, self.err
        value = json.loads(self.out)
        assert value["version"] == 1
        return value[name]


@dataclass
class Terminal:
    """`folder` is where the commands run; `settings` are CONVENE_* variables without the prefix."""

    folder: Path
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "convene.db"

    def __call__(self, *words: str | Path, **settings: str) -> Answer:
        """Type `convene WORDS`, with `settings` for this once."""
        with self.patch.context() as patch:
            for name, value in {**self.settings, **settings}.items():
                patch.setenv(f"CONVENE_{name}", value)
            patch.setattr(sys, "argv", ["convene", *map(str, words)])
            patch.chdir(self.folder)
            self.captured.readouterr()
            code = _exit_code()
        out, err = self.captured.readouterr()
        return Answer(code, out, err)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the database."""
        return all_rows(self.database)


def _exit_code() -> int:
    try:
        run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def new_terminal(folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal with an empty database, on the morning of Mon 6 January 2020 in Phnom Penh."""
    for name in [name for name in os.environ if name.startswith("CONVENE_")]:
        patch.delenv(name)
    database_file(folder)
    settings = {"DATABASE_URL": "sqlite:///convene.db", "NOW": NOW, "SECRET_KEY": "a-key-for-tests"}
    return Terminal(folder, patch, captured, settings)
