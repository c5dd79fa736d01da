"""People files: one row for one person, columns in any order, only `email` required."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from convene.errors import Problem
from convene.programme_file.document import PersonEntry
from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.findings import quoted
from convene.programme_file.reading.people_row import COLUMNS, RowReader
from convene.programme_file.reading.read_programme import BYTE_ORDER_MARK

MOST_ROWS = 200_000

_KEPT_APART = {"address", "groups", "file", "line"}
_DETAILS = tuple(name for name in PersonEntry.__dataclass_fields__ if name not in _KEPT_APART)


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass
class _PeopleFile:
    """One file while it is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, column: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, 0, column, what, remedy))


def read_people(text: str, file: str) -> tuple[list[PersonEntry], list[Problem]]:
    """The people of a CSV file in the order of their first rows, and all problems with their lines.

    Rows at fault are left out. Notes say what names of countries and languages were taken for, once for each name.
    """
    source = _PeopleFile(file)
    rows = list(_rows(text.removeprefix(BYTE_ORDER_MARK), source))
    if not rows:
        if not source.problems:
            source.error(1, "", "The file is empty.", f"begin with a line of columns: {','.join(COLUMNS)}")
        return [], source.problems
    header = _header(rows[0], source)
    if header is None:
        return [], source.problems
    if len(rows) == 1:
        what = "The file has a header and no people."
        source.problems.append(Problem(file, rows[0].line, 0, "", what, "add a row for each person", "note"))
    people, problems = merge_people(_people(header, rows[1:], source))
    return people, sorted([*source.problems, *problems])


def merge_people(entries: Iterable[PersonEntry]) -> tuple[list[PersonEntry], list[Problem]]:
    """One entry for one address. Rows that agree become one, empty cells filled and groups joined; where two rows
    contradict each other the first stands, and the problem names both lines.
    """
    merged: dict[str, PersonEntry] = {}
    problems: list[Problem] = []
    for entry in entries:
        first = merged.get(entry.address)
        if first is None:
            merged[entry.address] = entry
            continue
        column = next((name for name in _DETAILS if _differ(getattr(first, name), getattr(entry, name))), None)
        if column:
            problems.append(_contradiction(first, entry, column))
        else:
            merged[entry.address] = _joined(first, entry)
    return list(merged.values()), problems


def _rows(text: str, source: _PeopleFile) -> Iterator[_Row]:
    """The rows that hold anything, each with its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            row = _Row(line, cells)
            line = reader.line_num + 1
            if row.is_blank:
                continue
            count += 1
            if count > MOST_ROWS + 1:
                source.error(row.line, "", f"The file has more than {MOST_ROWS:,} people.", "split it")
                return
            yield row
    except csv.Error as error:
        what = f"This row cannot be read as CSV: {error}."
        source.error(line, "", what, 'a cell with a comma or a quote is written "like ""this"", so"')


def _header(row: _Row, source: _PeopleFile) -> list[str] | None:
    """The columns in their order; None where the rows below cannot be understood."""
    names, before = [cell.strip().casefold() for cell in row.cells], len(source.problems)
    if len(names) == 1 and any(sign in names[0] for sign in ";\t"):
        source.error(row.line, "", "The columns are not separated by commas.", "save the file as CSV with commas")
        return None
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            remedy = nearest(name, COLUMNS, f"known columns: {', '.join(COLUMNS)}")
            source.error(row.line, name, f"There is no column {quoted(name)}.", remedy)
        elif names.count(name) > 1:
            source.error(row.line, name, f"The column {quoted(name)} comes twice.", "keep one of them")
    if "email" not in names and not any(problem.remedy == "did you mean email?" for problem in source.problems):
        source.error(row.line, "email", "The file has no column email.", f"begin with: {','.join(COLUMNS)}")
    return names if len(source.problems) == before else None


def _people(header: list[str], rows: Iterable[_Row], source: _PeopleFile) -> Iterator[PersonEntry]:
    reader = RowReader(source.file)
    for row in rows:
        if len(row.cells) != len(header):
            what = f"The row has {len(row.cells)} cells, the header {len(header)}."
            remedy = "leave cells empty rather than out, and quote cells that hold commas"
            source.error(row.line, "", what, remedy)
            continue
        person = reader.person(dict(zip(header, row.cells, strict=True)), row.line)
        if person:
            yield person
    source.problems += reader.problems()


def _differ(first: object, second: object) -> bool:
    return first is not None and second is not None and first != second


def _joined(first: PersonEntry, second: PersonEntry) -> PersonEntry:
    filled = {name: getattr(first, name) or getattr(second, name) for name in _DETAILS}
    return replace(first, **filled, groups=tuple(dict.fromkeys((*first.groups, *second.groups))))


def _contradiction(first: PersonEntry, second: PersonEntry, column: str) -> Problem:
    place = f"line {first.line}" if first.file == second.file else f"{first.file} line {first.line}"
    here, there = quoted(str(getattr(second, column))), quoted(str(getattr(first, column)))
    what = f"{second.address} has the {column} {here} in line {second.line} and {there} in {place}."
    return Problem(second.file, second.line, 0, column, what, "write the same in both rows, or keep one row")
