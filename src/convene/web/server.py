"""Running the web app with uvicorn: for good (`serve`), or beside other work (`running_server`).

No access log: a feed's path is a key. No server name, and no proxy headers: what needs the peer's address reads them
by itself (`peer_limits.py`). With httptools and uvloop it serves three times as many (docs/performance.md).
"""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import uvicorn
from starlette.types import ASGIApp

from convene.errors import ConveneError
from convene.web.prompt_protocol import PromptProtocol

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 5
"""How long a server that stops waits for the answers that are being made; what is cut off then fills the log, so those
who do not take theirs are cut off before (`bounded_protocol.py`)."""
_PATIENCE_SECONDS = 10
_BACKLOG = 2048
_LAST_PORT = 65535
_HAS_UVLOOP = find_spec("uvloop") is not None
"""It is not made for every system."""


class ServerError(ConveneError):
    """The web server cannot run at the address given."""


class _AnnouncingServer(uvicorn.Server):
    """A server that tells other threads when it listens, or has given up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()
        self.fault: Exception | None = None

    def run_in_thread(self, listener: socket.socket, ended: threading.Event) -> None:
        """Serve until `should_exit`; a fault is kept for whoever leaves the block."""
        try:
            self.run([listener])
        except Exception as error:
            self.fault = error
        finally:
            ended.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.settled.set()


def serve(app: ASGIApp, host: str, port: int, listening: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `listening` is told the URL once somebody can connect; port 0 takes a free one.

    Raises ServerError where the address cannot be had.
    """
    with _listening(host, port) as listener, _raised_again_for_nobody():
        listening(_url(listener))
        uvicorn.Server(_config(app)).run([listener])


@contextmanager
def running_server(
    app: ASGIApp, host: str = LOOPBACK, port: int = 0, ended: threading.Event | None = None
) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the URL without a slash at its end. Port 0 takes a free one.

    `ended` is set once nothing is served any more. Raises ServerError, after the block, where that came by itself.
    """
    with _listening(host, port) as listener:
        url = _url(listener)
        server = _AnnouncingServer(_config(app))
        gone = ended or threading.Event()
        thread = threading.Thread(target=server.run_in_thread, args=(listener, gone), name="convene-web", daemon=True)
        thread.start()
        server.settled.wait(_PATIENCE_SECONDS)
        try:
            if not server.started:
                raise ServerError("The web server did not start.", "look at the log")
            yield url
            if gone.is_set():
                why = f": {type(server.fault).__name__}" if server.fault else ""
                raise ServerError(f"The web server ended by itself{why}.", "start it again; look at the log")
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_SECONDS)


@contextmanager
def _raised_again_for_nobody() -> Iterator[None]:
    """uvicorn closes what is open on a signal, and then raises it again: the wish was fulfilled by then."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PromptProtocol,
        ws="none",
        lifespan="off",
        loop="uvloop" if _HAS_UVLOOP else "asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _listening(host: str, port: int) -> socket.socket:
    remedy = "choose another --host or --port"
    if not 0 <= port <= _LAST_PORT:
        raise ServerError(f"{port} is not a port.", remedy)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ServerError(f"Cannot listen on {host} port {port}: {error}.", remedy) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
