"""The dates of a starter: ahead, with their weekdays, where people work."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from convene.programme_file.reading.starter_dates import AHEAD, fill_dates
from convene.rules.weekdays import parse_date

TODAY = date(2026, 11, 27)


def always_working(_: date) -> bool:
    return False


def test_each_slot_becomes_the_date_of_its_week() -> None:
    filled = fill_dates("<Mon 1> <Sun 1> <Tue 2>, on: <Fri 3>", TODAY, always_working)

    assert filled == "Mon 2027-01-04 Sun 2027-01-10 Tue 2027-01-12, on: Fri 2027-01-22"


def test_what_is_no_slot_stays() -> None:
    assert fill_dates("<b> <Mon> <Mon x> 1 < 2", TODAY, always_working) == "<b> <Mon> <Mon x> 1 < 2"


def test_a_holiday_in_any_week_that_is_used_moves_all_of_them() -> None:
    def new_year(day: date) -> bool:
        return day == date(2027, 1, 20)

    assert fill_dates("<Mon 1> <Mon 3>", TODAY, new_year) == "Mon 2027-01-11 Mon 2027-01-25"
    assert fill_dates("<Mon 1> <Mon 2>", TODAY, new_year) == "Mon 2027-01-04 Mon 2027-01-11"


def test_where_nobody_ever_works_the_first_weeks_are_taken() -> None:
    assert fill_dates("<Mon 1>", TODAY, lambda _: True) == "Mon 2027-01-04"


@given(st.dates(date(2026, 1, 1), date(2150, 1, 1)), st.sampled_from(["Mon", "Wed", "Sun"]), st.integers(1, 9))
def test_every_date_lies_ahead_and_has_its_own_weekday(today: date, weekday: str, week: int) -> None:
    filled = fill_dates(f"<{weekday} {week}>", today, always_working)

    assert filled[:3] == weekday
    assert AHEAD <= parse_date(filled) - today < AHEAD + timedelta(weeks=week + 1)
