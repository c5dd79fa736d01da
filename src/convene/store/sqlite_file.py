"""Which file lies at the path of an SQLite database: a connection goes on reading one that was moved or replaced."""

import os
import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError


def file_at(path: str) -> tuple[int, int]:
    """What tells the file from any other. Raises OSError where there is none."""
    status = os.stat(path)
    return status.st_dev, status.st_ino


def follow_file(engine: Engine, path: str) -> None:
    """Let nobody have a connection of `engine` that reads another file than the one at `path`; where there is none, the
    database is away, and none is made.
    """

    @event.listens_for(engine, "do_connect")
    def _on_connecting(_dialect: Any, record: Any, _arguments: Any, _options: Any) -> None:
        record.info["file"] = _present(path)

    @event.listens_for(engine, "checkout")
    def _on_checkout(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["file"] != _present(path):
            raise DisconnectionError("another file lies there")  # SQLAlchemy connects anew


def _present(path: str) -> tuple[int, int]:
    """The file, or what SQLite says where it may not make one."""
    try:
        return file_at(path)
    except OSError as error:
        away = sqlite3.OperationalError("unable to open database file")
        away.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise away from error
