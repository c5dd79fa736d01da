"""`event add`, `edit`, `move`, `postpone` and `cancel`: what is said first, what is asked, what comes out."""

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import query

from convene.rules import zones
from convene.rules.zones import zone
from convene.usecases.planning import follow_zone_database
from convene.usecases.programmes import store_programme

EXTRA = ("event", "add", "small/extra", "--kind", "meeting", "--title", "Extra", "--invite", "members")
DAY = ("--day", "Mon 2020-02-10 09:00-11:30")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ((*EXTRA, *DAY), "invitation"),
        (("event", "edit", "meeting", "--day", "Tue 2020-01-21"), "change"),
        (("event", "move", "meeting", "--by", "2 days"), "change"),
        (("event", "postpone", "meeting"), "change"),
        (("event", "cancel", "meeting"), "cancellation"),
    ],
)
def test_every_command_that_causes_mail_says_it_first_and_asks(
    told: Terminal, words: tuple[str, ...], kind: str
) -> None:
    before = told.rows()

    tried = told(*words, "--dry-run")
    asked = told(*words)

    assert (tried.code, asked.code) == (0, 4)
    assert next(line.split() for line in asked.out.splitlines() if line.startswith(kind))[-4:] == ["km", "1", "en", "1"]
    assert "2 people will be written to" in asked.err
    assert "a dry run" in tried.err
    assert tried.out == asked.out
    assert told.rows() == before


def test_what_changes_is_shown_beside_what_was(told: Terminal) -> None:
    answer = told("event", "move", "meeting", "--on", "Wed 2020-01-22", "--to", "12:00", "--yes")

    assert answer.out.splitlines()[:2] == [
        "  ~ events.meeting.days.d1.on: Mon 2020-01-20 -> Wed 2020-01-22",
        "  ~ events.meeting.days.d1.to: 11:30 -> 12:00",
    ]
    assert "Moved: small/meeting." in answer.err


def test_a_change_that_mails_nobody_asks_nothing(told: Terminal) -> None:
    answer = told("event", "edit", "meeting", "--title", "km=ការប្រជុំ", "--capacity", "30")

    assert answer.code == 0
    assert "written to" not in answer.err
    assert query(told.database, "SELECT title, capacity FROM event") == [
        ('{"en": "Planning meeting", "km": "\\u1780\\u17b6\\u179a\\u1794\\u17d2\\u179a\\u1787\\u17bb\\u17c6"}', 30)
    ]


def test_options_that_are_not_given_leave_everything_as_it_is(told: Terminal) -> None:
    before = told.rows()

    answer = told("event", "edit", "meeting")

    assert answer.code == 0
    assert "Nothing changes" in answer.err
    assert told.rows() == before


def test_the_second_run_of_the_same_command_mails_nobody_again(told: Terminal) -> None:
    codes = {}
    for name, words in {
        "add": (*EXTRA, *DAY),
        "edit": ("event", "edit", "meeting", "--venue", "", "--reminder", "1 day before"),
        "move": ("event", "move", "meeting", "--on", "Wed 2020-01-22"),
        "postpone": ("event", "postpone", "meeting"),
    }.items():
        first = told(*words, "--yes").code
        before = told.rows()
        codes[name] = (first, told(*words, "--yes").code)
        assert told.rows() == before

    assert codes == {"add": (0, 4), "edit": (0, 0), "move": (0, 0), "postpone": (0, 4)}


