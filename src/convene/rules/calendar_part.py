"""The calendar part of a mail as a value: made by `ical`, put into the message by `mail`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CalendarPart:
    """A whole VCALENDAR, and its METHOD ("REQUEST", "CANCEL", "PUBLISH"), which MIME repeats (RFC 6047).

    `before` and `after` is its text around the line of its one ATTENDEE; `attended` False: it has none, and all its
    text is in `before`.
    """

    method: str
    before: str
    after: str = ""
    attended: bool = False

    def body(self, attendee: str = "") -> bytes:
        """The calendar of one reader. `attendee` is a whole content line, where the part has a place for it."""
        return (self.before + attendee + self.after).encode()
