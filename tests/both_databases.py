"""The two kinds of database that convene runs on: what a fixture with `params=BOTH` asks for."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.postgresql import PostgreSql
from tests.programmes import small_database

from convene.store.database import Database

BOTH = ("sqlite", "postgresql")


@contextmanager
def empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """An empty database of the newest schema, of the kind that `request` names; SQLite's file lies in `folder`."""
    opened = small_database(folder) if request.param == "sqlite" else _postgresql(request)
    with opened as database:
        yield database


def _postgresql(request: pytest.FixtureRequest) -> AbstractContextManager[Database]:
    server: PostgreSql = request.getfixturevalue("postgresql")
    return server.empty_database()
