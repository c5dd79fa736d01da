"""HTTP/1.1 as uvicorn speaks it with httptools, with bounds to what a peer may send before it is answered."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
"""Of a request line and its headers, or of what follows a body. Without a bound, one that never ends would fill the
memory. One read of the socket may come on top."""

SILENCE_SECONDS = 30
"""A connection on which no head was completed for so long, and no answer is being made, is closed."""

UNREAD_SECONDS = 120
"""A connection whose other end takes nothing of what is ready for it for so long is cut. Longer than a phone is
without a net, and than the buffers of a slow one last.
"""

LAST_SECONDS = 4.0
"""What a server that stops leaves to those who take their answers: less than it waits for them itself
(`server.STOP_SECONDS`), since what it cuts off then fills the log.
"""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _TooSoonError(Exception):
    """A question behind one that is still to be answered."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._steps = 0  # heads and pieces of bodies that were complete
        self._bytes_since_step = 0
        self._heads = 0
        self._is_deaf = False
        self._silence: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._last: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._silence = self.loop.call_later(SILENCE_SECONDS, self._hear, 0)
        self._unread = self.loop.call_later(UNREAD_SECONDS, self._look, (0, 0))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._silence, self._unread, self._last):
            if timer:
                timer.cancel()

    def shutdown(self) -> None:
        super().shutdown()
        self._last = self.loop.call_later(LAST_SECONDS, self._cut)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        steps_before = self._steps
        super().data_received(data)
        self._bytes_since_step = self._bytes_since_step + len(data) if self._steps == steps_before else 0
        if self._bytes_since_step > MOST_HEAD_BYTES and not self.transport.is_closing():
            if not self._is_answering:
                self.transport.write(_TOO_LARGE)
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What follows a question that is still to be answered goes unheard, and the connection ends with the answer:
        who asked more asks again (RFC 9112 9.3.2). uvicorn would keep all of it, and fill the memory.
        """
        if self._is_answering:
            self.cycle.keep_alive = False
            self._is_deaf = True
        else:
            super().send_400_response(msg)

    def on_message_begin(self) -> None:
        if self._is_answering:
            raise _TooSoonError
        self._begin_question()

    def _begin_question(self) -> None:
        """At its first byte."""
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and self._has_body():
            # httptools takes what follows such a head for the other protocol: a form would come without its fields,
            # and be read as the next question.
            raise ValueError("a body with an offer of another protocol")
        self._steps += 1
        self._heads += 1
        self._begin_answer()

    def _begin_answer(self) -> None:
        """When the head is complete."""
        super().on_headers_complete()
        if self.parser.should_upgrade():
            # httptools takes no notice of what was read with such a head and stands behind it. Who asked something
            # there must not take the answer to their next question for that to this one.
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self._steps += 1
        super().on_body(body)

    def _has_body(self) -> bool:
        lengths = (value for name, value in self.headers if name in (b"content-length", b"transfer-encoding"))
        return any(value.strip() != b"0" for value in lengths)

    @property
    def _is_answering(self) -> bool:
        # uvicorn's first cycle is None, whatever its type says.
        return bool(self.cycle) and not self.cycle.response_complete

    def _unsupported_upgrade_warning(self) -> None:
        """Says nothing: a program that offers HTTP/2 with every request is answered as any other."""

    def _hear(self, heads_before: int) -> None:
        if self._heads == heads_before and not self._is_answering:
            self.transport.close()
        else:
            self._silence = self.loop.call_later(SILENCE_SECONDS, self._hear, self._heads)

    def _look(self, before: tuple[int, int]) -> None:
        """`before`: how many questions there were, and how much was written and not yet taken."""
        state = self._heads, self.transport.get_write_buffer_size()
        if state[1] and state == before:
            self.transport.abort()
        else:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self._look, state)

    def _cut(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()
