"""A written world-clock line, read entry by entry, and what the clocks say to it."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.announced_line import AnnouncedEntry, Verdict, judge, read_line, written_like

Read = list[tuple[str, tuple[str, ...], str]]


def read(line: str) -> Read:
    return [(f"{entry.at:%H:%M}" if entry.at else "no hour", entry.places, entry.day) for entry in read_line(line)]


def test_the_line_of_the_ripess_webinar_has_four_entries() -> None:
    line = "13h UTC/GMT (15h Europe / 18h30 Delhi / 20h Bangkok)"

    assert read_line(line) == (
        AnnouncedEntry("13h", time(13), ("UTC", "GMT")),
        AnnouncedEntry("15h", time(15), ("Europe",)),
        AnnouncedEntry("18h30", time(18, 30), ("Delhi",)),
        AnnouncedEntry("20h", time(20), ("Bangkok",)),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "9am La Paz; 2 p.m. London, 18:30 New Delhi",
            [("09:00", "La Paz", ""), ("14:00", "London", ""), ("18:30", "New Delhi", "")],
        ),
        ("13:00 UTC = 15:00 in Brussels", [("13:00", "UTC", ""), ("15:00", "Brussels", "")]),
        ("15h00 Paris et 20h00 Bangkok", [("15:00", "Paris", ""), ("20:00", "Bangkok", "")]),
        ("18h30 (Delhi)", [("18:30", "Delhi", "")]),
        ("20:00 Asia/Phnom_Penh / 22:00 Tokyo", [("20:00", "Asia/Phnom_Penh", ""), ("22:00", "Tokyo", "")]),
        ("13h UTC+0 / 20h UTC+7", [("13:00", "UTC+0", ""), ("20:00", "UTC+7", "")]),
        ("14h UTC +1 / 20h Bangkok", [("14:00", "UTC +1", ""), ("20:00", "Bangkok", "")]),
        ("12am Tokyo, 12pm London", [("00:00", "Tokyo", ""), ("12:00", "London", "")]),
    ],
)
def test_hours_are_read_as_people_write_them(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(line) == [(at, (place,), day) for at, place, day in expected]


def test_places_may_stand_before_their_hours() -> None:
    assert read("Belgium 15:00 · India 18:30 · Cambodia, Thailand 20:00") == [
        ("15:00", ("Belgium",), ""),
        ("18:30", ("India",), ""),
        ("20:00", ("Cambodia", "Thailand"), ""),
    ]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("22h UTC (05h Bangkok +1)", ["", "+1"]),
        ("22h UTC (05h Bangkok, next day)", ["", "next day"]),
        ("22h UTC / 05h Bangkok (Wed)", ["", "Wed"]),
        ("Belgium 23:00 · Japan 06:00 (13 June) · Fiji 10:00 (13 June)", ["", "13 June", "13 June"]),
    ],
)
def test_the_day_is_read_where_it_is_said(line: str, days: list[str]) -> None:
    assert [day for _, _, day in read(line)] == days


@pytest.mark.parametrize("hour", ["25h", "13:75", "13pm", "0am"])
def test_what_no_clock_shows_is_no_hour(hour: str) -> None:
    assert read(f"{hour} Bangkok") == [("no hour", ("Bangkok",), "")]


def test_an_hour_without_a_place_is_read_all_the_same() -> None:
    assert read("13h") == [("13:00", (), "")]


@pytest.mark.parametrize("line", ["", "at noon", "Tuesday 12 June 2018", "UTC+7"])
def test_a_line_without_an_hour_has_no_entry(line: str) -> None:
    assert read_line(line) == ()


@given(st.text(max_size=80))
def test_whatever_is_written_can_be_read(line: str) -> None:
    assert all(entry.hour in line for entry in read_line(line))


TUESDAY = date(2018, 6, 12)


def verdict(hour: time | None, *shown: str, day: str = "") -> Verdict:
    clocks = {str(number): datetime.fromisoformat(moment) for number, moment in enumerate(shown)}
    return judge(AnnouncedEntry("", hour, ("somewhere",), day), clocks, TUESDAY)


def test_an_entry_is_right_ambiguous_or_wrong_by_the_clocks_of_its_place() -> None:
    assert verdict(time(15), "2018-06-12T15:00") is Verdict.RIGHT
    assert verdict(time(15), "2018-06-12T15:00", "2018-06-12T14:00") is Verdict.AMBIGUOUS
    assert verdict(time(16), "2018-06-12T15:00", "2018-06-12T14:00") is Verdict.WRONG
    assert verdict(None, "2018-06-12T15:00") is Verdict.WRONG


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("", Verdict.UNSAID_DAY),
        ("+1", Verdict.RIGHT),
        ("next day", Verdict.RIGHT),
        ("Wednesday", Verdict.RIGHT),
        ("13 June", Verdict.RIGHT),
        ("-1", Verdict.WRONG_DAY),
        ("previous day", Verdict.WRONG_DAY),
        ("Tue", Verdict.WRONG_DAY),
        ("12 June", Verdict.WRONG_DAY),
    ],
)
def test_a_day_that_differs_must_be_said_and_be_right(day: str, expected: Verdict) -> None:
    assert verdict(time(5), "2018-06-13T05:00", day=day) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("15h", "14h30"), ("15h00", "14h30"), ("15:00", "14:30"), ("3pm", "2:30pm"), ("3 p.m.", "2:30 pm")],
)
def test_what_to_write_looks_like_what_was_written(pattern: str, expected: str) -> None:
    assert written_like(time(14, 30), pattern) == expected


def test_midnight_and_noon_are_written_so_that_they_can_be_read_again() -> None:
    assert (written_like(time(0), "3pm"), written_like(time(12), "3pm"), written_like(time(0), "3h")) == (
        "12am",
        "12pm",
        "0h",
    )
