"""Many rows at once, the quick way of each database: SQLite's executemany, PostgreSQL's COPY.

Past SQLAlchemy's statements, which spend several times as long on the parameters as the database on the rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Date, Table
from sqlmodel import Session

from convene.model.columns import UtcMoment

_UP_TO_MICROSECONDS = len("2020-01-13 02:00:00.000000")


def bulk_insert(session: Session, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert `rows`, each with its values in the order of `columns`. Moments are in UTC, and aware."""
    connection = session.connection()
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    values = _as_sqlite(table, columns, rows)
    if values:
        places = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", values)


def _as_sqlite(table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows as SQLAlchemy's types write them: moments to the microsecond and without their zone, dates as text."""
    moments = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, UtcMoment)]
    dates = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Date)]
    written = []
    for row in rows:
        values = list(row)
        for place in moments:
            values[place] = values[place].isoformat(" ", "microseconds")[:_UP_TO_MICROSECONDS]
        for place in dates:
            values[place] = values[place] and values[place].isoformat()
        written.append(tuple(values))
    return written
