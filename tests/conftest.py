"""What holds for every test: hypothesis draws the same examples each time, and no slow machine fails one.

A test that asks for `database` runs twice: on SQLite and on PostgreSQL.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from tests.both_databases import BOTH, empty_database
from tests.postgresql import NAMED_SERVER, PostgreSql, running_postgresql

from convene.store.database import Database

settings.register_profile("convene", derandomize=True, deadline=None)
settings.load_profile("convene")


_UNTIL_THE_END = pytest.StashKey[ExitStack]()


def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Processes that test side by side share one server. With one each, the first to stop would close folders to the
    others that a server opens to itself as root (`postgresql.py`).
    """
    server = config.stash.setdefault(_UNTIL_THE_END, ExitStack()).enter_context(running_postgresql())
    os.environ[NAMED_SERVER] = server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash.get(_UNTIL_THE_END, ExitStack()).close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """Started by the first test that needs it."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database; on SQLite its file is `convene.db` in the test's folder."""
    with empty_database(request, tmp_path) as opened:
        yield opened


@pytest.fixture(params=BOTH)
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where there is no schema yet: a file that does not exist, an empty database of a server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server: PostgreSql = request.getfixturevalue("postgresql")
    with server.bare_database() as address:
        yield address
