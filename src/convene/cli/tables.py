"""Tables and JSON on stdout: for people, and for scripts."""

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from shutil import get_terminal_size
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

_WIDE = 400
"""Columns where stdout is no terminal: nothing is cut for a script that reads on."""
_GAP = 2
_INDENT = " " * 4


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """A table without lines; in a terminal too narrow for its words, each row beneath its first cell. No word is cut,
    so that keys and addresses can be copied. `right` names the columns of numbers.
    """
    if not sys.stdout.isatty():
        with (console := Console(width=_WIDE, markup=False, highlight=False, soft_wrap=True)).capture() as captured:
            console.print(_table(columns, rows, right, [None] * len(columns)))
        print("\n".join(line.rstrip() for line in captured.get().splitlines()))
        return
    width = get_terminal_size().columns
    if widths := _widths([columns, *rows], width):
        Console(width=width, markup=False, highlight=False).print(_table(columns, rows, right, widths))
        return
    for first, *others in rows:
        print("\n".join([first, *_beneath(columns[1:], others, width)]))


def _table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str], widths: Sequence[int | None]
) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, justify="right" if column in right else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*row)
    return table


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column is where all of them fit into `width`, wrapped between words; empty where they do not."""
    cells = list(zip(*rows, strict=True))
    found = [max(cell_len(word) for cell in column for word in cell.split() or [""]) for column in cells]
    missing = [max(map(cell_len, column)) - least for column, least in zip(cells, found, strict=True)]
    left = width - sum(found) - _GAP * (len(found) - 1)
    if left < 0:
        return []
    for done, column in enumerate(sorted(range(len(found)), key=missing.__getitem__)):
        more = min(missing[column], left // (len(found) - done))
        found[column] += more
        left -= more
    return found


def _beneath(columns: Sequence[str], cells: Sequence[str], width: int) -> Iterator[str]:
    """The cells of a row that say something, each behind the name of its column, as many on a line as fit."""
    line = ""
    for column, cell in zip(columns, cells, strict=True):
        if not cell:
            continue
        named = f"{column}: {cell}"
        if line and cell_len(f"{_INDENT}{line}{' ' * _GAP}{named}") > width:
            yield from _indented(line, width)
            line = ""
        line = f"{line}{' ' * _GAP}{named}" if line else named
    if line:
        yield from _indented(line, width)


def _indented(line: str, width: int) -> list[str]:
    return textwrap.wrap(
        line,
        width,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_json(name: str, items: Any) -> None:
    """`{"version": 1, NAME: items}` (design section 6)."""
    print(json.dumps({"version": 1, name: items}, ensure_ascii=False, indent=2))


def say(sentence: str) -> None:
    """Words for the person at the terminal: stderr, so that stdout stays data."""
    print(sentence, file=sys.stderr)
