"""Moving a date off the days on which nobody works (`programme-file`, "Working days")."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from convene.rules.working_days import Shift, always_working, shift_to_working_day

MONDAY = date(2020, 1, 20)


def weekend(on: date) -> str | None:
    return "weekend" if on.weekday() in (5, 6) else None


def free_for(days: int) -> set[date]:
    return {MONDAY + timedelta(days=n) for n in range(-days, days + 1)}


def test_a_working_day_stays() -> None:
    assert shift_to_working_day(MONDAY, weekend, later=False) is None
    assert shift_to_working_day(MONDAY, always_working, later=True) is None


def test_a_reminder_moves_to_the_working_day_before_and_a_follow_up_to_the_one_after() -> None:
    sunday = date(2020, 1, 19)

    assert shift_to_working_day(sunday, weekend, later=False) == Shift(date(2020, 1, 17), "weekend")
    assert shift_to_working_day(sunday, weekend, later=True) == Shift(date(2020, 1, 20), "weekend")


def test_the_reason_is_that_of_the_day_it_left() -> None:
    def friday_holiday(on: date) -> str | None:
        return "holiday: Victory Day" if on == date(2020, 1, 17) else weekend(on)

    assert shift_to_working_day(date(2020, 1, 18), friday_holiday, later=False) == Shift(date(2020, 1, 16), "weekend")
    assert shift_to_working_day(date(2020, 1, 17), friday_holiday, later=True) == Shift(MONDAY, "holiday: Victory Day")


def test_a_shift_reaches_ten_days_and_no_farther() -> None:
    nine, ten = free_for(9), free_for(10)

    assert shift_to_working_day(MONDAY, lambda on: "closed" if on in nine else None, later=True) == Shift(
        MONDAY + timedelta(days=10), "closed"
    )
    assert shift_to_working_day(MONDAY, lambda on: "closed" if on in ten else None, later=True) is None


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sets(st.integers(0, 6), max_size=6), st.booleans())
def test_a_date_lands_on_the_nearest_working_day_on_its_side(on: date, free: set[int], later: bool) -> None:
    shift = shift_to_working_day(on, lambda day: "free" if day.weekday() in free else None, later=later)

    landed = shift.to if shift else on
    assert landed.weekday() not in free
    assert landed >= on if later else landed <= on
    between = [min(on, landed) + timedelta(days=n) for n in range(abs((landed - on).days) + 1)]
    assert all(day.weekday() in free for day in between if day != landed)
