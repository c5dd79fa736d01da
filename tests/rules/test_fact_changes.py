"""What differs between two tellings of an event."""

from dataclasses import replace
from datetime import date, time

from tests.rules.planned_events import PHNOM_PENH, day, facts

from convene.rules.fact_changes import fact_changes
from convene.rules.vocabulary import EventStatus, Mode

MEETING = facts(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
[DAY] = MEETING.days


def test_equal_tellings_differ_in_nothing() -> None:
    assert fact_changes(MEETING, MEETING) == []


def test_every_fact_of_a_day_is_a_change_of_its_own() -> None:
    link = "https://meet.example/1"
    moved = replace(
        DAY, on=date(2020, 1, 21), until=date(2020, 1, 22), start=time(10), end=None, zone="Asia/Tokyo",
        mode=Mode.LIVE, venue=None, link=link,
    )  # fmt: skip

    assert fact_changes(MEETING, facts(moved)) == [
        ("d1", "date", "Mon 2020-01-20", "Tue 2020-01-21 to Wed 2020-01-22"),
        ("d1", "hours", "09:00-11:30", "10:00"),
        ("d1", "zone", "Asia/Phnom_Penh", "Asia/Tokyo"),
        ("d1", "mode", "in-person", "live"),
        ("d1", "venue", "Phnom Penh", "none"),
        ("d1", "link", "none", link),
    ]


def test_an_hour_that_is_not_known_is_never_midnight() -> None:
    assert fact_changes(MEETING, facts(replace(DAY, start=None, end=None))) == [("d1", "hours", "09:00-11:30", "none")]


def test_a_day_that_came_or_went_is_one_change() -> None:
    second = day("2020-01-21", slug="d2")
    two = facts(DAY, second)

    assert fact_changes(MEETING, two) == [("d2", "day", "none", "Tue 2020-01-21 Asia/Phnom_Penh in-person")]
    assert fact_changes(two, MEETING) == [("d2", "day", "Tue 2020-01-21 Asia/Phnom_Penh in-person", "none")]


def test_the_status_comes_first_and_belongs_to_no_day() -> None:
    cancelled = replace(MEETING, status=EventStatus.CANCELLED)

    assert fact_changes(MEETING, cancelled) == [("", "status", "confirmed", "cancelled")]
