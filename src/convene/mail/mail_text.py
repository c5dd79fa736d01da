"""A mail without what is personal in it, and the bytes that come of both: the same ones for the same input, always.

A mail is written here, part by part, because the library's own writer draws random boundaries, folds where it likes
and takes milliseconds. A text is encoded once; a mail of it is then put together in microseconds (`Writer`).
"""

import json
import re
import zlib
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape

from convene.errors import ConveneError
from convene.mail.header_safety import check_headers, check_personal_headers
from convene.mail.mime import personal_headers, shared_headers
from convene.mail.slots import Slot, pieces
from convene.rules.calendar_part import CalendarPart
from convene.rules.letter import Words

_CRLF = "\r\n"
_BOUNDARY = "=_convene"  # stands in no part: all are base64, which knows no underscore
_METHOD = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
_LINE = 76


@dataclass(frozen=True)
class TextPart:
    """One part: its content type, and its text as literal pieces and names of slots in turn (`slots.pieces`)."""

    content_type: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class MailText:
    """What all readers of the same words share. `sender` is the envelope's; `headers` are whole lines."""

    sender: str
    subject: str
    headers: str
    parts: tuple[TextPart, ...]

    @cached_property
    def stored(self) -> bytes:
        """The text as it is kept: compressed JSON."""
        parts = [[part.content_type, list(part.pieces)] for part in self.parts]
        return zlib.compress(json.dumps([self.sender, self.subject, self.headers, parts]).encode(), 1)

    @staticmethod
    def from_stored(stored: bytes) -> "MailText":
        sender, subject, headers, parts = json.loads(zlib.decompress(stored))
        return MailText(sender, subject, headers, tuple(TextPart(kind, tuple(cut)) for kind, cut in parts))


@dataclass(frozen=True, slots=True)
class Personal:
    """What makes a text one person's mail. `key` is the notice's, of 16 characters; `to` a bare address and a name.

    `unsubscribe` is the address of the page, or empty; `one_click` whether it takes the POST of RFC 8058.
    `attendee` is a whole content line of a calendar with its CRLF, or empty. `date` is UTC.
    """

    key: str
    address: str
    name: str
    greeting: str
    unsubscribe: str
    one_click: bool
    attendee: str
    date: datetime


def mail_text(
    words: Words,
    calendar: CalendarPart | None,
    sender_address: str,
    sender_name: str,
    reply_to: str,
    thread: str | None = None,
) -> MailText:
    """multipart/alternative of text, HTML and (if given) calendar, with slots where `mail.slots` marked them.

    Addresses are bare, with an ASCII domain. `thread`: what mails of one conversation share, of letters, digits and
    hyphens. Raises HeaderError for a field that is no line.
    """
    parts = [
        TextPart("text/plain; charset=utf-8", pieces(_with_crlf(words.text))),
        TextPart("text/html; charset=utf-8", pieces(_with_crlf(words.html))),
    ]
    if calendar:
        if not _METHOD.fullmatch(calendar.method):
            raise ConveneError(f'A calendar has the method "{calendar.method}".', "report it: convene is at fault")
        kind = f"text/calendar; charset=utf-8; method={calendar.method}"
        cut = (calendar.before, Slot.ATTENDEE, calendar.after) if calendar.attended else (calendar.before,)
        parts.append(TextPart(kind, cut))
    headers = shared_headers(words, sender_address, sender_name, reply_to, thread, _BOUNDARY)
    return MailText(sender_address, words.subject, headers, tuple(parts))


class Writer:
    """Makes the mails of one text. The first is read as a receiver would, of the others the lines that differ."""

    def __init__(self, text: MailText) -> None:
        self.text = text
        self._headers = f"{_CRLF}{text.headers}{_CRLF}".encode()
        self._parts = [_EncodedPart(part) for part in text.parts]
        self._is_checked = False

    def mail(self, personal: Personal) -> bytes:
        """The finished mail. Raises HeaderError where a name or an address would break it."""
        values = {
            Slot.GREETING: personal.greeting,
            Slot.UNSUBSCRIBE: personal.unsubscribe,
            Slot.ATTENDEE: personal.attendee,
        }
        headers = personal_headers(personal, self.text.sender).encode()
        check_personal_headers(headers)
        chunks = [headers, self._headers]
        for part in self._parts:
            part.write(values, chunks)
        chunks.append(b"--%b--\r\n" % _BOUNDARY.encode())
        mail = b"".join(chunks)
        if not self._is_checked:
            check_headers(mail, self.text.subject)
            self._is_checked = True
        return mail


class _EncodedPart:
    """One part in base64. What a slot holds has any length, so what follows it is kept in the three alignments that
    base64 knows; the lines of a slot may be shorter than others, which RFC 2045 6.8 allows.
    """

    def __init__(self, part: TextPart) -> None:
        head = f"--{_BOUNDARY}{_CRLF}Content-Type: {part.content_type}{_CRLF}Content-Transfer-Encoding: base64"
        self._head = f"{head}{_CRLF}{_CRLF}".encode()
        self._is_html = part.content_type.startswith("text/html")
        self._slots = [Slot(name) for name in part.pieces[1::2]]
        first, *others = (piece.encode() for piece in part.pieces[0::2])
        if any(len(piece) < 2 for piece in others[:-1]):  # it must fill the group of three that a slot began
            raise ConveneError("Two slots of a mail stand side by side.", "this is a fault of convene: report it")
        self._first = _Literal(first)
        self._others = [_Literal(piece) for piece in others]

    def write(self, values: dict[Slot, str], chunks: list[bytes]) -> None:
        """Append the part's bytes to `chunks`."""
        chunks.append(self._head)
        rest = self._first.write(0, chunks)
        for slot, literal in zip(self._slots, self._others, strict=True):
            value = values[slot]
            filling = rest + (escape(value) if self._is_html else value).encode()
            taken = -len(filling) % 3
            chunks.append(_lines(filling + literal.start(taken)))
            rest = literal.write(taken, chunks)
        if rest:
            chunks.append(_lines(rest))


class _Literal:
    """A piece of text that never changes."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._encoded: dict[int, tuple[bytes, bytes]] = {}

    def start(self, length: int) -> bytes:
        return self._text[:length]

    def write(self, begin: int, chunks: list[bytes]) -> bytes:
        """Append what is left from `begin` on in whole groups of three; gives the rest, of two bytes at most."""
        if begin not in self._encoded:
            end = len(self._text) - max(len(self._text) - begin, 0) % 3
            self._encoded[begin] = (_lines(self._text[begin:end]), self._text[end:])
        lines, rest = self._encoded[begin]
        chunks.append(lines)
        return rest


def _lines(data: bytes) -> bytes:
    """Base64 in lines of 76."""
    encoded = b2a_base64(data, newline=False)
    return b"\r\n".join([encoded[begin : begin + _LINE] for begin in range(0, len(encoded), _LINE)]) + b"\r\n"


def _with_crlf(text: str) -> str:
    """Line ends as a text part must have them before it is encoded (RFC 2046 4.1.1)."""
    return re.sub(r"\r\n|\r|\n", _CRLF, text)
