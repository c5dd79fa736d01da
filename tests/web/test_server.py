"""The server itself, over a real socket."""

import asyncio
import socket
import threading
from contextlib import suppress
from unittest.mock import Mock

import httpx
import pytest
import uvicorn
from tests.web.shelved_feeds import app_of, opens, token_named
from uvicorn.server import ServerState

from convene.web import bounded_protocol
from convene.web.bounded_protocol import BoundedProtocol
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


def said(url: str, request: bytes) -> bytes:
    """What the server answers to these bytes, until it closes the connection."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def asked(target: str, *headers: str, method: str = "GET") -> bytes:
    return "\r\n".join((f"{method} {target} HTTP/1.1", "host: x", *headers, "connection: close", "", "")).encode(
        "latin-1"
    )


PATH = f"/feed/{TOKEN}.ics"
CHUNKED = f"{{}} {PATH} HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n"
"""What is said behind it are trailers."""


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (asked(PATH), 200),
        (asked(f"http://evil.example{PATH}"), 200),  # absolute-form: RFC 9112 3.2.2 wants it understood
        (asked(PATH, "host: evil.example", "x-forwarded-host: evil.example"), 200),
        (asked(f"{PATH}?a=b"), 200),
        (asked(PATH, "range: bytes=0-3"), 200),
        (asked(PATH, "range: bytes=999-", "if-range: x"), 200),
        (asked(PATH, 'if-none-match: "a"', "if-none-match: *"), 200),  # a star among tags means nothing
        (asked(PATH, "if-none-match: *"), 304),
        (asked(PATH, "if-none-match: \xff\xfe"), 200),
        (asked(PATH, "expect: 100-continue"), 200),
        (asked(PATH, "transfer-encoding: chunked", "content-length: 3"), 400),
        (asked(PATH, *(f"x-{number}: y" for number in range(500))), 200),
        (asked("/feed/" + "a" * 9000 + ".ics"), 404),
        (asked("/" + "%2e%2e/" * 2000), 404),
        (asked("*", method="OPTIONS"), 404),
        (asked(PATH, method="OPTIONS"), 405),
        (asked(PATH, method="TRACE"), 405),
        (b"nonsense\r\n\r\n", 400),
        (asked(PATH, "x : y"), 400),
        (asked(PATH, "x: a\x00b"), 400),
    ],
)
def test_odd_requests_are_answered_each_by_itself_and_the_server_goes_on(request_bytes: bytes, status: int) -> None:
    with running_server(APP) as url:
        answer = said(url, request_bytes)
        after = httpx.get(f"{url}{PATH}")

    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:200]
    assert b"evil" not in answer
    assert b"server:" not in answer.lower()
    assert after.status_code == 200


def test_a_program_that_offers_http_2_is_answered_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with running_server(APP) as url:
        answer = said(url, asked(PATH, "upgrade: h2c", "connection: upgrade"))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert caplog.messages == []


@pytest.mark.parametrize(
    "offer",
    [f"GET {PATH} HTTP/1.1\r\nupgrade: h2c\r\nconnection: upgrade", f"CONNECT {PATH} HTTP/1.1"],
    ids=["upgrade", "connect"],
)
def test_a_question_behind_such_an_offer_is_never_left_without_an_answer_on_an_open_connection(offer: str) -> None:
    with running_server(APP) as url:
        answer = said(url, f"{offer}\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n".encode())

    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer


@pytest.mark.parametrize("length", ["content-length: {}", "transfer-encoding: chunked"])
def test_a_body_behind_such_an_offer_is_refused_and_never_taken_for_a_question(length: str) -> None:
    hidden = asked("/healthz")
    head = asked(PATH, "upgrade: h2c", "connection: upgrade", length.format(len(hidden)), method="POST")
    with running_server(APP) as url:
        answer = said(url, head + hidden)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("beginning", [f"GET {PATH} HTTP/1.1\r\n", CHUNKED.format("GET"), CHUNKED.format("POST")])
def test_headers_without_end_do_not_fill_the_memory(beginning: str) -> None:
    with running_server(APP) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(beginning.encode())
            sent = 0
            with suppress(ConnectionError):  # it does not listen to the end
                while sent < 100_000_000:
                    sent += connection.send(b"x: " + b"a" * 8000 + b"\r\n")

    assert sent < 10_000_000


def test_many_requests_in_one_read_of_the_socket_are_no_large_head() -> None:
    transport = Mock(asyncio.Transport)
    transport.is_closing.return_value = False
    transport.get_extra_info.return_value = None

    async def read() -> None:
        protocol = BoundedProtocol(uvicorn.Config(APP, log_config=None), ServerState(), {})
        protocol.connection_made(transport)
        protocol.data_received(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n" * 3000 + b"GET /he")
        transport.close.assert_not_called()
        protocol.connection_lost(None)

    asyncio.run(read())


def test_a_connection_on_which_nothing_is_said_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_protocol, "SILENCE_SECONDS", 0.05)
    with running_server(APP) as url:
        silent, half = said(url, b""), said(url, b"GET / HTTP/1.1\r\nhost: x\r\n")

    assert (silent, half) == (b"", b"")
