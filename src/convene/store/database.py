"""The database: opened with the settings that the promises need, on every connection.

SQLite: WAL, `synchronous=FULL` (a committed row survives a power cut), foreign keys, a busy timeout, and writers that
begin IMMEDIATE, since a reader that turns writer fails at once despite the timeout. PostgreSQL needs none of it, but
must be told that a reader wants to see one state.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import SingletonThreadPool
from sqlmodel import Session, select

from convene.errors import ConflictError, ConveneError
from convene.model.columns import read_json
from convene.model.installation import Installation
from convene.store.schema import bring_up_to_date
from convene.store.sqlite_file import follow_file

_RAISE_CONTENT_VERSION = text("UPDATE installation SET content_version = content_version + 1")
_BUSY_TIMEOUT_MS = 30_000
_PRIMARY_CODE = 0xFF
_PASSING = frozenset(
    (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
)
_READ_ONLY = "25006"
"""How PostgreSQL refuses a write: it is a standby, or was told to take none."""
_CACHE_KIB = 65_536
"""Holds the indexes of a million notices, which are written in no order: half as fast again as with the default."""


class DatabaseError(ConveneError):
    """The database cannot be opened, or is not one of ours."""


class Database:
    """One database. Short transactions: `reading()` sees one state, `writing()` commits at its end or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(convene_writes=True)
        self._one_state = _seeing_one_state(engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that keeps nothing, whatever is tried in it."""
        with Session(self._one_state) as session:
            yield session
            if self._one_state is not self.engine and session.in_transaction():
                # Nothing can be written in it; and at a rollback psycopg forgets which statements it has prepared.
                session.connection().commit()

    @contextmanager
    def writing(self, seen: int | None = None) -> Iterator[Session]:
        """A transaction that takes the write lock at once; rolled back on any error.

        It raises the content version, by which a worker sees that what it read may be out of date. `seen` is the
        version that somebody was shown before they agreed: raises ConflictError where it is another one by now.
        """
        with self.recording() as session:
            if seen is not None and content_version(session) != seen:
                raise ConflictError(
                    "Something was changed by somebody else while you looked, so nothing was changed.",
                    "run the command again, and look at what it says now",
                )
            yield session
            # Last of all, so that two transactions never wait for each other's row.
            raise_content_version(session)

    @contextmanager
    def recording(self) -> Iterator[Session]:
        """As `writing()`, for what the delivery notes down of its own work: no mail will read differently for it."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def recording_connection(self) -> Iterator[Connection]:
        """As `recording()`, for the statements of a hot path, which need no session."""
        with self._writer.begin() as connection:
            try:
                yield connection
            except self.driver_errors:
                # SQLAlchemy has not seen it, and would give the broken connection to the next one who asks.
                connection.invalidate()
                raise

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """A transaction that is always rolled back: to see what a change would do."""
        with Session(self._writer, expire_on_commit=False) as session:
            session.begin()
            try:
                yield session
            finally:
                session.rollback()

    @property
    def is_of_one_thread(self) -> bool:
        """Whether it is kept in memory: every other thread would see an empty one of its own."""
        return isinstance(self.engine.pool, SingletonThreadPool)

    @property
    def driver_errors(self) -> type[Exception]:
        """What the driver itself raises where a statement fails, or the database is away."""
        error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return error

    def is_outage(self, error: BaseException) -> bool:
        """Whether an error of the driver may pass: locked, full, restarting, away, a standby. A statement at fault does
        not.
        """
        if isinstance(error, sqlite3.Error):
            return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _PASSING
        driver = self.engine.dialect.loaded_dbapi
        return isinstance(error, driver.OperationalError | driver.InterfaceError) or takes_no_writes(error)

    def close(self) -> None:
        self.engine.dispose()


def takes_no_writes(error: BaseException | None) -> bool:
    """Whether this is what a server that only reads answers to a write, as the driver or SQLAlchemy raises it."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) == _READ_ONLY


def content_version(session: Session) -> int:
    """How often what mails say, or whether they leave, may have changed."""
    return session.exec(select(Installation.content_version)).one()


def raise_content_version(session: Session) -> None:
    """Let every mail that is made and has not left be made anew. Last in its transaction, as in `writing()`."""
    session.execute(_RAISE_CONTENT_VERSION)


def open_database(url: str) -> Database:
    """Open `url` (`sqlite:///file.db`, `postgresql+psycopg://...`) and bring its schema up to date.

    Raises DatabaseError with what to do when it cannot be opened or belongs to a newer convene.
    """
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        _create_private(engine.url.database)
    try:
        bring_up_to_date(engine)
    except ConveneError:
        engine.dispose()
        raise
    return Database(engine)


def connect_database(url: str) -> Database:
    """The same with its schema as it is, and nothing tried yet: for whoever only looks. An SQLite file must exist."""
    return Database(_engine(url))


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, json_deserializer=read_json)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        remedy = "write sqlite:///convene.db, or postgresql://user@host/name with the package's extra [postgresql]"
        raise DatabaseError(f"The database address cannot be used: {type(error).__name__}.", remedy) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        path = engine.url.database
        if path and path != ":memory:" and "uri" not in engine.url.query:
            follow_file(engine, path)
    else:
        _prepare_server(engine)
    return engine


def _seeing_one_state(engine: Engine) -> Engine:
    """PostgreSQL would show each statement of a transaction what was committed in between."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _create_private(path: str | None) -> None:
    """Make a new database file readable by its owner alone: it holds addresses. SQLite's side files take its mode."""
    if not path or path == ":memory:" or Path(path).exists():
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise DatabaseError(f'"{path}" cannot be made: {error.strerror}.', "check CONVENE_DATABASE_URL") from error


def _prepare_server(engine: Engine) -> None:
    @event.listens_for(engine, "handle_error")
    def _on_error(context: ExceptionContext) -> None:
        """A writer that a failover left with a standby connects anew: to the server that has its place by then."""
        writes = context.connection is not None and context.connection.get_execution_options().get("convene_writes")
        if writes and takes_no_writes(context.original_exception):
            context.is_disconnect = True

    @event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        # SQLAlchemy lets whoever comes after a reader begin READ WRITE: a standby says that it has no such feature, and
        # a server that was set to read only writes all the same.
        connection.read_only = None


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in (
            f"busy_timeout = {_BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            f"cache_size = -{_CACHE_KIB}",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("convene_writes", False)
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
