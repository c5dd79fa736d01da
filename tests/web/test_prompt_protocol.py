"""What is at hand is sent straight away: as the app would have answered it, and in the order of the questions."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator
from unittest.mock import Mock

import httpx
import pytest
import uvicorn
from tests.web.shelved_feeds import GONE, StillWatch, app_of, opens, token_named
from uvicorn.server import ServerState

from convene.store.content_watch import Seen
from convene.usecases.feeds.open_feed import OpenedFeed
from convene.web import bounded_protocol
from convene.web.answer import Answer, Header
from convene.web.feed_app import FeedApp
from convene.web.feed_copy import FeedCopy
from convene.web.prompt_protocol import PromptProtocol
from convene.web.server import running_server
from convene.web.wakefulness import Wakefulness

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


@pytest.mark.parametrize("first", [asked(path(FIRST)), asked(path(BROKEN)), asked("/healthz")])
@pytest.mark.parametrize("more", [asked("/x"), asked(path(SECOND)) * 1000, b"GET", b"nonsense\r\n\r\n"])
def test_who_asks_more_before_the_answer_gets_the_one_answer_and_may_ask_again(
    url: str, first: bytes, more: bytes
) -> None:
    answers = said(url, first, more)

    assert len(statuses(answers)) == 1
    assert b"connection: close\r\n" in answers


def test_questions_one_after_the_other_share_a_connection_whatever_is_at_hand(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    kinds = [
        (asked(path(FIRST)), 200),
        (asked(path(BROKEN)), 503),  # the database is asked, in a thread
        (asked(path(SECOND), "if-none-match: *"), 304),
        (asked("/healthz"), 200),
        (asked(path(FIRST), method="HEAD"), 200),
        (asked(path(SECOND), method="POST"), 405),
        (b"\r\n" + asked(path(FIRST)), 200),  # an empty line in front is to be overlooked (RFC 9112 2.2)
        (asked(path(FIRST), "content-length: 44") + b"GET /healthz HTTP/1.1\r\nhost: not a question\r\n", 200),
        (asked(path(FIRST), "transfer-encoding: chunked") + b"3\r\na=b\r\n0\r\n\r\n", 200),
        (asked(path(FIRST), "content-length: 0"), 200),
        (asked(path(FIRST), "connection: keep-alive"), 200),
        (asked(path(FIRST) + "?day=3"), 200),
        (asked(path(FIRST) + "?day=3.ics"), 200),
        (asked(path(FIRST).replace("feed", "f%65ed")), 200),
        (asked("http://feeds.example" + path(FIRST)), 200),
        (asked("/feed/.ics"), 404),
        (asked(path(REVOKED)), 410),
    ]
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        for question, status in kinds:
            connection.sendall(question)
            assert statuses(connection.recv(65_536)) == [status]


@pytest.mark.parametrize(
    "last",
    [
        f"GET {path(FIRST)} HTTP/1.0\r\n\r\n".encode(),
        f"GET {path(FIRST)} HTTP/1.0\r\nconnection: keep-alive\r\n\r\n".encode(),
        asked(path(FIRST), "connection: close"),
    ],
)
def test_who_wants_the_connection_closed_has_it_closed(url: str, last: bytes) -> None:
    answers = said(url, last)

    assert statuses(answers) == [200]
    assert answers.count(b"connection: close\r\n") == 1


Connect = Callable[[], tuple[PromptProtocol, Mock]]


def play_many(script: Callable[[Connect, StillWatch, dict[str, OpenedFeed | Exception]], Awaitable[None]]) -> None:
    """Connections to a server that has FIRST and SECOND at hand; the other end of each is a mock."""

    async def played() -> None:
        opened: dict[str, OpenedFeed | Exception] = {token: opens(body) for token, body in BODIES.items()}
        watch = StillWatch()
        app = app_of(opened, watch=watch)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://feeds.example") as client:
            for token in BODIES:
                await client.get(path(token))
        state = ServerState()
        protocols = []

        def connect() -> tuple[PromptProtocol, Mock]:
            transport = Mock(asyncio.Transport)
            transport.is_closing.return_value = False
            transport.get_extra_info.return_value = None
            transport.get_write_buffer_size.return_value = 0
            protocol = PromptProtocol(uvicorn.Config(app, log_config=None, proxy_headers=False), state, {})
            protocol.connection_made(transport)
            protocols.append(protocol)
            return protocol, transport

        await script(connect, watch, opened)
        for protocol in protocols:
            protocol.connection_lost(None)

    asyncio.run(played())


def play(script: Callable[[PromptProtocol, Mock], Awaitable[None]], *, alone: bool = False) -> None:
    """One connection, beside another on which nothing is said or not."""

    async def connected(connect: Connect, _watch: StillWatch, _opened: object) -> None:
        if not alone:
            connect()
        await script(*connect())

    play_many(connected)


def written(transport: Mock) -> bytes:
    return b"".join(call.args[0] for call in transport.write.call_args_list)


async def a_few_turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("alone", [True, False])
def test_nothing_is_written_for_who_does_not_read(alone: bool) -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.pause_writing()
        protocol.data_received(asked(path(FIRST)))
        await a_few_turns()
        transport.write.assert_not_called()

        protocol.resume_writing()
        await a_few_turns()
        assert statuses(written(transport)) == [200]

    play(script, alone=alone)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("token", [FIRST, SECOND])
def test_thousands_of_questions_in_one_breath_take_no_memory(token: str, alone: bool) -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        for _ in range(10):
            protocol.data_received(asked(path(token)) * 1000)
        assert not protocol.pipeline
        await a_few_turns()
        assert statuses(written(transport)) == [200]
        assert written(transport).endswith(BODIES[token])
        transport.close.assert_called_once()

    play(script, alone=alone)


def test_who_is_alone_is_answered_at_once_by_a_look_of_their_own() -> None:
    async def script(connect: Connect, watch: StillWatch, _opened: object) -> None:
        protocol, transport = connect()
        for number in range(3):
            before = watch.glances
            protocol.data_received(asked(path(FIRST)))
            assert statuses(written(transport)) == [200] * (number + 1)
            assert watch.glances == before + 1
        assert protocol.cycle is None

    play_many(script)


def test_all_who_ask_in_one_turn_share_a_look_and_the_next_turn_looks_anew() -> None:
    async def script(connect: Connect, watch: StillWatch, _opened: object) -> None:
        connected = [connect() for _ in range(5)]
        for turn in range(3):
            before = watch.glances
            for protocol, transport in connected:
                protocol.data_received(asked(path(FIRST)))
                assert statuses(written(transport)) == [200] * turn
            await asyncio.sleep(0)
            for _, transport in connected:
                assert statuses(written(transport)) == [200] * (turn + 1)
            assert watch.glances == before + 1

    play_many(script)


@pytest.mark.parametrize(("alone", "stays_awake"), [(True, True), (False, False)])
def test_the_loop_stays_awake_for_the_next_question_of_who_is_alone(
    monkeypatch: pytest.MonkeyPatch, alone: bool, stays_awake: bool
) -> None:
    stay = Mock()
    monkeypatch.setattr(Wakefulness, "stay", stay)

    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST))[:-1])
        stay.assert_not_called()
        protocol.data_received(asked(path(FIRST))[-1:])
        await a_few_turns()
        assert statuses(written(transport)) == [200]
        assert stay.called == stays_awake

    play(script, alone=alone)


@pytest.mark.parametrize("others", [0, 2])
def test_who_cannot_be_answered_is_told_so_and_keeps_no_other_of_the_same_turn_from_an_answer(
    monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    answer = FeedApp._calendar

    def fault(app: FeedApp, copy: FeedCopy, headers: Iterable[Header]) -> Answer | None:
        if (b"x-fault", b"yes") in headers:
            raise ArithmeticError
        return answer(app, copy, headers)

    monkeypatch.setattr(FeedApp, "_calendar", fault)

    async def script(connect: Connect, _watch: StillWatch, _opened: object) -> None:
        (faulty, refused), *connected = (connect() for _ in range(1 + others))
        faulty.data_received(asked(path(FIRST), "x-fault: yes"))
        for protocol, _ in connected:
            protocol.data_received(asked(path(FIRST)))
        await a_few_turns()

        assert statuses(written(refused)) == [500]
        assert [statuses(written(transport)) for _, transport in connected] == [[200]] * others

    play_many(script)


@pytest.mark.parametrize("others", [0, 2])
def test_a_look_that_fails_leaves_nobody_without_an_answer(others: int) -> None:
    async def script(connect: Connect, watch: StillWatch, _opened: object) -> None:
        watch.fault = ArithmeticError()
        connected = [connect() for _ in range(1 + others)]
        for protocol, _ in connected:
            protocol.data_received(asked(path(FIRST)))
        await a_few_turns()

        assert [statuses(written(transport)) for _, transport in connected] == [[503]] * (1 + others)

    play_many(script)


def test_an_answer_that_fails_beyond_help_keeps_no_other_from_theirs() -> None:
    async def script(connect: Connect, _watch: StillWatch, _opened: object) -> None:
        (broken, torn), (protocol, transport) = connect(), connect()
        torn.write.side_effect = ArithmeticError
        broken.data_received(asked(path(FIRST)))
        protocol.data_received(asked(path(FIRST)))
        await a_few_turns()

        assert statuses(written(transport)) == [200]

    play_many(script)


@pytest.mark.parametrize("alone", [True, False])
def test_a_question_in_pieces_is_answered_when_it_is_complete(alone: bool) -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        question = asked(path(FIRST), "accept-encoding: identity")
        for number in range(len(question) - 1):
            protocol.data_received(question[number : number + 1])
        await a_few_turns()
        transport.write.assert_not_called()

        protocol.data_received(question[-1:])
        await a_few_turns()
        assert statuses(written(transport)) == [200]

    play(script, alone=alone)


@pytest.mark.parametrize("change", ["another calendar", "withdrawn", "away"])
def test_who_asks_after_a_change_is_told_of_it_though_others_asked_before_it_in_the_same_turn(change: str) -> None:
    async def script(connect: Connect, watch: StillWatch, opened: dict[str, OpenedFeed | Exception]) -> None:
        (early, _), (late, transport) = connect(), connect()
        early.data_received(asked(path(FIRST)))
        if change == "away":
            watch.now = None
        else:
            watch.now = Seen(0, 1, 1)
            opened[FIRST] = opens(b"new", 1) if change == "another calendar" else OpenedFeed(1, revoked=True)
        late.data_received(asked(path(FIRST)))
        while not transport.write.called:
            await asyncio.sleep(0.001)

        assert statuses(written(transport)) == [{"another calendar": 200, "withdrawn": 410, "away": 503}[change]]
        assert BODIES[FIRST] not in written(transport)

    play_many(script)


@pytest.mark.parametrize("alone", [True, False])
def test_who_says_nothing_after_an_answer_is_closed(monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    monkeypatch.setattr(bounded_protocol, "SILENCE_SECONDS", 0)

    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST)))
        await a_few_turns()
        assert statuses(written(transport)) == [200]
        transport.close.assert_called()

    play(script, alone=alone)


@pytest.mark.parametrize("alone", [True, False])
def test_a_timer_of_an_answer_that_went_the_usual_way_does_not_end_the_connection(alone: bool) -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST), method="HEAD"))
        await a_few_turns()
        assert protocol.timeout_keep_alive_task is not None
        protocol.data_received(asked(path(FIRST)))
        await a_few_turns()

        assert statuses(written(transport)) == [200, 200]
        assert protocol.timeout_keep_alive_task is None

    play(script, alone=alone)


@pytest.mark.parametrize(("left", "is_cut"), [([9, 9, 9], True), ([9, 8, 7], False), ([0, 0, 0], False)])
def test_who_takes_nothing_of_what_is_ready_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, left: list[int], is_cut: bool
) -> None:
    monkeypatch.setattr(bounded_protocol, "UNREAD_SECONDS", 0)

    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        transport.get_write_buffer_size.side_effect = [*left, *[0] * 100]
        await a_few_turns()
        assert transport.abort.called == is_cut

    play(script)


def test_a_server_that_stops_does_not_wait_for_who_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_protocol, "LAST_SECONDS", 0)

    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        transport.get_write_buffer_size.return_value = 9
        protocol.shutdown()
        await a_few_turns()
        transport.abort.assert_called_once()

    play(script)


def test_nothing_is_written_for_who_has_gone() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST)))
        protocol.connection_lost(None)
        await a_few_turns()
        transport.write.assert_not_called()

    play(script)


def test_a_server_that_stops_says_so_with_the_answer() -> None:
    async def script(protocol: PromptProtocol, transport: Mock) -> None:
        protocol.data_received(asked(path(FIRST)))
        protocol.shutdown()
        await a_few_turns()
        assert b"connection: close" in written(transport)
        transport.close.assert_called()

    play(script)
