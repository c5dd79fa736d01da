"""The calendar part of a mail as a value: made by `ical`, put into the message by `mail`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CalendarPart:
    """A whole VCALENDAR as bytes, and its METHOD ("REQUEST", "CANCEL", "PUBLISH"), which MIME repeats (RFC 6047)."""

    method: str
    body: bytes
