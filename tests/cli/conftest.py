"""What the tests of the command line share."""

from pathlib import Path

import pytest
from tests.cli.terminal import Terminal, new_terminal


@pytest.fixture
def convene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return new_terminal(tmp_path, monkeypatch, capsys)
