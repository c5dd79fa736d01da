"""Whether what was read from the database still stands there: asked before every feed that is served from memory.

A feed depends on nothing that a transaction of `Database.writing()` does not announce by raising the content version.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, Protocol

from sqlalchemy import text

from convene.store.database import Database
from convene.store.sqlite_file import file_at

TRUSTED_SECONDS = 1.0
"""For how long PostgreSQL is believed to stand as it was seen: asking a server takes longer than serving a feed."""

_BUSY_TIMEOUT_MS = 5000
_STATE = """
    SELECT content_version, restores, (SELECT coalesce(max(generation), 1) FROM feedlink) FROM installation
"""


class Seen(NamedTuple):
    """The database as somebody saw it. `epoch` counts how often it turned out to be another one (put back from a copy,
    its file replaced): numbers of before mean nothing then. `newest_generation` is the highest of all feed links.
    """

    epoch: int
    version: int
    newest_generation: int


class ContentWatch(Protocol):
    def seen(self) -> Seen | None:
        """What stands in the database now, in microseconds and without waiting. None: `look` must find out."""

    def look(self) -> Seen:
        """The same, read anew; waits for the database, so it is called in a thread. Raises where it is away."""


def watch_content(database: Database, seconds: Callable[[], float]) -> ContentWatch:
    """The watch that suits the kind of database. `seconds` is a clock that only ever rises."""
    if database.engine.dialect.name == "sqlite":
        return SqliteWatch(database)
    return ServerWatch(database, seconds)


class _Epochs:
    """Tells a database that moved on from one that was put back."""

    def __init__(self) -> None:
        self._epoch = 0
        self._last: tuple[int, int] = (0, 0)

    def another(self) -> None:
        self._epoch += 1

    def seen(self, version: int, restores: int, newest_generation: int) -> Seen:
        if version < self._last[0] or restores != self._last[1]:
            self._epoch += 1
        self._last = (version, restores)
        return Seen(self._epoch, version, newest_generation)


@dataclass(frozen=True)
class _Kept:
    """What a connection saw. `data_version` is SQLite's own: it changes with every commit of anybody else."""

    connection: sqlite3.Connection
    file: tuple[int, int]
    data_version: int
    seen: Seen


class SqliteWatch:
    """On one connection kept for this: nothing was committed while `PRAGMA data_version` is what it was.

    A worker that sends moves it hundreds of times a second, so the content version has the last word. The file itself
    is looked at too, since a connection would go on reading one that was deleted.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._path = database.engine.url.database or ""
        self._epochs = _Epochs()
        self._kept: _Kept | None = None
        self._lock = Lock()

    def seen(self) -> Seen | None:
        kept = self._kept
        if kept is None or not self._lock.acquire(blocking=False):
            return None
        try:
            if file_at(self._path) != kept.file:
                return None
            if _data_version(kept.connection) != kept.data_version:
                kept = self._kept = self._read(kept.connection, kept.file)
            return kept.seen
        except (OSError, sqlite3.Error):
            self._kept = None
            return None
        finally:
            self._lock.release()

    def look(self) -> Seen:
        with self._lock:
            file = file_at(self._path)  # before connecting, which would make a file where there is none
            kept = self._kept
            if kept is None or kept.file != file:
                if kept is not None:
                    self._forget(kept)
                connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
                connection.execute("PRAGMA query_only = ON")
            else:
                connection = kept.connection
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
            self._kept = self._read(connection, file)
            connection.execute("PRAGMA busy_timeout = 0")  # in place nobody waits
            return self._kept.seen

    def _read(self, connection: sqlite3.Connection, file: tuple[int, int]) -> _Kept:
        # In this order: a commit in between makes the number wrong at the next look, and costs one more reading.
        data_version = _data_version(connection)
        return _Kept(connection, file, data_version, self._epochs.seen(*connection.execute(_STATE).fetchone()))

    def _forget(self, kept: _Kept) -> None:
        """The file is another one: the connections that wait in the pool would still read the old one."""
        with suppress(sqlite3.Error):
            kept.connection.close()
        self._database.engine.dispose()
        self._epochs.another()


class ServerWatch:
    """PostgreSQL: what was seen is trusted for a second, in every process by itself."""

    def __init__(self, database: Database, seconds: Callable[[], float]) -> None:
        # One statement needs no transaction, whose end would take two more ways to the server.
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._seconds = seconds
        self._epochs = _Epochs()
        self._kept: tuple[float, Seen] | None = None
        self._lock = Lock()

    def seen(self) -> Seen | None:
        kept = self._kept
        return kept[1] if kept and self._seconds() - kept[0] < TRUSTED_SECONDS else None

    def look(self) -> Seen:
        with self._lock:
            asked = self._seconds()
            with self._engine.connect() as connection:
                seen = self._epochs.seen(*connection.execute(text(_STATE)).one())
            self._kept = (asked, seen)
            return seen


def _data_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])
