"""Servers of one calendar, each in a process of its own that lives as long as the block: convene, nginx, Radicale."""

import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.smtp_inbox import free_port

_TOP = Path(__file__).parents[1]
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
_PEER_PYTHON = _TOP / "build" / "benchmarks" / "bin" / "python"
_PATIENCE_SECONDS = 30
_RADICALE_LOGIN = "Basic cmVhZGVyOnJlYWRlcg=="  # reader:reader


@dataclass(frozen=True)
class Served:
    """A calendar at an address. `headers` are needed to be let in; `etag` is that of its plain form, if it has one."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        with urlopen(Request(self.url, headers=dict(self.headers))) as answer:
            return str(answer.headers["etag"])

    @property
    def body(self) -> bytes:
        with urlopen(Request(self.url, headers=dict(self.headers))) as answer:
            return bytes(answer.read())


def program(name: str, package: str) -> str:
    """The path of a program. Ends this one with what to do where it is missing."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        sys.exit(f"There is no {name}: install it (Debian: apt-get install {package}).")
    return found


@contextmanager
def convene(database_url: str, secret_key: str, token: str) -> Iterator[Served]:
    """`convene serve`, one process."""
    port = free_port()
    environment = {"CONVENE_DATABASE_URL": database_url, "CONVENE_SECRET_KEY": secret_key}
    command = [sys.executable, "-c", "from convene.cli.main import run; run()", "serve", "--port", str(port)]
    served = Served(f"http://127.0.0.1:{port}/feed/{token}.ics")
    with _living(command, served, {**environment, "PYTHONPATH": os.pathsep.join(sys.path)}):
        yield served


@contextmanager
def nginx(folder: Path, body: bytes) -> Iterator[Served]:
    """nginx with one worker and a static file, its gzip form beside it."""
    port, www = free_port(), folder / "www"
    www.mkdir()
    (www / "feed.ics").write_bytes(body)
    (www / "feed.ics.gz").write_bytes(gzip.compress(body, 6))
    scratch = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log; {_as_root()}
        events {{ worker_connections 1024; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types {{ text/calendar ics; }}
            open_file_cache max=100 inactive=60s; {scratch}
            server {{ listen 127.0.0.1:{port}; root {www}; etag on; gzip_static on; gzip_vary on; }}
        }}
        """
    )
    served = Served(f"http://127.0.0.1:{port}/feed.ics")
    command = [program("nginx", "nginx-light"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _living(command, served, {}):
        yield served


@contextmanager
def radicale(folder: Path, body: bytes) -> Iterator[Served]:
    """Radicale, with the calendar put into it as one collection."""
    port = free_port()
    (folder / "radicale.conf").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_only\n"
        f"[storage]\nfilesystem_folder = {folder}/collections\n[logging]\nlevel = error\n"
    )
    headers = {"Authorization": _RADICALE_LOGIN}
    served = Served(f"http://127.0.0.1:{port}/reader/feed/", headers)
    command = [str(_PEER_PYTHON), "-m", "radicale", "--config", str(folder / "radicale.conf")]
    with _living(command, Served(f"http://127.0.0.1:{port}/.web", headers), {}):
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        urlopen(Request(served.url, data=body, method="PUT", headers={**headers, **kind})).close()
        yield served


def _as_root() -> str:
    return "user root;" if os.geteuid() == 0 else ""


@contextmanager
def _living(command: list[str], served: Served, environment: Mapping[str, str]) -> Iterator[None]:
    """The process of a server, from its first answer to the end of the block."""
    with subprocess.Popen(command, cwd=_TOP, env={**os.environ, **environment}, stderr=subprocess.PIPE) as process:
        try:
            _wait_for(served, process)
            yield
        finally:
            process.terminate()


def _wait_for(served: Served, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            urlopen(Request(served.url, headers=dict(served.headers))).close()
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.05)
        else:
            return
    process.kill()
    assert process.stderr is not None
    sys.exit(f"{' '.join(process.args)} does not serve: {process.stderr.read().decode()[-2000:]}")  # type: ignore[arg-type]
