"""`feed export` and `link`."""

import httpx
import pytest
from icalendar import Calendar
from tests.cli.terminal import Terminal
from tests.programmes import SOKHA, write_programme

from convene.store.database import open_database
from convene.web.feed_reading import feed_app
from convene.web.server import running_server
from convene.worker.system_clock import SystemClock


@pytest.fixture
def applied(convene: Terminal) -> Terminal:
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    return convene


SUBJECTS = [("--event", "meeting"), ("--programme", "small"), ("--person", SOKHA.upper()), ("--country", "kh")]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_calendar_is_written_to_stdout_or_to_a_file(applied: Terminal, subject: tuple[str, str]) -> None:
    printed = applied("feed", "export", *subject)
    written = applied("feed", "export", *subject, "-o", "my calendar.ics")

    assert (printed.code, printed.err) == (0, "")
    assert (written.code, written.out) == (0, "")
    assert (applied.folder / "my calendar.ics").read_bytes() == printed.out.encode()
    assert len(Calendar.from_ical(printed.out).walk("VEVENT")) == 1


def test_the_language_may_be_named_as_people_name_it(applied: Terminal) -> None:
    khmer = applied("feed", "export", "--event", "meeting", "--language", "Khmer").out

    assert khmer == applied("feed", "export", "--event", "meeting", "--language", "km").out
    assert khmer != applied("feed", "export", "--event", "meeting", "--language", "English").out


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_link_is_printed_for_a_browser_and_for_a_calendar_program(
    applied: Terminal, subject: tuple[str, str]
) -> None:
    address, webcal = applied("feed", "link", *subject, BASE_URL="https://convene.example/").out.splitlines()

    assert address.startswith("https://convene.example/feed/")
    assert address.endswith(".ics")
    assert webcal == address.replace("https://", "webcal://")
    assert applied("feed", "link", *subject, "--json", BASE_URL="https://convene.example").json("links") == [
        {"url": address, "webcal": webcal}
    ]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_link_opens_over_http_what_export_writes(applied: Terminal, subject: tuple[str, str]) -> None:
    exported = applied("feed", "export", *subject, "--language", "en").out
    database = open_database(f"sqlite:///{applied.database}")
    try:
        with running_server(feed_app(database, [applied.settings["SECRET_KEY"]], SystemClock())) as url:
            address = applied("feed", "link", *subject, "--language", "en", BASE_URL=url).out.splitlines()[0]
            answer = httpx.get(address)
    finally:
        database.close()

    assert (answer.status_code, answer.text) == (200, exported)


def test_without_a_secret_key_no_link_is_printed_and_the_setting_is_named(applied: Terminal) -> None:
    answer = applied("feed", "link", "--event", "meeting", SECRET_KEY="")

    assert (answer.code, answer.out) == (1, "")
    assert "CONVENE_SECRET_KEY" in answer.err


def test_a_file_that_cannot_be_written_is_said(applied: Terminal) -> None:
    answer = applied("feed", "export", "--event", "meeting", "-o", "no/such/folder/x.ics")

    assert answer.code == 1
    assert "no/such/folder/x.ics" in answer.err
    assert "Traceback" not in answer.err
