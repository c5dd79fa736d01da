"""A mail as bytes: the same ones for the same input, so that a repeated mail is the first one again.

The message is written here, part by part, because the library's own writer draws random boundaries, folds where it
likes, and on some Python versions lets a subject become a header (CVE-2024-6923). The encoded words are the library's.
"""

import re
from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

from convene.errors import ConveneError
from convene.mail.header_safety import check_headers, clean_name, plain_address, single_line
from convene.rules.calendar_part import CalendarPart
from convene.rules.letter import Words

_CRLF = "\r\n"
_KEY = re.compile(r"[A-Za-z0-9_-]{16}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_METHOD = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
_LINE = 76
# RFC 5322 lets a phrase hold these and spaces without quotes.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


@dataclass(frozen=True)
class Envelope:
    """Who writes to whom, and the identity of the mail. `key` is the notice's, of 16 characters; `date` is UTC.

    Addresses are bare, with an ASCII domain; names are what people call each other, and may be empty.
    """

    key: str
    sender_address: str
    sender_name: str
    reply_to: str
    recipient_address: str
    recipient_name: str
    date: datetime
    message_id_domain: str

    @property
    def message_id(self) -> str:
        """The same for ever, and without an address in it: `<key@domain>`."""
        return f"<{self.key}@{self.message_id_domain}>"


def build_mail(envelope: Envelope, words: Words, calendar: CalendarPart | None) -> bytes:
    """multipart/alternative of text, HTML and (if given) calendar. Raises HeaderError for a field that is no line."""
    boundary = f"=_{_checked(_KEY, envelope.key, 'key')}"
    subject = single_line(words.subject, "subject")
    parts = [_part("text/plain; charset=utf-8", words.text), _part("text/html; charset=utf-8", words.html)]
    if calendar:
        method = _checked(_METHOD, calendar.method, "calendar method")
        parts.append(_encoded(f"text/calendar; charset=utf-8; method={method}", calendar.body))
    body = "".join(f"--{boundary}{_CRLF}{part}" for part in parts) + f"--{boundary}--{_CRLF}"
    mail = f"{_headers(envelope, words, subject, boundary)}{_CRLF}{body}".encode()
    check_headers(mail, subject)
    return mail


def _headers(envelope: Envelope, words: Words, subject: str, boundary: str) -> str:
    """In the order of `ALLOWED_HEADERS`."""
    _checked(_DOMAIN, envelope.message_id_domain, "domain of the Message-ID")
    lines = (
        _mailbox("From", envelope.sender_name, envelope.sender_address),
        _mailbox("To", envelope.recipient_name, envelope.recipient_address),
        f"Reply-To: {plain_address(envelope.reply_to, 'reply address')}",
        f"Subject: {_unstructured(subject, 'Subject')}",
        f"Date: {format_datetime(envelope.date.astimezone(UTC))}",
        f"Message-ID: {envelope.message_id}",
        "MIME-Version: 1.0",
        f"Content-Language: {single_line(words.language, 'language')}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
    )
    return "".join(line + _CRLF for line in lines)


def _mailbox(header: str, name: str, address: str) -> str:
    """One address with its display name; the address on a line of its own where the name is long or not ASCII."""
    bare = plain_address(address, f"{header} address")
    shown = clean_name(name, f"{header} name")
    if not shown:
        return f"{header}: {bare}"
    if shown.isascii() and "=?" not in shown:
        phrase = shown if _ATOMS.fullmatch(shown) else f'"{shown}"'
        gap = " " if len(header) + len(phrase) + len(bare) < _LINE - 5 else f"{_CRLF} "
        return f"{header}: {phrase}{gap}<{bare}>"
    return f"{header}: {_encoded_words(shown, header)}{_CRLF} <{bare}>"


def _unstructured(text: str, header: str) -> str:
    """As it is where that is safe and short; else encoded words. What looks like an encoded word is always encoded."""
    if text.isascii() and "=?" not in text and len(header) + 2 + len(text) <= _LINE:
        return text
    return _encoded_words(text, header)


def _encoded_words(text: str, header: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=header).encode(linesep=_CRLF)


def _part(content_type: str, text: str) -> str:
    """A text part; its line ends are CRLF before they are encoded (RFC 2046, section 4.1.1)."""
    return _encoded(content_type, re.sub(r"\r\n|\r|\n", _CRLF, text).encode())


def _encoded(content_type: str, body: bytes) -> str:
    encoded = encodebytes(body).decode("ascii").replace("\n", _CRLF)
    return f"Content-Type: {content_type}{_CRLF}Content-Transfer-Encoding: base64{_CRLF}{_CRLF}{encoded}"


def _checked(form: re.Pattern[str], text: str, what: str) -> str:
    if not form.fullmatch(text):
        raise ConveneError(f'The {what} of a mail is malformed: "{text}".', "this is a fault of convene: report it")
    return text
