"""The question before mail is caused, answered by somebody at a real terminal."""

import os
import pty
import sys
from collections.abc import Iterator

import pytest
from tests.cli.terminal import Answer, Terminal
from tests.programmes import query, write_programme


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Somebody sits at the terminal that the command reads from; what is written here, they type."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield ours
    os.close(ours)


def answered(convene: Terminal, typing: int, answer: str, ask_above: int) -> Answer:
    write_programme(convene.folder, settings=f"  ask_above: {ask_above}\n")
    os.write(typing, answer.encode() + b"\n")
    return convene("apply", "small.yaml")


@pytest.mark.parametrize(("ask_above", "answer"), [(50, "y"), (50, "Y"), (2, "y"), (1, "2")])
def test_few_people_are_answered_for_with_y_and_many_with_their_number(
    convene: Terminal, typing: int, ask_above: int, answer: str
) -> None:
    assert answered(convene, typing, answer, ask_above).code == 0

    assert query(convene.database, "SELECT count(*) FROM event") == [(1,)]


@pytest.mark.parametrize(("ask_above", "answer"), [(50, "n"), (50, ""), (50, "2"), (1, "y"), (1, "1"), (1, "")])
def test_any_other_answer_ends_4_and_writes_nothing(
    convene: Terminal, typing: int, ask_above: int, answer: str
) -> None:
    before = convene.rows()

    assert answered(convene, typing, answer, ask_above).code == 4

    assert convene.rows() == before


def test_who_ends_the_input_instead_of_answering_changes_nothing(convene: Terminal, typing: int) -> None:
    before = convene.rows()

    ended = answered(convene, typing, "\x04", 50)

    assert ended.code == 4
    assert "Traceback" not in ended.err
    assert convene.rows() == before
