"""One worker at a time on an SQLite database: a lock file beside it, held as long as the process lives."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from convene.errors import ConflictError


@contextmanager
def only_worker(engine: Engine) -> Iterator[bool]:
    """Hold the lock while the block runs; gives whether there is one (SQLite files), so that all claims are ours.

    Raises ConflictError while another worker holds it. The kernel lets go of it when a process dies, however it dies.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield False
        return
    # As SQLite does with its own files: by two names of one database, there would be two locks.
    with Path(f"{Path(path).resolve()}.worker-lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError("Another worker runs on this database.", "let it work, or stop it first") from error
        yield True
