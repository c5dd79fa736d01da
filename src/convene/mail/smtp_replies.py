"""The replies of an SMTP server, read from whatever bytes it sends (RFC 5321 4.2)."""

import re
from collections.abc import Sequence

from convene.rules.smtp_outcome import Reply

_LONGEST = 64 * 1024
"""Bytes of one reply; RFC 5321 4.5.3.1.5 allows 512 for a line. A server that goes on and on is not heard out."""

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class ReplyError(Exception):
    """What the server sends is no reply. `before` are the whole ones that it gave first."""

    def __init__(self, why: str, before: Sequence[Reply] = ()) -> None:
        super().__init__(why)
        self.before = before


class ReplyReader:
    """Bytes in, whole replies out; keeps what is not yet a whole one."""

    def __init__(self) -> None:
        self._buffer = b""
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that `data` completes. Raises ReplyError for what is none, and for an endless one."""
        *lines, self._buffer = (self._buffer + data if self._buffer else data).split(b"\n")
        replies: list[Reply] = []
        for line in lines:
            try:
                reply = self._line(line.removesuffix(b"\r"))
            except ReplyError as error:
                raise ReplyError(str(error), replies) from error
            if reply is not None:
                replies.append(reply)
        if self._size + len(self._buffer) > _LONGEST:
            raise ReplyError("the reply has no end", replies)
        return replies

    def _line(self, line: bytes) -> Reply | None:
        """The reply that a line ends, if it ends one."""
        read = _LINE.fullmatch(line)
        if read is None:
            raise ReplyError("what it says is no reply")
        code, more, text = read.groups()
        if more != b"-" and not self._lines:
            return Reply(int(code), (text or b"").decode("utf-8", "replace"))
        self._lines.append(text or b"")
        self._size += len(line)
        if self._size > _LONGEST:
            raise ReplyError("the reply has no end")
        if more == b"-":
            return None
        reply = Reply(int(code), b"\n".join(self._lines).decode("utf-8", "replace"))
        self._lines, self._size = [], 0
        return reply
