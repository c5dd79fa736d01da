"""HTTP/1.1 as uvicorn speaks it with httptools, with bounds to what a peer may send before it is answered."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
"""Of a request line and its headers. Without a bound, one that never ends would fill the memory."""

SILENCE_SECONDS = 30
"""A connection on which no head was completed for so long, and no answer is being made, is closed."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_bytes: int | None = None  # None: outside of a head
        self._heads = 0
        self._silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._silence = self.loop.call_later(SILENCE_SECONDS, self._hear, 0)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._silence:
            self._silence.cancel()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        self._heads += 1
        super().on_headers_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Says nothing: a program that offers HTTP/2 with every request is answered as any other."""

    def _hear(self, heads_before: int) -> None:
        # uvicorn's first cycle is None, whatever its type says.
        answering = bool(self.cycle) and not self.cycle.response_complete
        if self._heads == heads_before and not answering:
            self.transport.close()
        else:
            self._silence = self.loop.call_later(SILENCE_SECONDS, self._hear, self._heads)
