"""Tables and JSON on stdout: for people, and for scripts."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

_WIDE = 400
"""Columns where stdout is no terminal: nothing is cut for a script that reads on."""


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """A table without lines. `right` names the columns of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _WIDE
    console = Console(width=width, markup=False, highlight=False, soft_wrap=width is not None)
    if width is None:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_json(name: str, items: Any) -> None:
    """`{"version": 1, NAME: items}` (design section 6)."""
    print(json.dumps({"version": 1, name: items}, ensure_ascii=False, indent=2))


def say(sentence: str) -> None:
    """Words for the person at the terminal: stderr, so that stdout stays data."""
    print(sentence, file=sys.stderr)
