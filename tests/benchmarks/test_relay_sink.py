"""The benchmark's own SMTP server keeps what arrives, byte for byte, and takes no pipelining that it did not offer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from benchmarks.relay_sink import Received, read_kept
from benchmarks.sinks import own_sink

BODY = b"Subject: dots\r\n\r\n.one\r\n..two\r\nthree.\r\n\r\n.\x2e.\r\n"
STUFFED = b"Subject: dots\r\n\r\n..one\r\n...two\r\nthree.\r\n\r\n....\r\n"
ENVELOPE = b"MAIL FROM:<office@organiser.example>\r\nRCPT TO:<someone@people.example>\r\nDATA\r\n"


@contextmanager
def speaking_to(port: int) -> Iterator[tuple[socket.socket, BinaryIO]]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire, wire.makefile("rb") as answers:
        assert answers.readline().startswith(b"220")
        yield wire, answers


def greet(wire: socket.socket, answers: BinaryIO) -> list[bytes]:
    wire.sendall(b"EHLO client.example\r\n")
    offers = [answers.readline()]
    while offers[-1].startswith(b"250-"):
        offers.append(answers.readline())
    return [offer[4:].strip() for offer in offers]


def test_a_mail_is_kept_as_it_was_before_its_dots_were_doubled_and_so_is_its_envelope(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with own_sink(keep=kept) as port, speaking_to(port) as (wire, answers):
        assert b"PIPELINING" in greet(wire, answers)
        wire.sendall(ENVELOPE)
        codes = [answers.readline()[:3] for _ in range(3)]
        wire.sendall(STUFFED + b".\r\n" + ENVELOPE)  # the next one already follows
        codes += [answers.readline()[:3] for _ in range(4)]
        wire.sendall(b".begins with a dot\r\n.\r\nQUIT\r\n".replace(b".b", b"..b"))
        codes += [answers.readline()[:3] for _ in range(2)]

    assert codes == [b"250", b"250", b"354", b"250", b"250", b"250", b"354", b"250", b"221"]
    addresses = ("office@organiser.example", "someone@people.example")
    assert list(read_kept(kept)) == [Received(*addresses, BODY), Received(*addresses, b".begins with a dot\r\n")]


def test_one_that_does_not_offer_pipelining_hangs_up_on_whoever_pipelines() -> None:
    with own_sink(pipelining=False) as port, speaking_to(port) as (wire, answers):
        assert b"PIPELINING" not in greet(wire, answers)
        wire.sendall(ENVELOPE)

        assert answers.readline().startswith(b"421")
        assert answers.read() == b""


def test_a_slow_one_answers_every_mail_in_its_turn() -> None:
    with own_sink(delay_ms=1) as port, speaking_to(port) as (wire, answers):
        greet(wire, answers)
        wire.sendall(ENVELOPE + STUFFED + b".\r\n" + ENVELOPE + STUFFED + b".\r\nQUIT\r\n")

        codes = [line[:3] for line in answers]

    assert codes == [b"250", b"250", b"354", b"250", b"250", b"250", b"354", b"250", b"221"]
