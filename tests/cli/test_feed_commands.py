"""`feed export`, `link`, `list` and `revoke`."""

import httpx
import pytest
from icalendar import Calendar
from tests.cli.terminal import NOW, Answer, Terminal
from tests.programmes import SOKHA, VANNA, write_programme

from convene.store.database import open_database
from convene.web.feed_reading import feed_app
from convene.web.server import running_server
from convene.worker.system_clock import SystemClock

BASE = "https://convene.example"


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
    address, webcal, page = applied("feed", "link", *subject, BASE_URL="https://convene.example/").out.splitlines()

    assert address.startswith("https://convene.example/feed/")
    assert address.endswith(".ics")
    assert webcal == address.replace("https://", "webcal://")
    [link] = applied("feed", "link", *subject, "--json", BASE_URL="https://convene.example").json("links")
    assert [link[name] for name in ("url", "webcal", "page")] == [address, webcal, page]


@pytest.mark.parametrize("of", [("--event", "meeting"), ("--programme", "small")])
def test_with_people_each_gets_the_addresses_of_their_own_calendar(applied: Terminal, of: tuple[str, str]) -> None:
    table = applied("feed", "link", *of, "--people", BASE_URL=BASE)
    links = applied("feed", "link", *of, "--people", "--json", BASE_URL=BASE).json("links")

    assert [(link["person"], link["language"]) for link in links] == [(SOKHA, "km"), (VANNA, "en")]
    assert [[link["url"], link["webcal"], link["page"]] for link in links] == [
        linked(applied, "--person", person) for person in (SOKHA, VANNA)
    ]
    assert [line.split() for line in table.out.splitlines()[1:]] == [
        [link["person"], link["language"], link["url"], link["page"]] for link in links
    ]


def test_the_calendars_of_people_are_of_those_who_are_invited_or_belong_to_it(applied: Terminal) -> None:
    people = ("email,name,country,language,role,groups", f"{SOKHA},Participant 1,KH,km,,members", f"{VANNA},P,KH,en,,")
    write_programme(applied.folder, people=people)
    assert applied("apply", "small.yaml", "--yes").code == 0

    def people_of(*words: str) -> list[str]:
        links = applied("feed", "link", *words, "--people", "--language", "bn", "--json", BASE_URL=BASE).json("links")
        assert {link["language"] for link in links} == {"bn"}
        return [link["person"] for link in links]

    assert people_of("--event", "meeting") == [SOKHA]
    assert people_of("--programme", "small") == [SOKHA, VANNA]


def test_calendars_of_people_are_printed_again_without_a_write(applied: Terminal) -> None:
    linked(applied, "--person", SOKHA)
    first = applied("feed", "link", "--programme", "small", "--people", BASE_URL=BASE).out
    before = applied.rows()

    assert applied("feed", "link", "--programme", "small", "--people", BASE_URL=BASE).out == first
    assert applied.rows() == before


@pytest.mark.parametrize("subject", [("--person", SOKHA), ("--country", "KH"), ()])
def test_people_are_those_of_an_event_or_a_programme(applied: Terminal, subject: tuple[str, ...]) -> None:
    answer = applied("feed", "link", *subject, "--people", BASE_URL=BASE)

    assert (answer.code, answer.out) == (2, "")
    assert "--programme" in answer.err
    assert applied("feed", "link", "--event", "nothing", "--people", BASE_URL=BASE).code == 3


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
    answer = applied("feed", "link", "--event", "meeting", SECRET_KEY="", BASE_URL="https://convene.example")

    assert (answer.code, answer.out) == (1, "")
    assert "CONVENE_SECRET_KEY" in answer.err


def test_a_file_that_cannot_be_written_is_said(applied: Terminal) -> None:
    answer = applied("feed", "export", "--event", "meeting", "-o", "no/such/folder/x.ics")

    assert answer.code == 1
    assert "no/such/folder/x.ics" in answer.err
    assert "Traceback" not in answer.err


def test_the_page_has_an_address_of_its_own(applied: Terminal) -> None:
    feed, _, page = linked(applied, "--person", SOKHA)

    assert page.startswith(f"{BASE}/s/")
    assert page.removeprefix(f"{BASE}/s/") != feed.removeprefix(f"{BASE}/feed/").removesuffix(".ics")


def test_a_link_is_printed_again_without_a_write(applied: Terminal) -> None:
    first = linked(applied, "--event", "meeting")
    before = applied.rows()

    assert linked(applied, "--event", "meeting") == first
    assert applied.rows() == before


@pytest.mark.parametrize("options", [("--one-bar",), ("--alarm", "30"), ("--one-bar", "--alarm", "30")])
def test_options_stay_with_the_link(applied: Terminal, options: tuple[str, ...]) -> None:
    plain, other = (linked(applied, "--event", "meeting", *more) for more in ((), options))

    assert plain != other
    assert linked(applied, "--event", "meeting", *options) == other
    assert [row["one_bar"] for row in listed(applied)] == [False, "--one-bar" in options]
    assert [row["alarm_minutes"] for row in listed(applied)] == [None, 30 if "--alarm" in options else None]


