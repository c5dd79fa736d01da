"""A VTIMEZONE tells the hours that tzdata tells, read by another library (dateutil)."""

import io
from datetime import datetime, timedelta

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]

from convene.ical.vtimezone import vtimezone
from convene.rules.zones import is_repeated, is_skipped, zone, zone_names

ZONES = (
    "Europe/Paris",
    "Europe/London",
    "Asia/Phnom_Penh",
    "America/Vancouver",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
)


@pytest.mark.parametrize("name", ZONES)
def test_every_hour_of_two_years_is_the_same_as_in_tzdata(name: str) -> None:
    read = tzical(io.StringIO(vtimezone(name, 2026, 2027).decode())).get()

    different = [
        local
        for local in (datetime(2026, 1, 1, 1) + timedelta(minutes=30 * step) for step in range(2 * 24 * 365 * 2 - 4))
        if _is_plain(local, name)
        and local.replace(tzinfo=read).utcoffset() != local.replace(tzinfo=zone(name)).utcoffset()
    ]

    assert different == []


def _is_plain(local: datetime, name: str) -> bool:
    """Neither skipped nor repeated: of those two, libraries may choose either."""
    return not is_skipped(local.date(), local.time(), name) and not is_repeated(local.date(), local.time(), name)


def test_the_onset_is_written_on_the_clock_before_the_change() -> None:
    lines = vtimezone("Europe/Paris", 2022, 2022).decode().split("\r\n")

    summer = lines.index("BEGIN:DAYLIGHT")
    assert lines[summer : summer + 6] == [
        "BEGIN:DAYLIGHT",
        "DTSTART:20220327T020000",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
    ]


def test_a_zone_keeps_the_name_that_was_chosen() -> None:
    assert b"TZID:Asia/Phnom_Penh\r\n" in vtimezone("Asia/Phnom_Penh", 2020, 2020)


def test_bangladesh_has_the_summer_time_of_2009_in_2009_alone() -> None:
    assert b"TZOFFSETTO:+0700" in vtimezone("Asia/Dhaka", 2009, 2009)
    assert b"TZOFFSETTO:+0700" not in vtimezone("Asia/Dhaka", 2022, 2022)


def test_every_zone_of_tzdata_can_be_written() -> None:
    written = [vtimezone(name, 2026, 2026) for name in sorted(zone_names())]

    assert all(body.startswith(b"BEGIN:VTIMEZONE\r\n") and body.count(b"DTSTART") >= 1 for body in written)


def test_years_far_away_are_no_fault() -> None:
    assert vtimezone("Europe/Paris", 1970, 2100).count(b"BEGIN:DAYLIGHT") >= 1
    assert vtimezone("Europe/Paris", 9999, 9999)
