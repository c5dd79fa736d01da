"""Every change of every clock of the installed zone database, 2026 to 2040: gaps, folds, there and back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest

from convene.rules.zones import instant, is_repeated, is_skipped, offset, wall_clock, zone_names

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
STEP = timedelta(days=3)
"""Shorter than any time between two changes: Morocco's break for Ramadan is one of 30 days."""
AROUND = [timedelta(minutes=minutes) for minutes in range(-90, 91, 15)]


def changes(name: str) -> Iterator[datetime]:
    """The moments, to the second, at which the offset of the zone changes."""
    moment, ahead = FIRST, offset(FIRST, name)
    while moment < LAST:
        following = moment + STEP
        if offset(following, name) != ahead:
            yield _between(moment, following, name)
            ahead = offset(following, name)
        moment = following


def _between(before: datetime, after: datetime, name: str) -> datetime:
    old = offset(before, name)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if offset(middle, name) == old else (before, middle)
    return after


@cache
def all_changes() -> tuple[tuple[str, datetime], ...]:
    return tuple((name, moment) for name in sorted(zone_names()) for moment in changes(name))


def test_the_changes_found_are_those_of_the_real_clocks() -> None:
    found = all_changes()

    assert ("Europe/Paris", datetime(2027, 3, 28, 1, tzinfo=UTC)) in found
    assert len([moment for name, moment in found if name == "Europe/Paris"]) == 30
    assert [moment for name, moment in found if name == "Asia/Dhaka"] == []
    assert len({name for name, _ in found}) > 50


def test_every_moment_around_every_change_comes_back_from_the_wall_clock() -> None:
    for name, change in all_changes():
        for distance in AROUND:
            local = wall_clock(change + distance, name)
            assert instant(local.date(), local.time(), name, local.fold) == change + distance, (name, change)


def test_around_every_change_exactly_the_hours_between_the_two_clocks_are_doubtful() -> None:
    """Clocks that go forward skip what lies between the old and the new reading; clocks that go back repeat it."""
    for name, change in all_changes():
        old = (change - timedelta(seconds=1)).replace(tzinfo=None) + offset(change - timedelta(seconds=1), name)
        new = change.replace(tzinfo=None) + offset(change, name)
        readings = sorted((old + timedelta(seconds=1), new))
        for distance in AROUND:
            reading = readings[0] + distance
            between = readings[0] <= reading < readings[1]
            on, at = reading.date(), reading.time()
            assert is_skipped(on, at, name) == (between and new > old), (name, reading)
            assert is_repeated(on, at, name) == (between and new <= old), (name, reading)


def test_every_reading_of_a_wall_clock_is_one_definite_moment() -> None:
    """What is skipped lies as much later as the clocks skip; of what comes twice, `fold` 0 is the earlier."""
    for name, change in all_changes():
        before, after = offset(change - timedelta(seconds=1), name), offset(change, name)
        reading = change.replace(tzinfo=None) + min(before, after) + abs(after - before) / 2
        first, second = (instant(reading.date(), reading.time(), name, fold) for fold in (0, 1))
        assert first == reading.replace(tzinfo=UTC) - before, (name, change)
        assert second == reading.replace(tzinfo=UTC) - after, (name, change)


@pytest.mark.parametrize(
    ("on", "at", "zone", "skipped", "repeated"),
    [
        (date(2009, 6, 19), time(22, 59), "Asia/Dhaka", False, False),
        (date(2009, 6, 19), time(23, 0), "Asia/Dhaka", True, False),
        (date(2009, 6, 19), time(23, 59), "Asia/Dhaka", True, False),
        (date(2009, 6, 20), time(0, 0), "Asia/Dhaka", False, False),
        (date(2009, 12, 31), time(22, 59), "Asia/Dhaka", False, False),
        (date(2009, 12, 31), time(23, 0), "Asia/Dhaka", False, True),
        (date(2009, 12, 31), time(23, 59), "Asia/Dhaka", False, True),
        (date(2010, 1, 1), time(0, 0), "Asia/Dhaka", False, False),
        (date(2027, 3, 28), time(2, 30), "Europe/Paris", True, False),
        (date(2027, 3, 28), time(3, 0), "Europe/Paris", False, False),
        (date(2027, 10, 31), time(2, 30), "Europe/Paris", False, True),
        (date(2027, 10, 31), time(3, 0), "Europe/Paris", False, False),
    ],
)
def test_known_nights(on: date, at: time, zone: str, skipped: bool, repeated: bool) -> None:
    assert (is_skipped(on, at, zone), is_repeated(on, at, zone)) == (skipped, repeated)
