"""What a person's mail program keeps in their calendar, mail after mail, by RFC 5546 as Outlook and Gmail follow it.

- A calendar part is taken only where the MIME parameter `method` is its METHOD (RFC 6047 2.4; Outlook).
- METHOD, UID, DTSTAMP and ORGANIZER must be there (Outlook: "not supported calendar message").
- Of two versions of a UID, the one of the higher SEQUENCE is newer; of equal ones, that of the later DTSTAMP (2.1.5).
- What is not newer is ignored, and so is a CANCEL from another organiser, or for another person.
- Gmail takes no notice of an update whose LAST-MODIFIED did not move.
"""

from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True)
class Kept:
    """One entry of the calendar. `offers_answer`: it came as an invitation to the reader."""

    start: Any
    summary: str
    sequence: int
    stamp: datetime
    modified: datetime
    organiser: str
    offers_answer: bool
    cancelled: bool = False


@dataclass
class MailProgram:
    """The calendar of the person with this address, by UID. `ignored` counts what was not newer than what is kept."""

    address: str
    entries: dict[str, Kept] = field(default_factory=dict)
    ignored: int = 0
    methods: list[str] = field(default_factory=list)

    def open(self, mail: bytes) -> None:
        """Take the mail's calendar part into the calendar. Raises AssertionError for a part that cannot be shown."""
        for part in message_from_bytes(mail, policy=policy.default).walk():
            if part.get_content_type() == "text/calendar":
                assert part.get_content_charset() == "utf-8"
                self._take(str(part.get_param("method")), Calendar.from_ical(part.get_content()))

    @property
    def shown(self) -> dict[str, Kept]:
        """What the person sees as taking place."""
        return {uid: kept for uid, kept in self.entries.items() if not kept.cancelled}

    def _take(self, method: str, calendar: Any) -> None:
        assert str(calendar["METHOD"]) == method
        self.methods.append(method)
        entries = calendar.walk("VEVENT")
        assert len({str(entry["UID"]) for entry in entries}) == (1 if method in ("REQUEST", "CANCEL") else len(entries))
        for entry in entries:
            assert {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "SUMMARY", "DTSTART"} <= set(entry)
            self._update(method, entry)

    def _update(self, method: str, entry: Any) -> None:
        attendees = [str(entry["ATTENDEE"])] if "ATTENDEE" in entry else []
        assert attendees == ([f"mailto:{self.address}"] if method in ("REQUEST", "CANCEL") else [])
        assert (method, str(entry.get("STATUS"))) in _STATUSES
        uid, new = str(entry["UID"]), _kept(method, entry)
        old = self.entries.get(uid)
        if old is None or _is_newer(new, old):
            self.entries[uid] = new
        else:
            self.ignored += 1


_STATUSES = {
    ("REQUEST", "CONFIRMED"),
    ("CANCEL", "CANCELLED"),
    ("CANCEL", "None"),
    ("PUBLISH", "CONFIRMED"),
    ("PUBLISH", "CANCELLED"),
}


def _kept(method: str, entry: Any) -> Kept:
    return Kept(
        start=entry.decoded("DTSTART"),
        summary=str(entry["SUMMARY"]),
        sequence=int(entry["SEQUENCE"]),
        stamp=entry.decoded("DTSTAMP"),
        modified=entry.decoded("LAST-MODIFIED"),
        organiser=str(entry["ORGANIZER"]),
        offers_answer=method == "REQUEST",
        cancelled=method == "CANCEL" or str(entry["STATUS"]) == "CANCELLED",
    )


def _is_newer(new: Kept, old: Kept) -> bool:
    if new.cancelled and new.organiser != old.organiser:
        return False
    return (new.sequence, new.stamp) > (old.sequence, old.stamp) and new.modified > old.modified
