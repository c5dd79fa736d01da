"""Rows of several tables, read by the driver in one question, as plain objects with a table's columns: SQLAlchemy's
session, which keeps track of what is done to its objects, takes three times as long to make them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel


class PlainRows:
    """What to ask for, and how to read it. Columns named by `without` are left out, and nobody reads them by mistake.
    The first column of each table is its id.
    """

    def __init__(self, *tables: type[SQLModel], without: Sequence[str] = ()) -> None:
        self._columns = [
            [column for column in table.__table__.columns if column.name not in without]  # type: ignore[attr-defined]
            for table in tables
        ]
        self._parts: dict[str, list[_Part]] = {}

    @property
    def names(self) -> str:
        """The columns, for a SELECT from these tables."""
        return ", ".join(str(column) for columns in self._columns for column in columns)

    def read(self, rows: Iterable[Sequence[Any]], dialect: Dialect) -> Iterator[tuple[Any, ...]]:
        """Each row as one object for each table, None where the table has nothing for it. Equal ids of a table give the
        same object. The driver's values become what the columns' types make of them.
        """
        parts = self._parts.get(dialect.name) or self._parts.setdefault(dialect.name, self._parts_of(dialect))
        known: list[dict[int | None, SimpleNamespace | None]] = [{None: None} for _ in parts]
        for row in rows:
            for part, of_table in zip(parts, known, strict=True):
                number = row[part.begin]
                if number not in of_table:
                    of_table[number] = part.read(row)
            yield tuple(of_table[row[part.begin]] for part, of_table in zip(parts, known, strict=True))

    def _parts_of(self, dialect: Dialect) -> list["_Part"]:
        parts, begin = [], 0
        for columns in self._columns:
            types = ((column.name, column.type.dialect_impl(dialect)) for column in columns)
            made = ((name, kind.result_processor(dialect, None)) for name, kind in types)
            readers = tuple((name, reader) for name, reader in made if reader)
            parts.append(_Part(begin, tuple(column.name for column in columns), readers))
            begin += len(columns)
        return parts


class _Part(NamedTuple):
    """Where the columns of a table begin in a row, their names, and what reads those that the driver does not give as
    they are meant.
    """

    begin: int
    names: tuple[str, ...]
    readers: tuple[tuple[str, Callable[[Any], Any]], ...]

    def read(self, row: Sequence[Any]) -> SimpleNamespace:
        values = dict(zip(self.names, row[self.begin : self.begin + len(self.names)], strict=True))
        for name, reader in self.readers:
            values[name] = reader(values[name])
        return SimpleNamespace(**values)
