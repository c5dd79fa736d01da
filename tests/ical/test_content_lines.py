"""Bytes that leave say what was put in, also where assertions are switched off."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event, vText

from convene.ical.content_lines import CalendarError, LiteralText, mailto, uri, write
from convene.ical.plain_text import safe_line

PROJECT = Path(__file__).parents[2]


def component(**properties: object) -> Event:
    event = Event()
    for name, value in properties.items():
        event.add(name, value)
    return event


@pytest.mark.parametrize(
    "written", ["a,b;c\\d", "C:\\New", "C:\\new", "one\ntwo", 'say "no"', "BEGIN:VEVENT", "\\", "a\\;b"]
)
def test_a_text_reads_back_as_it_was_written(written: str) -> None:
    read: Any = Event.from_ical(write(component(summary=LiteralText(written))))

    assert str(read["SUMMARY"]) == written


@given(st.text(max_size=300))
def test_any_cleaned_text_reads_back(text: str) -> None:
    cleaned = safe_line(text, 300)

    read: Any = Event.from_ical(write(component(summary=LiteralText(cleaned))))

    assert str(read["SUMMARY"]) == cleaned


def test_long_lines_are_folded_between_characters_within_75_octets() -> None:
    body = write(component(summary=LiteralText("ស្ត្រី" * 60)))

    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])


@pytest.mark.parametrize("last", ["x", "é", "ស", "\\", ";"])
def test_a_line_about_as_long_as_allowed_is_folded_where_the_library_folds_it(last: str) -> None:
    for letters in range(60, 70):
        long = component(summary=LiteralText("a" * letters + last))

        assert write(long) == long.to_ical()


@given(st.text(st.sampled_from("ab\\^;,éសា🙂 "), min_size=50, max_size=400))
def test_every_long_line_is_folded_where_the_library_folds_it(text: str) -> None:
    long = component(summary=LiteralText(text))

    assert write(long) == long.to_ical()


class Sneaking(vText):
    """A value that escapes nothing, like a fault of the library would."""

    def to_ical(self) -> bytes:
        return str(self).encode()


@pytest.mark.parametrize("written", ["A\r\nBcc: x@y.example", "A\nX-EVIL:1", "A\0B", "A\rB", "A\x1bB"])
def test_what_the_library_lets_through_is_stopped(written: str) -> None:
    with pytest.raises(CalendarError, match="VEVENT cannot be written"):
        write(component(summary=Sneaking(written)))


def test_links_and_addresses_cannot_break_out_of_their_line() -> None:
    assert uri("https://meet.example/a b\r\nX-EVIL:1").to_ical() == b"https://meet.example/a%20b%0D%0AX-EVIL:1"
    assert uri("https://meet.example/?a=b&c=%20#d").to_ical() == b"https://meet.example/?a=b&c=%20#d"
    assert str(mailto("a+b@union.example")) == "mailto:a+b@union.example"
    assert str(mailto("a\r\nX-EVIL:1@union.example")) == "mailto:a%0D%0AX-EVIL%3A1@union.example"


def test_the_same_holds_where_python_runs_without_assertions() -> None:
    run = [sys.executable, "-O", "-c", WITHOUT_ASSERTIONS]

    stopped = subprocess.run(run, cwd=PROJECT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=False)

    assert stopped.stdout.split() == ["no-assertions", "stopped"], stopped.stderr


WITHOUT_ASSERTIONS = r"""
from icalendar import Event, vText
from convene.ical.content_lines import CalendarError, write

class Sneaking(vText):
    def to_ical(self):
        return str(self).encode()

print("no-assertions" if not __debug__ else "assertions")
event = Event()
event.add("SUMMARY", Sneaking("A\nX-EVIL:1"))
try:
    print(write(event))
except CalendarError:
    print("stopped")
"""
