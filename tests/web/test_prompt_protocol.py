"""What is at hand is sent straight away: as the app would have answered it, and in the order of the questions."""

import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from unittest.mock import Mock

import httpx
import pytest
import uvicorn
from tests.web.shelved_feeds import GONE, app_of, opens, token_named
from uvicorn.server import ServerState

from convene.web import bounded_protocol
from convene.web.prompt_protocol import PromptProtocol
from convene.web.server import running_server

FIRST, SECOND, REVOKED, BROKEN = (token_named(name) for name in ("first", "second", "revoked", "broken"))
BODIES = {FIRST: b"BEGIN:VCALENDAR\r\nfirst\r\nEND:VCALENDAR\r\n", SECOND: b"BEGIN:VCALENDAR\r\n" + b"x" * 200_000}
APP = app_of(
    {
        **{token: opens(body) for token, body in BODIES.items()},
        REVOKED: GONE,
        BROKEN: ConnectionError("the database is away"),
    }
)


def path(token: str) -> str:
    return f"/feed/{token}.ics"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Of a server that has both feeds at hand, the large one compressed."""
    with running_server(APP) as url:
        for token in (FIRST, SECOND):
            httpx.get(url + path(token), headers={"accept-encoding": "gzip, identity;q=0"})
        yield url


@pytest.mark.parametrize("token", [FIRST, SECOND])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept-encoding": "identity"},
        {"accept-encoding": "gzip"},
        {"accept-encoding": "gzip, identity;q=0"},
        {"if-none-match": "*"},
        {"if-none-match": "*", "accept-encoding": "gzip"},
        {"if-none-match": '"other"'},
    ],
)
def test_it_is_what_the_app_answers(url: str, token: str, headers: dict[str, str]) -> None:
    async def over_asgi() -> httpx.Response:
        app = app_of({token: opens(BODIES[token])})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url) as client:
            await client.get(path(token), headers={"accept-encoding": "gzip, identity;q=0"})
            return await client.get(path(token), headers=headers)

    usual = asyncio.run(over_asgi())
    with httpx.Client(base_url=url) as client:
        prompt = client.get(path(token), headers=headers)

    assert prompt.status_code == usual.status_code
    assert prompt.content == usual.content
    assert prompt.headers.pop("date")
    assert prompt.headers == usual.headers


def said(url: str, *questions: bytes) -> bytes:
    """What is answered to questions that are all sent before the first answer is read, until the connection ends."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"".join(questions))
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def asked(target: str, *headers: str, method: str = "GET") -> bytes:
    return "\r\n".join((f"{method} {target} HTTP/1.1", "host: x", *headers, "", "")).encode()


def statuses(answers: bytes) -> list[int]:
    return [int(rest[:3]) for rest in answers.split(b"HTTP/1.1 ")[1:]]


def test_questions_in_one_breath_are_answered_in_their_order_whatever_is_at_hand(url: str) -> None:
    answers = said(
        url,
        asked(path(FIRST)),
        asked(path(BROKEN)),  # the database is asked, in a thread
        asked(path(SECOND), "if-none-match: *"),
        asked("/healthz"),
        asked(path(FIRST), method="HEAD"),
        asked(path(SECOND), method="POST"),
        asked(path(FIRST), "if-none-match: *"),
        asked(path(REVOKED), "connection: close"),
    )

    assert statuses(answers) == [200, 503, 304, 200, 200, 405, 304, 410]
    assert answers.count(BODIES[FIRST]) == 1  # not after HEAD


def test_a_body_that_comes_with_the_question_is_no_question(url: str) -> None:
    first = asked(path(FIRST), "content-length: 44")
    answers = said(url, first, b"GET /healthz HTTP/1.1\r\nhost: not a question\r\n", asked("/x", "connection: close"))

    assert statuses(answers) == [200, 404]


@pytest.mark.parametrize(
    "last", [f"GET {path(FIRST)} HTTP/1.0\r\n\r\n".encode(), asked(path(FIRST), "connection: close")]
)
def test_who_wants_the_connection_closed_has_it_closed(url: str, last: bytes) -> None:
    answers = said(url, asked(path(FIRST)), last)

    assert statuses(answers) == [200, 200]
    assert answers.count(b"connection: close\r\n") == 1


def test_a_slow_reader_gets_everything(url: str) -> None:
    many = 200
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(asked(path(SECOND)) * many + asked("/x", "connection: close"))
        answers = b"".join(iter(lambda: connection.recv(4096), b""))

    assert statuses(answers) == [200] * many + [404]
    assert answers.count(BODIES[SECOND]) == many