def test_a_country_may_be_named_as_people_name_it(applied: Terminal) -> None:
    assert linked(applied, "--country", "Cambodia") == linked(applied, "--country", "kh")
    assert applied("feed", "link", "--country", "Atlantis", BASE_URL=BASE).code == 1


def test_without_the_address_of_the_service_no_link_is_printed_or_stored(applied: Terminal) -> None:
    answer = applied("feed", "link", "--event", "meeting")

    assert (answer.code, answer.out) == (1, "")
    assert "CONVENE_BASE_URL" in answer.err
    assert listed(applied) == []


def test_an_address_of_this_machine_is_printed_with_a_word_of_caution(applied: Terminal) -> None:
    here = applied("feed", "link", "--event", "meeting", BASE_URL="http://localhost:8000")
    there = applied("feed", "link", "--event", "meeting", BASE_URL=BASE)

    assert (here.code, there.code) == (0, 0)
    assert here.out.startswith("http://localhost:8000/feed/")
    assert "this machine" in here.err
    assert there.err == ""


def test_the_list_names_every_calendar_and_no_key(applied: Terminal) -> None:
    printed = [linked(applied, *subject) for subject in SUBJECTS]
    revoke(applied, "--event", "meeting", "--yes")

    table, rows = applied("feed", "list").out, listed(applied)

    tokens = [address.rpartition("/")[2].removesuffix(".ics") for lines in printed for address in lines]
    assert not any(half in table + repr(rows) for token in tokens for half in token.split("."))
    assert [(row["programme"], row["event"], row["person"], row["country"]) for row in rows] == [
        ("small", None, None, None),
        (None, "small/meeting", None, None),
        (None, None, SOKHA, None),
        (None, None, None, "KH"),
    ]
    assert [row["language"] for row in rows] == ["en", "en", "km", "en"]
    assert [row["generation"] for row in rows] == [1, 2, 1, 1]
    assert [row["revoked_at"] for row in rows] == [None, NOW, None, None]
    assert {row["created_at"] for row in rows} == {NOW}
    assert all(name in table for name in ("small/meeting", SOKHA, "KH", "2020-01-06"))


def test_the_list_of_nothing_says_so(applied: Terminal) -> None:
    assert listed(applied) == []
    assert "convene feed link" in applied("feed", "list").err


@pytest.mark.parametrize("subject", SUBJECTS)
def test_after_revoking_another_link_is_printed(applied: Terminal, subject: tuple[str, str]) -> None:
    old = linked(applied, *subject)

    answer = revoke(applied, *subject, "--yes")
    new = linked(applied, *subject)

    assert answer.code == 0
    assert subject[0].removeprefix("--") in answer.out
    assert all(before != after for before, after in zip(old, new, strict=True))
    assert new == linked(applied, *subject)


def test_revoking_asks_and_does_nothing_without_an_answer(applied: Terminal) -> None:
    old = linked(applied, "--person", SOKHA)
    before = applied.rows()

    answer = revoke(applied, "--person", SOKHA)

    assert answer.code == 4
    assert SOKHA in answer.out
    assert "--yes" in answer.err
    assert applied.rows() == before
    assert linked(applied, "--person", SOKHA) == old


def test_without_a_language_all_languages_are_revoked(applied: Terminal) -> None:
    for language in ("km", "en", "bn"):
        linked(applied, "--person", SOKHA, "--language", language)

    revoke(applied, "--person", SOKHA, "--language", "Bengali", "--yes")
    one = {row["language"]: row["generation"] for row in listed(applied)}
    revoke(applied, "--person", SOKHA, "--yes")
    all_three = {row["language"]: row["generation"] for row in listed(applied)}

    assert one == {"bn": 2, "en": 1, "km": 1}
    assert all_three == {"bn": 2, "en": 2, "km": 2}


def test_a_second_run_finds_nothing_to_revoke(applied: Terminal) -> None:
    never = revoke(applied, "--event", "meeting", "--yes")
    linked(applied, "--event", "meeting")
    revoke(applied, "--event", "meeting", "--yes")
    before = applied.rows()
    again = revoke(applied, "--event", "meeting", "--yes")

    assert (never.code, never.out) == (0, "")
    assert "no address of it was ever printed" in never.err
    assert (again.code, again.out) == (0, "")
    assert "2020-01-06" in again.err
    assert applied.rows() == before


def linked(terminal: Terminal, *words: str) -> list[str]:
    """The three addresses that `feed link` prints."""
    answer = terminal("feed", "link", *words, BASE_URL=BASE)
    assert answer.code == 0, answer.err
    return answer.out.splitlines()


def revoke(terminal: Terminal, *words: str) -> Answer:
    return terminal("feed", "revoke", *words)


def listed(terminal: Terminal) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = terminal("feed", "list", "--json").json("feeds")
    return rows
