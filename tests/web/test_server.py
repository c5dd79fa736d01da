"""The server itself, over a real socket."""

import socket
import threading

import httpx
import pytest
import uvicorn
from tests.web.shelved_feeds import app_of, opens, token_named

from convene.web.server import ServerError, running_server

TOKEN = token_named("known")
APP = app_of({TOKEN: opens(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")})


def test_it_serves_on_loopback_while_the_block_runs_and_not_after(capfd: pytest.CaptureFixture[str]) -> None:
    with running_server(APP) as url:
        answer = httpx.get(f"{url}/feed/{TOKEN}.ics")
        head = httpx.head(f"{url}/feed/{TOKEN}.ics")

    assert url.startswith("http://127.0.0.1:")
    assert answer.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert "server" not in answer.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    assert capfd.readouterr() == ("", "")


def test_not_modified_has_no_body_on_the_wire() -> None:
    with running_server(APP) as url:
        etag = httpx.get(f"{url}/feed/{TOKEN}.ics").headers["etag"]
        answer = httpx.get(f"{url}/feed/{TOKEN}.ics", headers={"if-none-match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_two_servers_run_side_by_side_and_leave_no_thread() -> None:
    with running_server(APP) as one, running_server(APP) as other:
        assert one != other

    assert "convene-web" not in {thread.name for thread in threading.enumerate()}


async def end_at_once(_server: uvicorn.Server, _counter: int) -> bool:
    return True


def serve_until_it_ends() -> None:
    ended = threading.Event()
    with running_server(APP, ended=ended):
        assert ended.wait(60)


def test_a_server_that_ends_by_itself_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.on_tick", end_at_once)

    with pytest.raises(ServerError, match="The web server ended by itself"):
        serve_until_it_ends()


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(ServerError, match=f"Cannot listen on 127.0.0.1 port {port}"),
            running_server(APP, port=port),
        ):
            pass


@pytest.mark.parametrize(("host", "port"), [("no such host.example", 0), ("127.0.0.1", 70000), ("127.0.0.1", -1)])
def test_an_address_that_cannot_be_had_is_said_in_a_sentence(host: str, port: int) -> None:
    with pytest.raises(ServerError), running_server(APP, host, port):
        pass
