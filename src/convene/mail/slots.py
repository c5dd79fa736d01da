"""The places in a mail's words that differ from reader to reader; all else is the same for many and made once."""

import re
import secrets
from enum import StrEnum

# New in each process, and not in anything that is stored: no title can pretend to be a slot.
_SECRET = secrets.token_hex(8)
# Private-use characters: no template, catalogue or escaping touches them.
_MARKED = re.compile(f"\ue000{_SECRET}:([a-z]+)\ue001")


class Slot(StrEnum):
    """What stands in a slot: the greeting, the address of the unsubscribe page, the ATTENDEE line of a calendar."""

    GREETING = "greeting"
    UNSUBSCRIBE = "unsubscribe"
    ATTENDEE = "attendee"


def mark(slot: Slot) -> str:
    """What a template prints in the place of a slot."""
    return f"\ue000{_SECRET}:{slot}\ue001"


def pieces(text: str) -> tuple[str, ...]:
    """`text` cut at its slots: literal text and the names of slots in turn, literal text first and last."""
    return tuple(_MARKED.split(text))


def filled(text: str, values: dict[Slot, str]) -> str:
    """`text` with the values in the places of the slots."""
    return _MARKED.sub(lambda found: values[Slot(found[1])], text)
