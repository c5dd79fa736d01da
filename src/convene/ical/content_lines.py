"""Writing a component as content lines, and proof that the bytes hold exactly what was put in (RFC 5545 3.1, 3.3.11).

One bad line makes Google drop a whole calendar, so a fault stops here and is never served.
"""

import re
from urllib.parse import quote

from icalendar import Component, vCalAddress, vText, vUri
from icalendar.parser import Contentline

from convene.errors import ConveneError

MAX_OCTETS = 75
_UNSAFE = re.compile(rb"[\x00-\x1f\x7f]")
_PROPERTY_NAME = re.compile(rb"[A-Z0-9-]+(?=[:;])")
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
        items = component.property_items()
        body = b"".join(_folded(component.content_line(name, value)) + b"\r\n" for name, value in items)
    except (AssertionError, ValueError) as error:
        raise _broken(component, str(error)) from error
    for line in body.removesuffix(b"\r\n").split(b"\r\n"):
        _check_line(component, line)
    if _property_names(body) != [name for name, _ in items]:
        raise _broken(component, "lines appeared or went missing")
    return body


def _folded(line: Contentline) -> bytes:
    """As the library folds it, which looks at each character even of a line that is short enough."""
    octets = line.encode()
    folded: bytes = octets if len(octets) < MAX_OCTETS else line.to_ical()  # type: ignore[no-untyped-call]
    return folded


def _check_line(component: Component, line: bytes) -> None:
    if len(line) > MAX_OCTETS:
        raise _broken(component, f"a line has {len(line)} octets")
    if _UNSAFE.search(line):
        raise _broken(component, "a line holds a control character")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise _broken(component, "a line breaks inside a character") from error


def _property_names(body: bytes) -> list[str]:
    lines = body.replace(b"\r\n ", b"").removesuffix(b"\r\n").split(b"\r\n")
    matches = (_PROPERTY_NAME.match(line) for line in lines)
    return [match[0].decode("ascii") if match else "" for match in matches]


def _broken(component: Component, why: str) -> CalendarError:
    return CalendarError(
        f"A {component.name} cannot be written as a calendar: {why}.",
        "look for odd characters in the titles, names, links and addresses of the event",
    )
