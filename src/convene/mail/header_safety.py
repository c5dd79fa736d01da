"""What may stand in a header: checked before it is written, and again in the finished bytes.

The second check is not idle: Python 3.11.7 turns some subjects that hold an encoded word into a header of their own
(CVE-2024-6923), which no check of the input sees.
"""

import re
from email import policy
from email.parser import BytesHeaderParser

from convene.errors import ConveneError

_LINE_BREAKERS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_ADDRESS = re.compile(r"[^\s<>(),:;\"\\@]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_NOT_IN_NAMES = re.compile(r"[@:,;\"<>\\\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 75

_ALWAYS = (
    ("To", "Date", "Message-ID"),
    ("From", "Reply-To", "Subject"),
    ("MIME-Version", "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type"),
)
_LINKS: tuple[tuple[str, ...], ...] = ((), ("List-Unsubscribe",), ("List-Unsubscribe", "List-Unsubscribe-Post"))
_THREADS: tuple[tuple[str, ...], ...] = ((), ("References",))

ALLOWED_HEADERS = frozenset(
    (*_ALWAYS[0], *link, *_ALWAYS[1], *thread, *_ALWAYS[2]) for link in _LINKS for thread in _THREADS
)
"""Every header of a mail, once each, in order; the link to unsubscribe and the thread are not always there."""
_PERSONAL = frozenset(tuple(name.encode() for name in (*_ALWAYS[0], *link)) for link in _LINKS)


class HeaderError(ConveneError):
    """A text that must not stand in a header of a mail."""


def single_line(text: str, field: str) -> str:
    """`text`, if it is one line of printable characters. Raises HeaderError that names `field`."""
    if _LINE_BREAKERS.search(text):
        raise HeaderError(f"The {field} holds a control character or a line break.", "write it in one plain line")
    return text


def plain_address(address: str, field: str) -> str:
    """`address`, if it is one bare address with an ASCII domain. Raises HeaderError that names `field`."""
    if not _ADDRESS.fullmatch(single_line(address, field)):
        raise HeaderError(f'The {field} "{address}" is not one mail address.', "write it as name@example.org")
    return address


def clean_name(name: str, field: str) -> str:
    """A display name of at most 75 characters, without the signs that relays refuse or misread (@ : , ; and quotes) and
    those that turn the direction of what follows: the address would read backwards.
    """
    cleaned = " ".join(_NOT_IN_NAMES.sub(" ", single_line(name, field)).split())
    if len(cleaned) <= _LONGEST_NAME:
        return cleaned
    # At a space if there is one: between two letters the cut could part a base from its marks.
    return cleaned[: _LONGEST_NAME + 1].rpartition(" ")[0] or cleaned[:_LONGEST_NAME]


def check_personal_headers(headers: bytes) -> None:
    """Read the finished lines that are a reader's own. Raises HeaderError for others than there should be: whatever a
    name or an address held, it became no line of its own.
    """
    lines = headers.split(b"\r\n")
    names = tuple([line.partition(b":")[0] for line in lines if not line.startswith((b" ", b"\t"))])
    if names not in _PERSONAL:
        raise _other_headers(tuple(name.decode("ascii", "replace") for name in names))
    if headers.count(b"\n") != len(lines) - 1 or headers.count(b"\r") != len(lines) - 1 or b"\0" in headers:
        raise HeaderError("A header of the finished mail holds a control character.", "look at the names in it")


def check_headers(mail: bytes, subject: str) -> None:
    """Read the finished mail as its receivers will. Raises HeaderError for other headers or another subject."""
    read = BytesHeaderParser(policy=policy.SMTP.clone(utf8=True)).parsebytes(mail)
    if tuple(read.keys()) not in ALLOWED_HEADERS:
        raise _other_headers(tuple(read.keys()))
    if str(read["Subject"]) != subject:
        raise HeaderError("The finished mail reads with another subject than it should.", "look at its subject")


def _other_headers(names: tuple[str, ...]) -> HeaderError:
    known = {name for allowed in ALLOWED_HEADERS for name in allowed}
    found = ", ".join(sorted(set(names) - known)) or "in another order"
    return HeaderError(f"The finished mail has other headers than it should ({found}).", "look at its subject")
