"""Notices a database that was put back from a copy: what it thinks is still to be sent may have left already.

Beside the database lies a small file with the number of the last message that left from here. Where the database knows
of fewer, it is an older one. `resume --after-restore` counts up `installation.restores`, which goes before the number.
"""

import hashlib
import os
from pathlib import Path

from sqlmodel import select

from convene.errors import ConveneError
from convene.model.installation import Installation
from convene.store.database import Database
from convene.usecases.delivery.delivery import RestoreGuard, SentSoFar

_WIDTH = 20


def guard_beside(folder: Path, database: Database) -> "FileGuard":
    """The guard of a database; its file lies in `folder`, and is known by what no other database has."""
    with database.reading() as session:
        secret = session.exec(select(Installation.key_secret)).one()
    name = hashlib.sha256(secret).hexdigest()[:12]
    return FileGuard(folder / f"convene-{name}.sent")


class FileGuard(RestoreGuard):
    """The guard with its file. Raises ConveneError where the file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            # A file that was new when the power went may be all NUL.
            known = os.pread(self._file, 2 * _WIDTH + 1, 0).strip(b"\0").split()
        except OSError as error:
            remedy = "set CONVENE_STATE_FOLDER to a folder that the worker may write"
            raise ConveneError(f"The file {path} cannot be used: {error.strerror}.", remedy) from error
        try:
            self.known = (int(known[0]), int(known[1])) if known else (0, 0)
        except (ValueError, IndexError) as error:
            os.close(self._file)
            remedy = "remove it, unless the database may have been put back from a copy: this file would tell"
            raise ConveneError(f"The file {path} holds something else than convene wrote.", remedy) from error

    def note(self, sent: SentSoFar) -> None:
        if sent > self.known:
            os.pwrite(self._file, " ".join(f"{number:{_WIDTH}d}" for number in sent).encode(), 0)
            self.known = sent

    def close(self) -> None:
        os.close(self._file)
