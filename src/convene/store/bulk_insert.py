"""Many rows at once, the quick way of each database: SQLite's executemany, PostgreSQL's COPY.

Past SQLAlchemy's statements, which spend several times as long on the parameters as the database on the rows.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Date, Table
from sqlmodel import Session

from convene.model.columns import UtcMoment

_SQLITE = "sqlite"
_UP_TO_MICROSECONDS = len("2020-01-13 02:00:00.000000")

Stored = tuple[Any, ...]
"""A row with its values as the database takes them."""


def bulk_insert(session: Session, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert `rows`, each with its values in the order of `columns`. Moments are in UTC, and aware."""
    insert_stored(session, table, columns, as_stored(session.get_bind().dialect.name, table, columns, rows))


def as_stored(dialect: str, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> list[Stored]:
    """The rows as SQLAlchemy's types write them: dates, lists and maps as text, moments to the microsecond, on SQLite
    without zone.

    Text on PostgreSQL too: its driver takes longer to write a moment than Python does.
    """
    moments = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, UtcMoment)]
    dates = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Date)]
    documents = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, JSON)]
    end = _UP_TO_MICROSECONDS if dialect == _SQLITE else None
    written: dict[datetime, str] = {}  # many rows share a moment
    stored = []
    for row in rows:
        values = list(row)
        for place in moments:
            moment = values[place]
            if moment not in written:
                written[moment] = moment.isoformat(" ", "microseconds")[:end]
            values[place] = written[moment]
        for place in dates:
            values[place] = values[place] and values[place].isoformat()
        for place in documents:
            values[place] = None if values[place] is None else json.dumps(values[place])
        stored.append(tuple(values))
    return stored


def insert_stored(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Stored]) -> None:
    """The same with what `as_stored` gave."""
    if not rows:
        return
    connection = session.connection()
    names = ", ".join(columns)
    if connection.dialect.name != _SQLITE:
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        places = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)
