"""The ATTENDEE of a mail's entry (RFC 5545 3.8.4.1): its one line that differs from reader to reader.

The entry is written once with a placeholder in this place, and each reader's line is put there.
"""

from urllib.parse import quote

from convene.ical.plain_text import NAME_LIMIT, safe_line
from convene.rules.letter import Reader
from convene.rules.vocabulary import Role

PLACEHOLDER_ADDRESS = "reader@convene.invalid"
PLACEHOLDER = f"\r\nATTENDEE:mailto:{PLACEHOLDER_ADDRESS}\r\n"

_ROLES = {Role.ORGANISER: "CHAIR", Role.OBSERVER: "OPT-PARTICIPANT"}
_ADDRESS_SAFE = "@+!$'*-._~"
# A double quote cannot stand in a parameter and few programs read RFC 6868; many take a backslash for an escape.
_NOT_IN_A_NAME = str.maketrans({'"': "'", "\\": "/", "^": "^^"})
_MAX_OCTETS = 75


def attendee_line(reader: Reader, *, asked: bool) -> str:
    """The reader's content line, folded and ended by CRLF. `asked` for a REQUEST: a role, and no reply wanted, since
    nobody would read it.
    """
    name = safe_line(reader.name, NAME_LIMIT).translate(_NOT_IN_A_NAME)
    common_name = f';CN="{name}"' if name else ""
    role = f";PARTSTAT=NEEDS-ACTION;ROLE={_ROLES.get(reader.role, 'REQ-PARTICIPANT')};RSVP=FALSE" if asked else ""
    address = quote(reader.address, safe=_ADDRESS_SAFE, errors="replace")
    return _folded(f"ATTENDEE{common_name}{role}:mailto:{address}") + "\r\n"


def _folded(line: str) -> str:
    """RFC 5545 3.1: lines of at most 75 octets, cut between characters."""
    octets, lines, begin, room = line.encode(), [], 0, _MAX_OCTETS
    while len(octets) - begin > room:
        end = begin + room
        while octets[end] & 0b1100_0000 == 0b1000_0000:  # in the middle of a character
            end -= 1
        lines.append(octets[begin:end])
        begin, room = end, _MAX_OCTETS - 1  # the space that continues a line counts
    return b"\r\n ".join([*lines, octets[begin:]]).decode()
