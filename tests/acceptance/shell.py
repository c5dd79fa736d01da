"""The commands as a coordinator's shell runs them: each in a process of its own, with settings in the environment."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programmes import query

ENTRY = "from convene.cli.main import run; run()"


@dataclass(frozen=True)
class Shell:
    """`settings` are CONVENE_* variables without the prefix; the database is `convene.db` in `folder`."""

    folder: Path
    settings: dict[str, str]

    @property
    def database(self) -> Path:
        return self.folder / "convene.db"

    def convene(self, *words: str | Path, **settings: str) -> bytes:
        """Run `convene WORDS`, which must end 0; its data."""
        chosen = {"DATABASE_URL": "sqlite:///convene.db", **self.settings, **settings}
        ended = subprocess.run(
            [sys.executable, "-c", ENTRY, *map(str, words)],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(sys.path),
                **{f"CONVENE_{name}": value for name, value in chosen.items()},
            },
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr.decode()
        return ended.stdout

    def json(self, name: str, *words: str) -> Any:
        """What `convene WORDS --json` holds under `name`."""
        return json.loads(self.convene(*words, "--json"))[name]

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return query(self.database, sql, *values)
