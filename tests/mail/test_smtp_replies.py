"""Replies, read from whatever bytes arrive."""

from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.mail.smtp_replies import ReplyError, ReplyReader
from convene.rules.smtp_outcome import Reply


@pytest.mark.parametrize(
    ("said", "replies"),
    [
        (b"250 ok\r\n", [Reply(250, "ok")]),
        (b"250\r\n", [Reply(250, "")]),
        (b"250 \r\n", [Reply(250, "")]),
        (b"250 ok\n", [Reply(250, "ok")]),
        (b"250-one\r\n250-\r\n250 three\r\n", [Reply(250, "one\n\nthree")]),
        (b"550-5.1.1 no\r\n550 such user\r\n", [Reply(550, "5.1.1 no\nsuch user")]),
        (b"250-first\r\n251 last\r\n", [Reply(251, "first\nlast")]),
        (b"250 one\r\n354 two\r\n", [Reply(250, "one"), Reply(354, "two")]),
        (b"250 \x00\xff\x1b\r\n", [Reply(250, "\x00\ufffd\x1b")]),
        ("250 ទទួល\r\n".encode(), [Reply(250, "ទទួល")]),
    ],
)
def test_a_reply_is_a_code_and_the_text_of_its_lines(said: bytes, replies: list[Reply]) -> None:
    assert ReplyReader().feed(said) == replies


@given(st.lists(st.integers(1, 40), min_size=1))
def test_a_reply_arrives_whole_however_the_network_cuts_it(sizes: list[int]) -> None:
    said, reader, replies = b"250-one\r\n250 two\r\n451 4.3.0 later\r\n" * 5, ReplyReader(), list[Reply]()
    while said:
        for size in sizes:
            replies += reader.feed(said[:size])
            said = said[size:]

    assert replies == [Reply(250, "one\ntwo"), Reply(451, "4.3.0 later")] * 5


@pytest.mark.parametrize("half", [b"", b"2", b"250 almost", b"250-one\r\n", b"250-one\r\n250 tw", b"250 one\r"])
def test_half_a_reply_is_none_yet(half: bytes) -> None:
    assert ReplyReader().feed(half) == []


@pytest.mark.parametrize(
    "said",
    [
        b"what was that?\r\n",
        b"\r\n",
        b"25 ok\r\n",
        b"2500 ok\r\n",
        b"250ok\r\n",
        b"250_ok\r\n",
        b"999 beyond\r\n",
        b"150 too little\r\n",
        b" 250 ok\r\n",
        b"\x00\xff\x00\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"250-one\r\nand two\r\n",
    ],
)
def test_what_is_no_reply_is_refused(said: bytes) -> None:
    with pytest.raises(ReplyError, match="no reply"):
        ReplyReader().feed(said)


@pytest.mark.parametrize("piece", [b"x" * 1000, b"250-and another thing\r\n"])
def test_an_endless_reply_is_not_heard_out(piece: bytes) -> None:
    reader = ReplyReader()
    reader.feed(b"250-")

    with pytest.raises(ReplyError, match="no end"):
        list(map(reader.feed, repeat(piece, 100_000)))


def test_many_replies_are_not_one_long_one() -> None:
    reader = ReplyReader()

    assert sum(len(reader.feed(b"250 " + b"x" * 500 + b"\r\n")) for _ in range(1_000)) == 1_000


@given(st.lists(st.binary(max_size=200)))
def test_any_bytes_are_replies_or_are_refused(pieces: list[bytes]) -> None:
    reader = ReplyReader()
    try:
        replies = [reply for piece in pieces for reply in reader.feed(piece)]
    except ReplyError:
        return
    assert all(200 <= reply.code < 600 for reply in replies)
