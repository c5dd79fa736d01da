"""Wall clocks and instants: gaps, folds, and the same answer on every host (design promise 1)."""

import importlib.resources
import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.rules.zones import (
    instant,
    is_repeated,
    is_skipped,
    is_zone,
    offset,
    tzdata_version,
    wall_clock,
    zone,
    zone_names,
)

PLACES = sorted(zone_names())


def test_zones_come_from_the_tzdata_package_alone() -> None:
    with importlib.resources.files("tzdata").joinpath("zoneinfo", "Asia", "Dhaka").open("rb") as file:
        packaged = zoneinfo.ZoneInfo.from_file(file)

    assert zoneinfo.TZPATH == ()
    assert zone("Asia/Dhaka").utcoffset(datetime(2009, 8, 1)) == packaged.utcoffset(datetime(2009, 8, 1))


def test_a_host_with_zone_files_of_its_own_gets_the_same_answer() -> None:
    program = "import convene.rules.zones, zoneinfo; print(zoneinfo.TZPATH)"
    environ = {**os.environ, "PYTHONTZPATH": "/usr/share/zoneinfo", "PYTHONPATH": os.pathsep.join(sys.path)}
    printed = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)

    assert printed.stdout.strip() == "()"


def test_the_zone_database_names_its_release() -> None:
    version = tzdata_version()

    assert version[:4].isdigit()
    assert version[4:].isalpha()


@pytest.mark.parametrize(
    "name", ["Mars/Base", "../etc/passwd", "/etc/localtime", "", "asia/tokyo", "reader", "tzdata.zi"]
)
def test_what_tzdata_does_not_list_is_no_zone(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(KeyError):
        zone(name)


def test_a_zone_keeps_the_name_it_was_given() -> None:
    assert zone("Asia/Phnom_Penh").key == "Asia/Phnom_Penh"


def test_anywhere_on_earth_is_twelve_hours_behind_utc() -> None:
    assert instant(date(2022, 2, 12), time(0, 0), "anywhere-on-earth") == datetime(2022, 2, 12, 12, tzinfo=UTC)


def test_an_hour_that_the_clocks_jump_over_is_skipped() -> None:
    changing_night = date(2026, 3, 29)

    assert is_skipped(changing_night, time(2, 30), "Europe/Brussels")
    assert not is_skipped(changing_night, time(1, 59), "Europe/Brussels")
    assert not is_skipped(changing_night, time(3, 0), "Europe/Brussels")
    assert not is_repeated(changing_night, time(2, 30), "Europe/Brussels")


def test_an_hour_that_the_clocks_show_twice_is_repeated_and_fold_chooses() -> None:
    changing_night = date(2026, 10, 25)

    assert is_repeated(changing_night, time(2, 30), "Europe/Brussels")
    assert not is_repeated(changing_night, time(3, 0), "Europe/Brussels")
    assert instant(changing_night, time(2, 30), "Europe/Brussels") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(changing_night, time(2, 30), "Europe/Brussels", fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_dhaka_had_summer_time_in_2009() -> None:
    assert is_skipped(date(2009, 6, 19), time(23, 30), "Asia/Dhaka")
    assert is_repeated(date(2009, 12, 31), time(23, 30), "Asia/Dhaka")
    assert offset(datetime(2009, 8, 1, tzinfo=UTC), "Asia/Dhaka") == timedelta(hours=7)
    assert offset(datetime(2010, 8, 1, tzinfo=UTC), "Asia/Dhaka") == timedelta(hours=6)


def test_samoa_skipped_a_whole_day() -> None:
    assert all(is_skipped(date(2011, 12, 30), time(hour), "Pacific/Apia") for hour in range(24))
    assert not is_skipped(date(2011, 12, 31), time(0), "Pacific/Apia")


def test_the_wall_clock_remembers_which_of_two_equal_hours_it_shows() -> None:
    local = wall_clock(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Brussels")

    assert (local.hour, local.minute, local.fold) == (2, 30, 1)


@pytest.mark.parametrize("initial", sorted({name[0] for name in PLACES}))
def test_every_zone_takes_moments_of_2026_to_2040_there_and_back(initial: str) -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n * 1097) for n in range(119)]

    assert moments[-1].year == 2040
    for name in (name for name in PLACES if name[0] == initial):
        for moment in moments:
            local = wall_clock(moment, name)
            assert instant(local.date(), local.time(), name, local.fold) == moment


@given(
    st.sampled_from(PLACES),
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC)),
)
def test_any_moment_in_any_zone_comes_back(name: str, moment: datetime) -> None:
    local = wall_clock(moment, name)

    assert instant(local.date(), local.time(), name, local.fold) == moment
    assert not is_skipped(local.date(), local.time().replace(fold=0), name)
