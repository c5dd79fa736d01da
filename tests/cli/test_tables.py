"""Tables in a terminal: whatever its width, keys and addresses stay whole, so that they can be copied."""

import re
import sys

import pytest

from convene.cli.tables import print_table

COLUMNS = ("event", "when", "people", "title")
ROWS = [
    ("sgra-cambodia/mutual-aid", "Tue 2020-01-21", "49", "Mutual-aid seminar in Phnom Penh"),
    ("sgra-cambodia/dac-3", "Mon 2020-01-20", "9", ""),
]
_BOLD = re.compile(r"\x1b\[\d*m")


def printed(columns: int, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> list[str]:
    """What a terminal of that width shows."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table(COLUMNS, ROWS, right=("people",))
    return _BOLD.sub("", captured.readouterr().out).splitlines()


@pytest.mark.parametrize("columns", range(30, 100))
def test_no_word_is_cut(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(columns, monkeypatch, capsys)

    words = " ".join(lines).split()
    assert {word for row in ROWS for cell in row for word in cell.split()} <= set(words)
    assert max(map(len, lines)) <= max(columns, len(ROWS[0][0]))


def test_a_wide_terminal_shows_each_row_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line.rstrip() for line in printed(100, monkeypatch, capsys)]

    assert lines[1] == "sgra-cambodia/mutual-aid  Tue 2020-01-21      49  Mutual-aid seminar in Phnom Penh"


def test_a_terminal_too_narrow_for_a_table_shows_each_row_beneath_its_first_cell_without_what_is_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(40, monkeypatch, capsys) == [
        "sgra-cambodia/mutual-aid",
        "    when: Tue 2020-01-21  people: 49",
        "    title: Mutual-aid seminar in Phnom",
        "        Penh",
        "sgra-cambodia/dac-3",
        "    when: Mon 2020-01-20  people: 9",
    ]
