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
    "America/New_York",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
)


@pytest.mark.parametrize(("name", "first_year"), [*((name, 2026) for name in ZONES), ("America/Sao_Paulo", 2018)])
def test_every_hour_of_two_years_is_the_same_as_in_tzdata(name: str, first_year: int) -> None:
    read = tzical(io.StringIO(vtimezone(name, first_year, first_year + 1).decode())).get()

    different = [
        local
        for local in (
            datetime(first_year, 1, 1, 1) + timedelta(minutes=30 * step) for step in range(2 * 24 * 365 * 2 - 4)
        )
        if _is_plain(local, name)
        and local.replace(tzinfo=read).utcoffset() != local.replace(tzinfo=zone(name)).utcoffset()
    ]

    assert different == []


def _is_plain(local: datetime, name: str) -> bool:
    """Neither skipped nor repeated: of those two, libraries may choose either."""
    return not is_skipped(local.date(), local.time(), name) and not is_repeated(local.date(), local.time(), name)


def test_two_rules_that_hold_in_all_years_are_written_as_such_on_the_clock_before_the_change() -> None:
    assert vtimezone("Europe/Paris", 2022, 2024).decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "DTSTART:20220327T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20211031T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_what_follows_no_two_rules_is_written_change_by_change_since_programs_misread_rdate() -> None:
    ramadan = vtimezone("Africa/Casablanca", 2024, 2025)

    assert ramadan.count(b"DTSTART") == 5
    assert b"RDATE" not in ramadan
    assert b"RRULE" not in ramadan


def test_irish_summer_is_summer_time_though_the_law_calls_winter_the_exception() -> None:
    assert b"BEGIN:DAYLIGHT\r\nDTSTART:20430329T010000\r\n" in vtimezone("Europe/Dublin", 2043, 2043)


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
