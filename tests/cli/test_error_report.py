"""A report in a terminal that is too narrow for its columns."""

import io

import pytest

from convene.cli.error_report import print_problems
from convene.errors import Problem

KINDS = "did you mean seminar? " + "meeting, " * 9
KIND = Problem("a.yaml", 10, 11, "events.a.kind", 'There is no kind "semminar".', KINDS)
MOVED = Problem("a.yaml", 0, 0, "", "Sun 19 Jan is the weekend", "-> Fri 17 Jan", "moved", "1 day before, Japan")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, columns: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_problems([KIND, MOVED], stream)
    return stream.getvalue().splitlines()


def test_cells_stand_beneath_each_other_where_a_line_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(_Terminal(), 60, monkeypatch) == [
        "a.yaml",
        "  error     10:11, events.a.kind",
        '            There is no kind "semminar".',
        "            did you mean seminar? meeting, meeting, meeting,",
        "              meeting, meeting, meeting, meeting, meeting,",
        "              meeting,",
        "  moved     1 day before, Japan",
        "            Sun 19 Jan is the weekend",
        "            -> Fri 17 Jan",
    ]


def test_a_wide_terminal_and_a_file_get_one_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(shown(_Terminal(), 200, monkeypatch)) == 3
    assert len(shown(io.StringIO(), 60, monkeypatch)) == 3
