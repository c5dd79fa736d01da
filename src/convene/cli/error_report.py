"""Problems and errors as lines for the person at the terminal: what, where, what to do. Words go to stderr."""

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from shutil import get_terminal_size
from typing import TextIO

from convene.errors import LEVELS, ContentError, ConveneError, Problem

_MOST_LINES = 40
_NEVER_CUT = ("error", "warning")
_WIDEST = {0: 8, 1: 46, 2: 60}
"""Columns up to which the cells of a report are aligned; what is longer pushes the rest of its line to the right."""


def report(error: ConveneError) -> None:
    """Print an error, with every problem it holds."""
    if isinstance(error, ContentError):
        print_problems(error.problems)
    print(error.sentence, file=sys.stderr)
    if error.remedy:
        print(f"  {error.remedy}", file=sys.stderr)


def print_problems(
    problems: Sequence[Problem], stream: TextIO | None = None, headlines: Mapping[str, str] | None = None
) -> None:
    """One line each: level, place or what it is about, sentence, remedy; by file, under its headline or its name.

    `headlines` are printed also for files without a problem. `stream` None: stderr.
    """
    stream, headlines = stream or sys.stderr, headlines or {}
    for file in dict.fromkeys([*headlines, *(problem.file for problem in problems)]):
        rows = _rows([problem for problem in in_order(problems) if problem.file == file])
        gap = "\n" if headlines and rows else ""
        print(headlines.get(file, file) + gap, file=stream)
        print_rows(rows, _aligned(rows), stream)
        print(end=gap, file=stream)


def print_rows(rows: Sequence[tuple[str, ...]], lines: Sequence[str], stream: TextIO | None = None) -> None:
    """Rows of what kind of thing it is, what it is about, and sentences; `lines` are the same in columns.

    In a terminal too narrow for the columns each cell stands beneath the one before. `stream` None: stderr.
    """
    stream, width = stream or sys.stderr, get_terminal_size().columns
    too_wide = stream.isatty() and max(map(len, lines), default=0) > width
    for line in (part for row in rows for part in _beneath(row, width)) if too_wide else lines:
        print(line, file=stream)


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """By file, then by what they are, faults first; those of one kind by place."""
    files = {file: number for number, file in enumerate(dict.fromkeys(problem.file for problem in problems))}
    return sorted(problems, key=lambda problem: (files[problem.file], LEVELS.index(problem.level), _place(problem)))


def _rows(problems: Sequence[Problem]) -> list[tuple[str, ...]]:
    """The cells of each problem; of very many of a kind that is no fault, the rest is a number."""
    rows: list[tuple[str, ...]] = []
    for level, group in groupby(problems, key=lambda problem: problem.level):
        alike = list(group)
        shown = len(alike) if level in _NEVER_CUT else _MOST_LINES
        rows += [_cells(problem) for problem in alike[:shown]]
        rows += [(level, f"and {len(alike) - shown} more", "check --json lists them all", "")] if alike[shown:] else []
    return rows


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _beneath(row: tuple[str, ...], width: int) -> Iterator[str]:
    level, about, *sentences = row
    indent = " " * (_WIDEST[0] + 4)
    yield f"  {level:<{_WIDEST[0]}}  {about}"
    for sentence in sentences:
        yield from textwrap.wrap(
            sentence,
            width,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [min(max(len(row[column]) for row in rows), limit) for column, limit in _WIDEST.items()] if rows else []
    return [_line(row, widths) for row in rows]


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
    return f"  {'  '.join([*padded, row[-1]])}".rstrip()


def _cells(problem: Problem) -> tuple[str, str, str, str]:
    if problem.about:
        return problem.level, problem.about, problem.what, problem.remedy
    place = f"{problem.line}:{problem.column}" if problem.column else str(problem.line or "")
    where = ", ".join(part for part in (place, problem.where) if part)
    return problem.level, where, problem.what, problem.remedy
