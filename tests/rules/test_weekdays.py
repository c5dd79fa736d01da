"""Dates as people write them: a weekday is an aid to memory, and has to be right."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.weekdays import WeekdayError, parse_date, weekday_number, written_date, written_moment


@pytest.mark.parametrize(
    "written",
    ["2020-01-20", "Mon 2020-01-20", "Monday 2020-01-20", "monday, 2020-01-20", "MON 2020-01-20", " Mon  2020-01-20 "],
)
def test_a_date_is_read_with_and_without_its_weekday(written: str) -> None:
    assert parse_date(written) == date(2020, 1, 20)


def test_a_weekday_that_contradicts_its_date_is_refused() -> None:
    with pytest.raises(WeekdayError) as raised:
        parse_date("Wed 2022-01-13")

    assert raised.value.sentence == '"Wed 2022-01-13" is a Thursday.'
    assert raised.value.remedy == "write: Thu 2022-01-13"


@pytest.mark.parametrize("written", ["2027-02-29", "2026-13-01", "2026-04-31", "2100-02-29"])
def test_a_date_that_no_calendar_has_is_refused(written: str) -> None:
    with pytest.raises(WeekdayError, match="not in the calendar"):
        parse_date(written)


@pytest.mark.parametrize(
    "written", ["", "Monday", "20.01.2020", "2020-1-20", "2020-01-20T09:00", "២០២០-០១-២០", "Mon2020-01-20"]
)
def test_what_is_no_date_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(WeekdayError) as raised:
        parse_date(written)

    assert raised.value.remedy == "write it as Mon 2020-01-20"


def test_a_leap_day_is_a_date() -> None:
    assert parse_date("Sat 2020-02-29") == date(2020, 2, 29)


def test_weekdays_are_known_by_name_and_by_three_letters() -> None:
    assert [weekday_number(name) for name in ("Mon", "tuesday", "SUN")] == [0, 1, 6]
    assert weekday_number("Mo") is None


def test_moments_are_written_with_their_weekday() -> None:
    assert written_moment(datetime(2020, 1, 20, 9, 0)) == "Mon 2020-01-20 09:00"


@given(st.dates())
def test_a_date_as_written_is_read_back(on: date) -> None:
    assert parse_date(written_date(on)) == on
