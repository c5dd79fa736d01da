"""Claim and mark, 100 notices at a time, on SQLite: convene's own calls beside their very statements in plain sqlite3.

What convene says to the driver is written down in a run that is not timed, and said once more by the driver alone.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import event, insert

from convene.model.notice import Notice
from convene.store.database import Database, open_database
from convene.store.delivery_records import bodies_leave, record_sent
from convene.store.driver_sql import DriverSql
from convene.store.notice_queue import claim_due

BATCH = 100
NOW = datetime(2027, 3, 1, tzinfo=UTC)
_WORKER = 1
_HELD = DriverSql("SELECT id FROM notice WHERE claimed_by = :worker")
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536")
_COLUMNS = [column for column in Notice.model_fields if column not in ("id", "person_id", "due_at")]
_FILL = f"""
    WITH RECURSIVE number(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM number WHERE i < :pending)
    INSERT INTO notice (person_id, due_at, {", ".join(_COLUMNS)})
    SELECT i, strftime('%Y-%m-%d %H:%M:%S.000000', '2027-01-01', '+' || (i / 200 * 1618033 % 4000000) || ' seconds'),
        {", ".join(_COLUMNS)}
    FROM number, notice WHERE notice.id = 1
"""

Saying = Callable[[sqlite3.Connection], object]
"""One thing that convene said to the driver."""


def measure(folder: Path, pending: list[int], rounds: int, claims: int) -> dict[tuple[str, int], list[float]]:
    """Milliseconds for a hundred, for each round: of "convene" and "plain sqlite3", with so many pending, in turn."""
    with ExitStack() as until_the_end:
        turns: dict[tuple[str, int], Callable[[], None]] = {}
        for number in pending:
            path = folder / f"pending-{number}.db"
            database = until_the_end.enter_context(closing(open_database(f"sqlite:///{path}")))
            fill(database, path, number, claims * BATCH)
            said = _written_down(database, claims)
            put_back(path)
            turns["convene", number] = partial(claim_and_mark, database, claims)
            turns["plain sqlite3", number] = partial(repeat, path, said)
        measured: dict[tuple[str, int], list[float]] = {name: [] for name in turns}
        for _ in range(rounds):
            for name, turn in turns.items():
                started = perf_counter()
                turn()
                measured[name].append(1000 * (perf_counter() - started) / claims)
                marked = put_back(folder / f"pending-{name[1]}.db")
                assert marked == claims * BATCH, f"{name[0]} marked {marked}"
    return measured


def claim_and_mark(database: Database, claims: int) -> None:
    """Claim a hundred and mark them as sent, so many times over, as the worker does."""
    for _ in range(claims):
        with database.recording_connection() as connection:
            claim_due(connection, _WORKER, NOW, NOW, BATCH)
        with database.recording_connection() as connection:
            claimed = [held for (held,) in _HELD.run(connection, worker=_WORKER)]
            bodies_leave(connection, _WORKER, claimed)
            record_sent(connection, _WORKER, claimed, NOW)


def repeat(path: Path, said: list[Saying]) -> None:
    """Say all of it once more to the driver alone, and read its answers."""
    with _plain(path) as connection:
        for saying in said:
            saying(connection)


def fill(database: Database, path: Path, pending: int, kept: int) -> None:
    """So many notices, all overdue: 200 in a row for one moment, the moments in no order. `kept` are put back later."""
    with database.recording() as session:
        session.execute(insert(Notice).values(**_waiting()))
    with _plain(path) as connection:
        connection.execute(_FILL, {"pending": pending})
        connection.execute("CREATE TABLE kept AS SELECT * FROM notice ORDER BY due_at, id LIMIT ?", (kept,))
    _settle(path)


def _waiting() -> dict[str, Any]:
    """The first notice, the pattern of the others."""
    return {
        "cause_id": 1,
        "person_id": 1,
        "round": 1,
        "due_at": NOW - timedelta(days=1),
        "timezone": "Asia/Phnom_Penh",
        "useful_until": NOW + timedelta(days=30),
        "language": "km",
        "language_source": "person",
        "role": "participant",
        "created_at": NOW - timedelta(days=90),
    }


def _written_down(database: Database, claims: int) -> list[Saying]:
    """All that convene says to the driver while it claims and marks."""
    said: list[Saying] = []
    factory = _listening_connection(said)

    def on_connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["factory"] = factory

    database.engine.dispose()  # no connection of before is used
    event.listen(database.engine, "do_connect", on_connect)
    database.engine.connect().close()
    said.clear()  # of how a connection begins
    claim_and_mark(database, claims)
    event.remove(database.engine, "do_connect", on_connect)
    database.engine.dispose()
    return said


def _listening_connection(said: list[Saying]) -> type[sqlite3.Connection]:
    def execute(statement: str, values: Any) -> None:
        said.append(lambda plain: plain.execute(statement, values).fetchall())

    def execute_many(statement: str, rows: Any) -> None:
        said.append(lambda plain: plain.executemany(statement, rows))

    class ListeningCursor(sqlite3.Cursor):
        def execute(self, statement: str, values: Any = (), /) -> Any:
            execute(statement, values)
            return super().execute(statement, values)

        def executemany(self, statement: str, rows: Any, /) -> Any:
            execute_many(statement, rows)
            return super().executemany(statement, rows)

    class ListeningConnection(sqlite3.Connection):
        def cursor(self, factory: Any = ListeningCursor) -> Any:
            return super().cursor(factory)

        def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
            execute(statement, values)
            return super().execute(statement, values)

        def commit(self) -> None:
            said.append(lambda plain: plain.commit())
            super().commit()

    return ListeningConnection


def put_back(path: Path) -> int:
    """Undo what a round wrote; how many notices it had marked as sent."""
    with _plain(path) as connection:
        [(sent,)] = connection.execute("SELECT count(*) FROM notice WHERE state = 'sent'").fetchall()
        connection.execute("INSERT OR REPLACE INTO notice SELECT * FROM kept")
    _settle(path)
    return int(sent)


def _settle(path: Path) -> None:
    """Let nobody pay for what was written before: neither the next commit nor the disk."""
    with _plain(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.sync()


@contextmanager
def _plain(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        yield connection
