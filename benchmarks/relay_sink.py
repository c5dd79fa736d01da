"""An SMTP server that takes every mail: after a while if wished, with PIPELINING if wished, kept in a file if wished.

python -m benchmarks.relay_sink [--delay-ms 5] [--pipelining] [--keep FILE]
Prints its port, and serves until it is stopped. One that does not offer PIPELINING hangs up on whoever pipelines.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

_END_OF_DATA = b"\r\n.\r\n"
_LINE_END = b"\r\n"


@dataclass(frozen=True)
class Received:
    """One mail as it arrived: the envelope, and the bytes without the doubled dots of the wire."""

    sender: str
    recipient: str
    body: bytes


def read_kept(path: Path) -> Iterator[Received]:
    """What a sink has kept, in the order of arrival."""
    with path.open("rb") as file:
        while line := file.readline():
            head = json.loads(line)
            yield Received(head["sender"], head["recipient"], file.read(head["size"]))


@dataclass
class Sink:
    """What all connections share. `delay` is the seconds between a final dot and its answer."""

    delay: float = 0.0
    pipelining: bool = False
    kept: BinaryIO | None = None

    def keep(self, mail: Received) -> None:
        if self.kept is not None:
            head = {"sender": mail.sender, "recipient": mail.recipient, "size": len(mail.body)}
            self.kept.write(json.dumps(head).encode() + b"\n" + mail.body)
            self.kept.flush()


@dataclass
class Conversation(asyncio.Protocol):
    """One connection. While the answer to a body is due, nothing after it is read."""

    sink: Sink
    _unread: bytearray = field(default_factory=bytearray)
    _in_data: bool = False
    _thinking: bool = False
    _sender: str = ""
    _recipient: str = ""
    _replies: list[bytes] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._unread += data
        self._go_on()

    def _go_on(self) -> None:
        while not self._thinking and not self._transport.is_closing() and (taken := self._take()) is not None:
            if self._in_data:
                self._end_of_data(taken)
            else:
                self._command(taken)
        if self._replies:
            self._transport.write(b"".join(self._replies))
            self._replies.clear()

    def _take(self) -> bytes | None:
        """The next command without its line end, or the whole body with its last one; None until it is there."""
        end = _END_OF_DATA if self._in_data else _LINE_END
        at = self._unread.find(end)
        if at < 0:
            return None
        taken = bytes(self._unread[: at + (2 if self._in_data else 0)])
        del self._unread[: at + len(end)]
        return taken

    def _command(self, line: bytes) -> None:
        if self._unread and not self.sink.pipelining:
            self._transport.write(b"421 PIPELINING was not offered\r\n")
            self._transport.close()
            return
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._replies.append(self._greeting())
        elif verb == b"DATA":
            self._in_data = True
            self._replies.append(b"354 go ahead\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"".join(self._replies) + b"221 bye\r\n")
            self._replies.clear()
            self._transport.close()
        else:
            if verb == b"MAIL":
                self._sender = _path(line)
            elif verb == b"RCPT":
                self._recipient = _path(line)
            self._replies.append(b"250 ok\r\n")

    def _greeting(self) -> bytes:
        offers = [b"sink.example", *([b"PIPELINING"] if self.sink.pipelining else []), b"8BITMIME", b"SMTPUTF8"]
        lines = [b"250-" + offer for offer in offers[:-1]] + [b"250 " + offers[-1]]
        return b"".join(line + _LINE_END for line in lines)

    def _end_of_data(self, stuffed: bytes) -> None:
        self._in_data = False
        body = stuffed.replace(b"\r\n..", b"\r\n.").removeprefix(b".")
        self.sink.keep(Received(self._sender, self._recipient, body))
        if self.sink.delay:
            self._thinking = True
            asyncio.get_running_loop().call_later(self.sink.delay, self._answer_later)
        else:
            self._replies.append(b"250 kept\r\n")

    def _answer_later(self) -> None:
        self._thinking = False
        self._replies.append(b"250 kept\r\n")
        self._go_on()


def _path(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


async def _serve(sink: Sink) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(sink), "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--pipelining", action="store_true")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    kept = options.keep.open("wb") if options.keep else None
    asyncio.run(_serve(Sink(options.delay_ms / 1000, options.pipelining, kept)))


if __name__ == "__main__":
    main()
