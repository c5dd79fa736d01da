"""What was shown is what is done: a change of somebody else in between is not overrun."""

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import SOKHA, query

from convene.model.person import Person
from convene.store.database import open_database

DAYS = "SELECT on_date FROM day"


class PersonAtTheKeyboard(io.StringIO):
    """Types yes to every question, after something has happened."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens

    def isatty(self) -> bool:
        return True

    def readline(self, _size: int | None = -1) -> str:  # type: ignore[override]
        self._happens()
        return "y\n"


def nothing(_: Terminal) -> None:
    """Nobody else is there."""


def change_of_somebody_else(told: Terminal) -> None:
    with closing(open_database(f"sqlite:///{told.database}")) as database, database.writing() as session:
        person = session.get_one(Person, 1)
        person.name = "Somebody changed this meanwhile"


class Reader(io.StringIO):
    """A pager: while it is read, somebody else writes to the database."""

    def __init__(self, database: Path) -> None:
        super().__init__()
        self._database = database

    def write(self, text: str) -> int:
        with closing(sqlite3.connect(self._database, timeout=0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
        return super().write(text)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("diff", "moved.yaml"), "2020-01-21"),
        (("person", "edit", SOKHA, "--name", "Participant 9", "--dry-run"), "In the programmes: small."),
    ],
)
def test_while_somebody_reads_what_would_change_others_may_write(
    told: Terminal, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], shown: str
) -> None:
    moved = (told.folder / "small.yaml").read_text("utf-8").replace("Mon 2020-01-20", "Tue 2020-01-21")
    (told.folder / "moved.yaml").write_text(moved, "utf-8")
    reader = Reader(told.database)
    monkeypatch.setattr("sys.stdout", reader)
    monkeypatch.setattr("sys.stderr", reader)

    answer = told(*words)

    assert answer.code == 0
    assert shown in reader.getvalue()


@pytest.mark.parametrize(
    ("happens", "code", "date"), [(nothing, 0, "2020-01-21"), (change_of_somebody_else, 4, "2020-01-20")]
)
def test_a_move_is_made_only_on_what_its_preview_was_made_from(
    told: Terminal, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Terminal], None], code: int, date: str
) -> None:
    monkeypatch.setattr("sys.stdin", PersonAtTheKeyboard(lambda: happens(told)))

    answer = told("event", "move", "meeting", "--by", "1 day")

    assert answer.code == code
    assert query(told.database, DAYS) == [(date,)]
    assert ("changed by somebody else while you looked" in answer.err) == (code == 4)
