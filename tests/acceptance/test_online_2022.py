"""Case 1, two country teams online: what their calendar programs read, from a file and over HTTP."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar
from tests.acceptance.shell import Shell
from tests.programmes import SHIPPED

from convene.store.database import open_database
from convene.web.feed_reading import feed_app
from convene.web.server import running_server
from convene.worker.system_clock import SystemClock

KEY = "a-key-for-tests"
COHORTS = {"online-kh": ("km", 10), "online-bd": ("bn", 17)}
Read = list[tuple[str, object, str, str]]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    applied = Shell(tmp_path_factory.mktemp("online"), {"SECRET_KEY": KEY, "NOW": "2022-01-01T03:00:00Z"})
    applied.convene("apply", SHIPPED / "online-2022.yaml", "--yes")
    return applied


@pytest.fixture(scope="module")
def address(shell: Shell) -> Iterator[str]:
    """The base of a running server."""
    database = open_database(f"sqlite:///{shell.database}")
    try:
        with running_server(feed_app(database, [KEY], SystemClock())) as url:
            yield url
    finally:
        database.close()


def read(calendar: bytes) -> Read:
    """UID, start, transparency and status of every entry, as a calendar program reads them, by start."""
    entries = [
        (str(entry["UID"]), entry.decoded("DTSTART"), str(entry["TRANSP"]), str(entry["STATUS"]))
        for entry in Calendar.from_ical(calendar).walk("VEVENT")
    ]
    return sorted(entries, key=lambda entry: str(entry[1]))


def live(day: int) -> datetime:
    return datetime(2022, 1, day, 14, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture(scope="module")
def exported(shell: Shell) -> dict[str, bytes]:
    """The calendar of each cohort in its own language."""
    return {cohort: shell.convene("feed", "export", *words_for(cohort)) for cohort in COHORTS}


def words_for(cohort: str) -> tuple[str, ...]:
    return ("--event", cohort, "--language", COHORTS[cohort][0])


@pytest.mark.parametrize("cohort", COHORTS)
def test_a_calendar_program_reads_the_five_entries_of_each_cohort(exported: dict[str, bytes], cohort: str) -> None:
    _, first = COHORTS[cohort]

    entries = read(exported[cohort])

    assert [(start, shown) for _, start, shown, _ in entries] == [
        (date(2022, 1, first), "TRANSPARENT"),
        (date(2022, 1, first + 1), "TRANSPARENT"),
        (live(first + 2), "OPAQUE"),
        (live(first + 3), "OPAQUE"),
        (live(first + 4), "OPAQUE"),
    ]
    assert {status for *_, status in entries} == {"CONFIRMED"}


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_link_gives_the_same_calendar_over_http(
    shell: Shell, address: str, exported: dict[str, bytes], cohort: str
) -> None:
    link, webcal, _ = shell.convene("feed", "link", *words_for(cohort), BASE_URL=address).decode().splitlines()

    answer = httpx.get(link)
    again = httpx.get(link, headers={"If-None-Match": answer.headers["etag"]})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content == exported[cohort]
    assert (again.status_code, again.content) == (304, b"")
    assert webcal == link.replace("http://", "webcal://")


def test_the_feed_of_a_participant_is_in_their_language_with_their_links(shell: Shell, address: str) -> None:
    words = ("--person", "participant1@union-bd.example")
    link = shell.convene("feed", "link", *words, BASE_URL=address).decode().splitlines()[0]

    entries = Calendar.from_ical(httpx.get(link).content).walk("VEVENT")

    assert len(entries) == 5
    assert all("অনলাইন কর্মসূচি" in str(entry["SUMMARY"]) for entry in entries)
    assert [entry for entry in entries if "https://meet.example/4" in entry.to_ical().decode()] != []


def test_uids_survive_a_database_made_again_from_the_file(
    exported: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    anew = Shell(tmp_path_factory.mktemp("anew"), {"NOW": "2022-01-05T03:00:00Z"})
    anew.convene("apply", SHIPPED / "sgra-laos.yaml", SHIPPED / "online-2022.yaml", "--yes")

    whole = read(anew.convene("feed", "export", "--programme", "online-2022"))

    before = {entry[0] for cohort in COHORTS for entry in read(exported[cohort])}
    assert {entry[0] for entry in whole} == before
    assert len(before) == len(whole) == 10


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_zone_of_a_calendar_is_described_in_it(exported: dict[str, bytes], cohort: str) -> None:
    calendar = Calendar.from_ical(exported[cohort])

    described = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    used = {entry["DTSTART"].params.get("TZID") for entry in calendar.walk("VEVENT")} - {None}
    assert used == described == {"Asia/Tokyo"}
