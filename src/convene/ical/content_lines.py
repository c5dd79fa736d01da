"""Writing a component as content lines, and proof that the bytes hold exactly what was put in (RFC 5545 3.1, 3.3.11).

One bad line makes Google drop a whole calendar, so a fault stops here and is never served.
"""

import re
from typing import Any
from urllib.parse import quote

from icalendar import Component, vCalAddress, vText, vUri
from icalendar.parser import Contentline

from convene.errors import ConveneError

MAX_OCTETS = 75
_UNSAFE = re.compile(rb"[\x00-\x1f\x7f]")
_FOLD = b"\r\n "
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
    """One property, folded. Raises ValueError where a reader would not unfold what was put in.

    Put together here: the library turns each part into text and back, which was half the time of a calendar entry.
    """
    parameters = value.params.to_ical() if getattr(value, "params", None) else b""
    line = name.encode() + (b";" + parameters if parameters else b"") + b":" + _written(value)
    if _UNSAFE.search(line):
        raise ValueError("a line holds a control character")
    return line if len(line) < MAX_OCTETS else _folded(line)


def _written(value: Any) -> bytes:
    written: bytes | str = value if isinstance(value, bytes) else value.to_ical()
    return written.encode() if isinstance(written, str) else written


def _folded(line: bytes) -> bytes:
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    for part in folded.split(b"\r\n"):
        part.decode()  # a ValueError where it breaks inside a character
        if len(part) > MAX_OCTETS:
            raise ValueError(f"a line has {len(part)} octets")
    if folded.replace(_FOLD, b"") != line:
        raise ValueError("a line was folded into another one")
    return folded


def _broken(component: Component, why: str) -> CalendarError:
    return CalendarError(
        f"A {component.name} cannot be written as a calendar: {why}.",
        "look for odd characters in the titles, names, links and addresses of the event",
    )
