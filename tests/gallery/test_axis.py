"""How the dates above a timeline are laid out."""

from datetime import date, timedelta
from itertools import pairwise

from convene.gallery.axis import Column, date_columns


def columns(*dates: date) -> tuple[Column, ...]:
    return date_columns(dict.fromkeys(dates, 0.0))


def test_months_of_silence_take_no_more_room_than_a_week_of_it() -> None:
    found = columns(date(2022, 1, 3), date(2022, 1, 10), date(2022, 7, 14))
    gaps = [after.x - before.x - before.width for before, after in pairwise(found)]
    assert [column.silence for column in found] == ["", "7 days", "6 months"]
    assert gaps[0] == gaps[1] > 0


def test_a_lone_date_between_two_others_is_drawn_rather_than_skipped() -> None:
    assert [column.on.day for column in columns(date(2022, 1, 3), date(2022, 1, 5))] == [3, 4, 5]


def test_a_month_is_named_where_it_begins_and_a_year_where_it_changes() -> None:
    found = columns(date(2021, 12, 11), date(2022, 1, 3), date(2022, 1, 10), date(2022, 2, 14))
    assert [column.month for column in found] == ["Dec 2021", "Jan 2022", "", "Feb"]


def test_a_date_is_as_wide_as_what_stands_on_it_needs() -> None:
    on = date(2022, 1, 3)
    (column,) = date_columns({on: 240.0})
    assert column.width == 240.0


def test_two_dozen_dates_of_a_year_fit_beside_one_another_on_a_desktop() -> None:
    found = columns(*(date(2022, 1, 3) + timedelta(days=offset) for offset in (*range(16), 30, 60, 90, 180, 360)))
    assert found[-1].x + found[-1].width <= 1096
