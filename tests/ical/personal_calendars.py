"""The calendar part of a mail as its one reader gets it: with the reader's line in the place of the ATTENDEE."""

from convene.ical.attendee import attendee_line
from convene.ical.itip import calendar_part
from convene.rules.letter import Letter

FROM = "notices@convene.example"


def personal_calendar(letter: Letter) -> tuple[str, bytes]:
    """The method and the bytes; for a letter that has a calendar part."""
    part = calendar_part(letter, FROM)
    assert part is not None
    line = attendee_line(letter.reader, asked=part.method == "REQUEST") if part.attended else ""
    return part.method, part.body(line)
