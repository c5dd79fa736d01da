"""The mail of a notice as a test for somebody else: the same words, and nothing that could act for the reader.

- "[test]" stands in front of the subject, and the one who asked is its only recipient.
- No calendar part. A REQUEST would enter the reader's entry, with the reader as attendee, into the calendar of whoever
  looks; a CANCEL would take away an entry of their own, which has the same UID; and a reply would go to the organiser.
- No link of the reader: each is a key for one person (design promise 8), and a mail program may follow it by itself.
  So no List-Unsubscribe either.
- A Message-ID and a Date of its own, and no References: the real mail is another message, still to come or long there.
"""

import re
from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import cast

from convene.errors import ConveneError
from convene.mail.header_safety import plain_address
from convene.rules.link_token import without_tokens

MARK = "[test]"
_CRLF = "\r\n"
_KEPT = (
    "From",
    "Reply-To",
    "Subject",
    "MIME-Version",
    "Content-Language",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
)
_SHOWN = ("text/plain", "text/html")
_INSTEAD_OF_A_TOKEN = "left-out-of-the-test"


@dataclass(frozen=True)
class TrialMail:
    """A finished mail: `sender` is the envelope's, `subject` as it reads."""

    sender: str
    recipient: str
    subject: str
    body: bytes


def trial_mail(mail: bytes, recipient: str, now: datetime, name: str) -> TrialMail:
    """Make the test of a finished `mail` for `recipient` at `now` (UTC).

    `name` (letters and digits) makes its Message-ID; another one for each test. Raises HeaderError for no address.
    """
    read = message_from_bytes(mail, policy=policy.SMTP)
    fields = _raw_fields(mail)
    domain = str(read["Message-ID"]).rpartition("@")[2].rstrip("> ")
    boundary = f"=_test{name}"
    headers = [fields[header] for header in _KEPT if header in fields]
    headers = [_marked(field) if field.startswith("Subject:") else field for field in headers]
    headers += [
        f"To: {plain_address(recipient, 'address of the test')}",
        f"Date: {format_datetime(now.astimezone(UTC))}",
        f"Message-ID: <test.{name}@{domain}>",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
    ]
    parts = "".join(f"--{boundary}{_CRLF}{_part(part)}" for part in _shown(read))
    body = f"{_CRLF.join(headers)}{_CRLF}{_CRLF}{parts}--{boundary}--{_CRLF}".encode()
    subject = f"{MARK} {read['Subject']}"
    _check(body, recipient, subject, len(headers))
    return TrialMail(read["From"].addresses[0].addr_spec, recipient, subject, body)


def _raw_fields(mail: bytes) -> dict[str, str]:
    """The header fields as they are written, folds and encoded words included, by name."""
    head = mail.partition(b"\r\n\r\n")[0].decode("ascii")
    unfolded = re.split(r"\r\n(?![ \t])", head)
    return {field.partition(":")[0]: field for field in unfolded}


def _marked(field: str) -> str:
    """The mark on a line of its own: what follows stays as long as it was."""
    return f"Subject: {MARK}{_CRLF} {field.partition(':')[2].lstrip(' ')}"


def _shown(read: EmailMessage) -> list[EmailMessage]:
    return [part for part in read.walk() if part.get_content_type() in _SHOWN and not part.is_attachment()]


def _part(part: EmailMessage) -> str:
    text = without_tokens(cast(bytes, part.get_payload(decode=True)).decode(), _INSTEAD_OF_A_TOKEN)
    encoded = encodebytes(text.encode()).decode("ascii").replace("\n", _CRLF)
    kind = f"Content-Type: {part.get_content_type()}; charset=utf-8"
    return f"{kind}{_CRLF}Content-Transfer-Encoding: base64{_CRLF}{_CRLF}{encoded}"


def _check(body: bytes, recipient: str, subject: str, headers: int) -> None:
    """Read the finished test as its receiver will: one recipient, one subject, nothing that was not put there."""
    read = message_from_bytes(body, policy=policy.SMTP)
    to = [address.addr_spec for address in read["To"].addresses]
    if to != [recipient] or str(read["Subject"]) != subject or len(read.keys()) != headers:
        raise ConveneError("The test reads otherwise than it should.", "look at its subject with notice show --eml")
