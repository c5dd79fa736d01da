"""HTTP/1.1 as uvicorn speaks it with httptools, with bounds to what a peer may send before it is answered."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 65_536
"""Of a request line and its headers, or of what follows a body. Without a bound, one that never ends would fill the
memory. One read of the socket may come on top."""

SILENCE_SECONDS = 30
"""A connection on which no head was completed for so long, and no answer is being made, is closed."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._steps = 0  # heads and pieces of bodies that were complete
        self._bytes_since_step = 0
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
        steps_before = self._steps
        super().data_received(data)
        self._bytes_since_step = self._bytes_since_step + len(data) if self._steps == steps_before else 0
        if self._bytes_since_step > MOST_HEAD_BYTES and not self.transport.is_closing():
            if not self._is_answering:
                self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._steps += 1
        self._heads += 1
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._steps += 1
        super().on_body(body)

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
