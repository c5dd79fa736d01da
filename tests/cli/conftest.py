"""What the tests of the command line share."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal, new_terminal
from tests.programmes import INVITED_AT, send_due, write_programme

from convene.store.database import open_database


@pytest.fixture
def convene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return new_terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def told(convene: Terminal) -> Terminal:
    """Two people were invited to the meeting by mail."""
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    database = open_database(f"sqlite:///{convene.database}")
    try:
        assert asyncio.run(send_due(database, INVITED_AT)) == {"sent": 2}
    finally:
        database.close()
    return convene