def test_all_that_is_wrong_is_said_at_once_without_a_line_number(told: Terminal) -> None:
    answer = told(*EXTRA, "--day", "Tue 2020-02-10 9:00", "--venue", "hall", "--kind", "congress")

    lines = [line.split("  ") for line in answer.err.splitlines() if line.strip().startswith("error")]
    places = [next(cell for cell in line if "events." in cell).removeprefix("error ").strip() for line in lines]
    assert answer.code == 1
    assert places == [
        "events.extra.days[1].from",
        "events.extra.days[1].on",
        "events.extra.kind",
        "events.extra.venue",
    ]
    assert "4 errors: nothing was changed." in answer.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("event", "move", "meeting"), 2, "Nothing says where to"),
        (("event", "move", "meeting", "--on", "Wed 2020-01-22", "--by", "2 days"), 2, "exclude each other"),
        (("event", "move", "meeting", "--by", "soon"), 1, "no span of days"),
        (("event", "move", "meeting", "--on", "Mon 2020-01-06"), 1, "which has passed"),
        (("event", "move", "nothing", "--by", "1 day"), 3, 'no event "nothing"'),
        (("event", "move", "meeting", "--day", "d9", "--by", "1 day"), 3, 'no day "d9"'),
        (("event", "edit", "meeting", "--remove-day", "d9"), 3, 'no day "d9"'),
        (("event", "edit", "meeting", "--uninvite", "nope"), 3, 'no invitation of "nope"'),
        (("event", "add", "extra", "--kind", "meeting"), 2, "names no programme"),
        (("event", "add", "nowhere/extra", "--kind", "meeting"), 3, 'no programme "nowhere"'),
        (("event", "edit", "meeting", "--day", "{on: Mon"), 1, "never closed"),
        (("event", "edit", "meeting", "--status", "draft"), 4, "cannot become draft"),
        (("event", "edit", "meeting", "--correct"), 4, "not held yet"),
        (("event", "cancel", "nothing"), 3, 'no event "nothing"'),
    ],
)
def test_a_wrong_command_is_one_sentence_and_changes_nothing(
    told: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    before = told.rows()

    answer = told(*words, "--yes")

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert told.rows() == before


def test_the_past_is_taken_when_it_is_meant(told: Terminal) -> None:
    words = (*EXTRA, "--day", "Mon 2019-01-21")

    assert told(*words).code == 1
    assert told(*words, "--past").code == 0
    assert told("event", "show", "extra", "--json").json("event")["status"] == "held"


def test_the_record_of_what_was_held_is_corrected_without_a_question(told: Terminal) -> None:
    afterwards = "2020-02-20T03:00:00Z"
    day = ("--day", "Mon 2020-01-20 10:00-12:00, id: d1")

    refused = told("event", "edit", "meeting", *day, NOW=afterwards)
    corrected = told("event", "edit", "meeting", *day, "--correct", NOW=afterwards)

    assert (refused.code, corrected.code) == (4, 0)
    assert "--correct" in refused.err
    assert "The record is mended" in corrected.out
    assert "told just this before" not in corrected.out
    assert query(told.database, "SELECT start_time FROM day") == [("10:00:00.000000",)]


def test_an_hour_that_clocks_show_twice_is_moved_to_by_saying_which(told: Terminal) -> None:
    night = ("event", "move", "meeting", "--on", "Sun 2020-10-25", "--from", "02:30", "--to", "04:00")
    paris = ("--timezone", "Europe/Paris", "--yes")

    silent = told(*night, *paris)
    said = told(*night, *paris, "--fold", "later")

    assert (silent.code, said.code) == (1, 0)
    assert "show 02:30 twice" in silent.err
    assert "fold: later" in silent.err
    assert query(told.database, "SELECT starts_at FROM day") == [("2020-10-25 01:30:00.000000",)]


def test_an_older_file_is_a_conflict_and_the_exported_one_is_not(told: Terminal) -> None:
    told(*EXTRA, *DAY, "--yes")

    older = told("apply", "small.yaml", "--yes")
    (told.folder / "small.yaml").write_text(told("export", "small").out, "utf-8")
    exported = told("apply", "small.yaml", "--yes")

    assert (older.code, exported.code) == (4, 0)
    assert "extra" in older.err
    assert "--overwrite" in older.err


def test_clocks_that_a_newer_zone_database_changes_are_warned_of_once(
    told: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From another release on, clocks in Phnom Penh are those of Tokyo."""
    for module in (follow_zone_database, store_programme):
        monkeypatch.setattr(module, "tzdata_version", lambda: "2099a")
    monkeypatch.setattr(zones, "zone", lambda name: zone("Asia/Tokyo" if name == "Asia/Phnom_Penh" else name))

    answer = told("event", "move", "meeting", "--by", "2 days", "--yes")

    assert answer.code == 0
    assert answer.err.count("clocks changed by zone database 2099a") == 1
    assert answer.err.count("warning: small/meeting: ") == 1
