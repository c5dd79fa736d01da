"""Quiet hours on the reader's clock: what leaves later, what does not, and the nights on which clocks change."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from convene.rules.quiet_hours import QuietHours, after_quiet_hours
from convene.rules.zones import instant, wall_clock, zone_names

NIGHT = QuietHours(time(21, 0), time(7, 0))
NOON = QuietHours(time(12, 0), time(14, 0))
DHAKA = "Asia/Dhaka"
ZONES = sorted(name for name in zone_names() if "/" in name)

moments = st.datetimes(datetime(2010, 1, 1), datetime(2037, 12, 30)).map(lambda at: at.replace(microsecond=0))
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def local(on: str, at: str, zone: str = DHAKA, fold: int = 0) -> datetime:
    """A moment (UTC) by its wall clock."""
    return instant(datetime.fromisoformat(on).date(), time.fromisoformat(at), zone, fold)


def leaves(due_at: datetime, quiet: QuietHours = NIGHT, zone: str = DHAKA, begins_at: datetime | None = None) -> str:
    return f"{wall_clock(after_quiet_hours(due_at, zone, quiet, begins_at), zone):%a %H:%M}"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("20:59", "Mon 20:59"),
        ("21:00", "Tue 07:00"),
        ("23:30", "Tue 07:00"),
        ("00:00", "Mon 07:00"),
        ("06:59", "Mon 07:00"),
        ("07:00", "Mon 07:00"),
        ("12:00", "Mon 12:00"),
    ],
)
def test_what_falls_into_the_night_leaves_when_it_ends(at: str, expected: str) -> None:
    assert leaves(local("2020-01-20", at)) == expected


@pytest.mark.parametrize(("at", "expected"), [("11:59", "Mon 11:59"), ("12:00", "Mon 14:00"), ("14:00", "Mon 14:00")])
def test_quiet_hours_may_lie_within_one_date(at: str, expected: str) -> None:
    assert leaves(local("2020-01-20", at), NOON) == expected


def test_the_clock_is_the_readers() -> None:
    at_noon_in_tokyo = local("2020-01-20", "12:00", "Asia/Tokyo")

    assert leaves(at_noon_in_tokyo, NIGHT, "Asia/Tokyo") == "Mon 12:00"
    assert leaves(at_noon_in_tokyo, NIGHT, "America/La_Paz") == "Mon 07:00"


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ("06:00", "Mon 23:00"),
        ("07:00", "Mon 23:00"),
        ("09:00", "Mon 23:00"),
        ("09:01", "Tue 07:00"),
        ("14:00", "Tue 07:00"),
    ],
)
def test_what_speaks_of_a_day_that_begins_before_or_soon_after_is_not_moved(begins: str, expected: str) -> None:
    assert leaves(local("2020-01-20", "23:00"), begins_at=local("2020-01-21", begins)) == expected


def test_where_clocks_jump_over_the_end_quiet_hours_end_with_the_jump() -> None:
    """On Sun 28 March 2027 the clocks of Paris go from 02:00 to 03:00: they never show 02:30."""
    quiet = QuietHours(time(21, 0), time(2, 30))

    assert leaves(local("2027-03-28", "01:40", "Europe/Paris"), quiet, "Europe/Paris") == "Sun 03:00"


def test_where_clocks_show_the_end_twice_the_next_one_counts() -> None:
    """On Sun 31 October 2027 the clocks of Paris go from 03:00 back to 02:00: they show 02:30 twice."""
    quiet = QuietHours(time(21, 0), time(2, 30))
    first, second = (local("2027-10-31", "02:10", "Europe/Paris", fold) for fold in (0, 1))

    ends = [after_quiet_hours(due_at, "Europe/Paris", quiet, None) for due_at in (first, second)]

    assert ends == [first + timedelta(minutes=20), second + timedelta(minutes=20)]


def test_a_night_on_which_clocks_change_is_an_hour_shorter_or_longer() -> None:
    before_spring = local("2027-03-27", "22:00", "Europe/Paris")
    before_autumn = local("2027-10-30", "22:00", "Europe/Paris")

    assert after_quiet_hours(before_spring, "Europe/Paris", NIGHT, None) == before_spring + timedelta(hours=8)
    assert after_quiet_hours(before_autumn, "Europe/Paris", NIGHT, None) == before_autumn + timedelta(hours=10)


@given(moments, st.sampled_from(ZONES), hours, hours)
@example(datetime(2011, 12, 29, 22, 0), "Pacific/Apia", time(21, 0), time(7, 0))
def test_whatever_the_zone_mail_waits_no_longer_than_the_quiet_hours_and_leaves_outside_of_them(
    at: datetime, zone: str, begin: time, end: time
) -> None:
    assume(begin != end)
    quiet, due_at = QuietHours(begin, end), at.replace(tzinfo=UTC)

    left = after_quiet_hours(due_at, zone, quiet, None)

    assert due_at <= left < due_at + timedelta(hours=26)
    assert not quiet.cover(wall_clock(left, zone).time())
    if not quiet.cover(wall_clock(due_at, zone).time()):
        assert left == due_at
    assert after_quiet_hours(left, zone, quiet, None) == left


@given(moments, st.sampled_from(ZONES), hours, hours, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_nothing_is_moved_to_less_than_two_hours_before_what_it_speaks_of(
    at: datetime, zone: str, begin: time, end: time, ahead: timedelta
) -> None:
    assume(begin != end)
    due_at = at.replace(tzinfo=UTC)

    left = after_quiet_hours(due_at, zone, QuietHours(begin, end), due_at + ahead)

    assert left == due_at or left + timedelta(hours=2) < due_at + ahead
