"""One worker at a time on an SQLite file; the kernel forgets the lock of a process that died."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.programmes import database_file, small_database

from convene.errors import ConflictError
from convene.store.database import open_database
from convene.worker.worker_lock import only_worker

HOLD_AND_DIE = """
import os, signal, sys
from convene.store.database import open_database
from convene.worker.worker_lock import only_worker
with only_worker(open_database(sys.argv[1]).engine):
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_second_worker_is_refused_while_the_first_one_works_and_not_after(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        with only_worker(database.engine) as alone:
            with pytest.raises(ConflictError) as refused, only_worker(database.engine):
                pass
            assert (alone, refused.value.exit_code) == (True, 4)
        with only_worker(database.engine) as alone:
            assert alone


def test_a_database_with_two_names_has_one_worker(tmp_path: Path) -> None:
    with small_database(tmp_path / "one") as database:
        (tmp_path / "link.db").symlink_to(database_file(tmp_path / "one"))
        other_name = open_database(f"sqlite:///{tmp_path / 'link.db'}")
        try:
            with only_worker(database.engine), pytest.raises(ConflictError), only_worker(other_name.engine):
                pass
        finally:
            other_name.close()


def test_two_databases_have_a_worker_each(tmp_path: Path) -> None:
    with (
        small_database(tmp_path / "one") as one,
        small_database(tmp_path / "two") as two,
        only_worker(one.engine),
        only_worker(two.engine) as alone,
    ):
        assert alone


def test_a_database_in_memory_has_no_file_to_lock() -> None:
    database = open_database("sqlite://")
    try:
        with only_worker(database.engine) as alone:
            assert not alone
    finally:
        database.close()


def test_a_worker_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        killed = subprocess.run(
            [sys.executable, "-c", HOLD_AND_DIE, str(database.engine.url)],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert (killed.stdout, killed.returncode) == ("held\n", -9)

        with only_worker(database.engine) as alone:
            assert alone