def play(script: Callable[[PromptProtocol, Mock], Awaitable[None]]) -> None:
    """A connection to a server that has FIRST at hand; the other end of it is a mock."""

    async def played() -> None:
        app = app_of({FIRST: opens(BODIES[FIRST])})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://feeds.example") as client:
            await client.get(path(FIRST))
        transport = Mock(asyncio.Transport)
        transport.is_closing.return_value = False
        transport.get_extra_info.return_value = None
        protocol = PromptProtocol(uvicorn.Config(app, log_config=None), ServerState(), {})
        protocol.connection_made(transport)
        await script(protocol, transport)
        protocol.connection_lost(None)

    asyncio.run(played())


async def a_few_turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_nothing_is_written_for_who_does_not_read() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.pause_writing()
        protocol.data_received(asked(path(FIRST)) * 3)
        await a_few_turns()
        transport.write.assert_not_called()
        transport.pause_reading.assert_called()

        protocol.resume_writing()
        await a_few_turns()
        assert statuses(b"".join(call.args[0] for call in transport.write.call_args_list)) == [200] * 3

    play(script)


def test_nothing_is_written_for_who_has_gone() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST)))
        protocol.connection_lost(None)
        await a_few_turns()
        transport.write.assert_not_called()

    play(script)


def test_nothing_is_written_for_who_left_several_questions_behind() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.pause_writing()
        protocol.data_received(asked(path(FIRST)) * 3)
        await a_few_turns()
        protocol.connection_lost(ConnectionResetError())
        await a_few_turns()
        transport.write.assert_not_called()

    play(script)


def test_no_more_questions_are_read_while_one_waits_for_its_turn() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST)) * 3 + asked("/healthz") * 3)
        for _ in range(100):
            await asyncio.sleep(0)

        steps = [name for name, *_ in transport.method_calls if name in ("pause_reading", "write", "resume_reading")]
        assert steps[0] == "pause_reading"
        assert steps.count("resume_reading") == 1
        assert steps[-1] == "resume_reading"

    play(script)


def test_thousands_of_questions_in_one_breath_wait_as_the_bytes_they_came_in() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(b"GET / HTTP/1.1\r\n\r\n" * 10_000)
        assert len(protocol.pipeline) < 300

    play(script)


def test_questions_with_and_without_bodies_are_told_apart_wherever_a_read_ends(url: str) -> None:
    kinds = [
        (asked(path(FIRST)), 200),
        (asked(path(FIRST), "content-length: 5000") + b"GET /" * 1000, 200),
        (asked("/healthz"), 200),
        (asked("/x", "content-length: 777", method="POST") + b"z" * 777, 404),
        (asked(path(SECOND), "if-none-match: *", "x: " + "y" * 3000), 304),
        (asked(path(BROKEN), "transfer-encoding: chunked") + b"5\r\nGET /\r\n0\r\n\r\n", 503),
    ]
    order = random.Random(6).choices(kinds, k=200)

    answers = said(url, *(question for question, _ in order), asked("/x", "connection: close"))

    assert statuses(answers) == [*(status for _, status in order), 404]


def test_who_takes_nothing_of_what_they_asked_for_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_protocol, "UNREAD_SECONDS", 0.2)
    many = 200
    with running_server(APP) as url:
        httpx.get(url + path(SECOND))
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(asked(path(SECOND)) * many)
            time.sleep(1)
            read = 0
            with suppress(ConnectionError):
                while piece := connection.recv(65_536):
                    read += len(piece)

    assert read < many * len(BODIES[SECOND])


def test_a_server_stops_without_a_word_though_somebody_does_not_read(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocol, "LAST_SECONDS", 0.2)
    with ExitStack() as open_connections:
        with running_server(APP) as url:
            httpx.get(url + path(SECOND))
            host, _, port = url.removeprefix("http://").partition(":")
            for many in (40, 400):
                connection = open_connections.enter_context(socket.create_connection((host, int(port)), timeout=10))
                connection.sendall(asked(path(SECOND)) * many)
            time.sleep(0.5)
            stopped = time.monotonic()

        assert time.monotonic() - stopped < 3
    assert caplog.messages == []


def test_a_server_that_stops_says_so_with_the_answer() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST)))
        protocol.shutdown()
        await a_few_turns()
        assert b"connection: close" in b"".join(call.args[0] for call in transport.write.call_args_list)
        transport.close.assert_called()

    play(script)
