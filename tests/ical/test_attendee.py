"""The reader's own line: whoever reads the calendar finds their name and address in it, and nobody else's."""

from dataclasses import replace
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event
from tests.sample_briefs import dac_meeting, letter, reader

from convene.ical.attendee import attendee_line
from convene.ical.itip import calendar_part
from convene.ical.plain_text import NAME_LIMIT
from convene.rules.letter import Reader
from convene.rules.vocabulary import NoticeKind, Role

# A quote, a backslash and a caret have no spelling that all programs read back.
names = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='"\\^'), max_size=200)
addresses = st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,60}@[a-z0-9-]{1,60}\.example", fullmatch=True)


def attendee(line: str) -> Any:
    """The ATTENDEE as the library reads it."""
    entry: Any = Event.from_ical(f"BEGIN:VEVENT\r\n{line}END:VEVENT\r\n")
    assert set(entry) == {"ATTENDEE"}
    return entry["ATTENDEE"]


@given(names, addresses, st.booleans())
def test_name_and_address_read_back_as_they_were(name: str, address: str, asked: bool) -> None:
    to = replace(reader("en"), name=name, address=address)

    found = attendee(attendee_line(to, asked=asked))

    assert unquote(str(found).removeprefix("mailto:")) == address
    shown = normalize("NFC", name)
    assert shown.startswith(found.params.get("CN", ""))
    assert len(shown) > NAME_LIMIT or found.params.get("CN", "") == shown


@given(st.text(max_size=300), st.text(max_size=80))
def test_whatever_a_person_is_called_it_stays_one_line_of_short_pieces(name: str, local: str) -> None:
    written = attendee_line(replace(reader("en"), name=name, address=f"{local}@union.example"), asked=True).encode()

    assert written.endswith(b"\r\n")
    first, *folded = written.removesuffix(b"\r\n").split(b"\r\n")
    assert first.startswith(b"ATTENDEE")
    assert all(line.startswith(b" ") for line in folded)
    assert all(len(line) <= 75 for line in (first, *folded))
    assert b"\n" not in b"".join((first, *folded))
    for line in (first, *folded):
        line.decode()  # cut between characters


@pytest.mark.parametrize(
    ("role", "written"),
    [
        (Role.PARTICIPANT, "REQ-PARTICIPANT"),
        (Role.SPEAKER, "REQ-PARTICIPANT"),
        (Role.ORGANISER, "CHAIR"),
        (Role.OBSERVER, "OPT-PARTICIPANT"),
    ],
)
def test_whoever_is_invited_has_a_role_and_is_not_asked_to_reply(role: Role, written: str) -> None:
    found = attendee(attendee_line(replace(reader("km"), role=role), asked=True))

    assert str(found) == "mailto:participant-km@union.example"
    assert found.params["CN"] == reader("km").name
    assert found.params["ROLE"] == written
    assert (found.params["PARTSTAT"], found.params["RSVP"]) == ("NEEDS-ACTION", "FALSE")


def test_in_a_cancellation_the_reader_is_named_and_nothing_more() -> None:
    assert set(attendee(attendee_line(reader("km"), asked=False)).params) == {"CN"}


def test_somebody_without_a_name_has_no_common_name() -> None:
    nameless: Reader = replace(reader("en"), name="")

    assert attendee_line(nameless, asked=False) == "ATTENDEE:mailto:participant-en@union.example\r\n"


@pytest.mark.parametrize(
    ("name", "read"), [('Sok "the boss"', "Sok 'the boss'"), ("A\\nB", "A/nB"), ("A^nB", "A^nB"), ("A\r\nB", "A B")]
)
def test_signs_that_a_parameter_cannot_hold_become_others(name: str, read: str) -> None:
    written = attendee_line(replace(reader("en"), name=name), asked=False)

    assert attendee(written).params["CN"] == read


def test_the_line_fits_the_place_that_the_shared_part_keeps_for_it() -> None:
    mail = letter(NoticeKind.REMINDER, dac_meeting(), reader("km"))
    part = calendar_part(mail, "notices@convene.example")

    assert part is not None
    assert part.before.endswith("\r\n")
    assert part.after.startswith(("SEQUENCE", "CREATED", "DESCRIPTION", "DTEND", "LOCATION", "ORGANIZER"))
