"""Writing a component as content lines, and proof that the bytes hold exactly what was put in (RFC 5545 3.1, 3.3.11).

One bad line makes Google drop a whole calendar, so a fault stops here and is never served.
"""

import re
from typing import Any
from urllib.parse import quote

from icalendar import Component, vCalAddress, vText, vUri

from convene.errors import ConveneError

_ROOM = 74
"""Octets of a line, of which there may be 75 with the space that continues one (RFC 5545 3.1)."""
_ESCAPES = b"\\^"
_UNSAFE = re.compile(rb"[\x00-\x1f\x7f]")
_URI_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
_ADDRESS_SAFE = "@+!$'*-._~"


class CalendarError(ConveneError):
    """A calendar that must not leave: its bytes do not say what was put in."""


class LiteralText(vText):
    """A TEXT value that reads back as it was written.

    The library's own takes a written `\\N` for a line break ("C:\\New" would become two lines).
    """

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def uri(link: str) -> vUri:
    """A link as a URI value (RFC 3986): what may not stand in one is percent-encoded."""
    return vUri(quote(link, safe=_URI_SAFE, errors="replace"))


def mailto(address: str) -> vCalAddress:
    """An e-mail address as a calendar address (RFC 6068)."""
    return vCalAddress("mailto:" + quote(address, safe=_ADDRESS_SAFE, errors="replace"))


def write(component: Component) -> bytes:
    """The component's content lines, each ended by CRLF. Raises CalendarError rather than return doubtful bytes."""
    try:
        return b"".join([_content_line(name, value) + b"\r\n" for name, value in component.property_items()])
    except (AssertionError, ValueError) as error:
        raise _broken(component, str(error)) from error


def _content_line(name: str, value: Any) -> bytes:
    """One property, folded. Raises ValueError where readers would see the line end before it does, or no text at all.

    Put together here: the library turns each part into text and back, which was a fifth of the time of an entry.
    """
    parameters = value.params.to_ical() if getattr(value, "params", None) else b""
    line = name.encode() + (b";" + parameters if parameters else b"") + b":" + _written(value)
    if _UNSAFE.search(line):
        raise ValueError("a line holds a control character")
    line.decode()  # a ValueError, too
    return _folded(line)


def _written(value: Any) -> bytes:
    written: bytes | str = value if isinstance(value, bytes) else value.to_ical()
    return written.encode() if isinstance(written, str) else written


def _folded(line: bytes) -> bytes:
    """As the library folds it, which takes its time for each character: lines of at most 75 octets with the space that
    continues one, cut between characters and never after a sign that may begin an escape.
    """
    parts, begin = [], 0
    while len(line) - begin > _ROOM:
        end = begin + _ROOM
        while line[end] & 0b1100_0000 == 0b1000_0000:  # in the middle of a character
            end -= 1
        if line[end - 1] in _ESCAPES:
            end -= 1
        parts.append(line[begin:end])
        begin = end
    return b"\r\n ".join([*parts, line[begin:]])


def _broken(component: Component, why: str) -> CalendarError:
    return CalendarError(
        f"A {component.name} cannot be written as a calendar: {why}.",
        "look for odd characters in the titles, names, links and addresses of the event",
    )
