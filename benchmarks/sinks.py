"""SMTP servers that take every mail, in processes of their own: Postfix's smtp-sink, and ours where more is asked."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.smtp_inbox import free_port

_TOP = Path(__file__).parents[1]
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
_BACKLOG = "1000"


def postfix_program(name: str) -> str:
    """The path of `smtp-sink` or `smtp-source`. Ends the program with what to do where it is missing."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        sys.exit(f"There is no {name}: install Postfix (Debian: apt-get install postfix); it need not run.")
    return found


@contextmanager
def postfix_sink() -> Iterator[int]:
    """The port of a smtp-sink that lives as long as the block. It throws away what it takes."""
    port = free_port()
    unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []
    with _living([postfix_program("smtp-sink"), *unprivileged, f"127.0.0.1:{port}", _BACKLOG]) as process:
        _wait_for(port, process)
        yield port


@contextmanager
def own_sink(*, delay_ms: float = 0, pipelining: bool = True, keep: Path | None = None) -> Iterator[int]:
    """The port of `relay_sink.py`."""
    options = ["--delay-ms", str(delay_ms), *(["--pipelining"] if pipelining else [])]
    options += ["--keep", str(keep)] if keep else []
    with _living([sys.executable, "-m", "benchmarks.relay_sink", *options]) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextmanager
def _living(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, cwd=_TOP, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            continue
        return
    raise AssertionError("the sink did not start")
