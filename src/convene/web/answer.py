"""An answer that is made once and sent to many: as ASGI's message, and as HTTP/1.1 writes it (RFC 9112)."""

from functools import lru_cache
from http import HTTPStatus

from starlette.types import Message

_PRIVACY = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
)

Header = tuple[bytes, bytes]


class Answer:
    """`begin` is the message that begins it; `head` its lines, which lack `Date` and the empty line at their end."""

    def __init__(self, status: HTTPStatus, *headers: Header, body: bytes = b"") -> None:
        lines = [*headers, *_PRIVACY]
        self.body = body
        self.begin: Message = {"type": "http.response.start", "status": status.value, "headers": lines}
        self.head = b"HTTP/1.1 %d %b\r\n%b" % (status, status.phrase.encode(), header_lines(*lines))


@lru_cache(1)  # those of the server are the same for a second
def header_lines(*headers: Header) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)
