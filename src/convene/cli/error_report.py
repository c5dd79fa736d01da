"""Problems and errors as lines for the person at the terminal: what, where, what to do. Words go to stderr."""

import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from convene.errors import ContentError, ConveneError, Problem


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
    """One line each: level, place, sentence, remedy; grouped by file, under its headline or its name.

    `stream` None: stderr.
    """
    stream = stream or sys.stderr
    for file in dict.fromkeys(problem.file for problem in problems):
        print((headlines or {}).get(file, file), file=stream)
        rows = [_cells(problem) for problem in problems if problem.file == file]
        widths = [min(max(len(row[column]) for row in rows), limit) for column, limit in ((0, 10), (1, 46), (2, 78))]
        for row in rows:
            padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
            print(f"  {'  '.join([*padded, row[3]]).rstrip()}", file=stream)


def _cells(problem: Problem) -> tuple[str, str, str, str]:
    place = f"{problem.line}:{problem.column}" if problem.column else str(problem.line or "")
    where = ", ".join(part for part in (place, problem.where) if part)
    return problem.level, where, problem.what, problem.remedy
