"""The entry: help that promises nothing more than there is, exit codes, and never a stack trace."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError
from tests.cli.terminal import Terminal
from tests.postgresql import PostgreSql
from tests.programmes import write_programme

from convene.__about__ import __version__

COMMANDS = {
    "new": (),
    "kinds": (),
    "schema": (),
    "check": (),
    "diff": (),
    "apply": (),
    "export": (),
    "event": ("list", "show", "add", "edit", "move", "postpone", "cancel"),
    "person": ("import", "list", "show", "add", "edit", "unsubscribe", "erase"),
    "notice": ("list", "show", "retry", "send-test"),
    "feed": ("export", "link", "list", "revoke"),
    "language": ("status", "preview"),
    "rehearse": (),
    "init": (),
    "config": ("show",),
    "doctor": (),
    "pause": (),
    "resume": (),
    "worker": (),
    "serve": (),
    "up": (),
}
"""What works, and nothing that comes later."""


def listed(help_text: str) -> list[str]:
    """The names under "Commands:"."""
    lines = help_text.partition("Commands:")[2].splitlines()
    return [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]


def test_help_lists_exactly_the_commands_that_exist(convene: Terminal) -> None:
    answer = convene("--help")

    assert answer.code == 0
    assert listed(answer.out) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(convene: Terminal, command: str) -> None:
    answer = convene(command, "--help")

    assert answer.code == 0
    assert answer.out.startswith("Usage: convene")
    assert command in answer.out.splitlines()[0]
    assert sorted(listed(answer.out)) == sorted(COMMANDS[command])


@pytest.mark.parametrize("words", [(name, sub) for name, subs in COMMANDS.items() for sub in subs])
def test_every_command_under_a_command_explains_itself(convene: Terminal, words: tuple[str, str]) -> None:
    answer = convene(*words, "--help")

    assert answer.code == 0
    assert " ".join(words) in answer.out.splitlines()[0]


@pytest.mark.parametrize("command", [name for name, subs in COMMANDS.items() if subs])
def test_a_list_of_commands_gives_whole_sentences(convene: Terminal, command: str) -> None:
    sentences = convene(command, "--help").out.partition("Commands:")[2]

    assert "..." not in sentences


@pytest.mark.parametrize("words", [f"{name} {sub}" for name, subs in COMMANDS.items() for sub in subs or ("",)])
def test_options_name_what_they_take_and_no_type(convene: Terminal, words: str) -> None:
    options = convene(*words.split(), "--help").out.partition("Options:")[2]

    assert not {"<str>", "<path>", "<int>"} & set(options.split())


@pytest.mark.parametrize(
    "command",
    [
        ("kinds",),
        ("config", "show"),
        ("doctor",),
        ("event", "list"),
        ("event", "show"),
        ("person", "list"),
        ("person", "show"),
        ("notice", "list"),
        ("notice", "show"),
        ("feed", "list"),
    ],
)
def test_every_command_that_reads_offers_json(convene: Terminal, command: tuple[str, ...]) -> None:
    assert "--json" in convene(*command, "--help").out


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("event",),
        ("event", "frobnicate"),
        ("apply",),
        ("new",),
        ("new", "party"),
        ("apply", "x.yaml", "--frobnicate"),
        ("notice", "list", "--state", "asleep"),
        ("notice", "list", "--due-before", "soon"),
        ("notice", "send-test", "a-key"),
        ("feed", "export"),
        ("feed", "export", "--event", "a", "--programme", "b"),
        ("feed", "export", "--event", "a", "--language", "Klingon"),
        ("feed", "link"),
        ("feed", "link", "--event", "a", "--alarm", "0"),
        ("feed", "revoke", "--yes"),
        ("serve", "--port", "many"),
        ("up", "--port", "many"),
    ],
)
def test_a_wrong_command_line_ends_2_with_words_and_without_data(convene: Terminal, words: tuple[str, ...]) -> None:
    answer = convene(*words)

    assert (answer.code, answer.out if words != ("event",) else "") == (2, "")
    assert answer.err or words == ("event",)
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("check", "no-such-file.yaml"),
        ("apply", "no-such-file.yaml", "--yes"),
        ("diff", "no-such-file.yaml"),
        ("rehearse", "no-such-file.yaml"),
        ("export", "no-such-programme"),
        ("event", "show", "no-such-event"),
        ("event", "cancel", "no-such-event", "--yes"),
        ("event", "list", "--programme", "no-such-programme"),
        ("notice", "show", "no-such-notice-"),
        ("notice", "retry", "no-such-notice-"),
        ("notice", "send-test", "no-such-notice-", "--to", "me@organiser.example"),
        ("notice", "list", "--event", "no-such-event"),
        ("notice", "list", "--programme", "no-such-programme"),
        ("person", "list", "--programme", "no-such-programme"),
        ("person", "import", "no-such-file.csv"),
        ("feed", "export", "--event", "no-such-event"),
        ("feed", "link", "--person", "nobody@nowhere.example"),
        ("feed", "revoke", "--programme", "no-such-programme"),
    ],
)
def test_what_does_not_exist_ends_3_and_is_named(convene: Terminal, words: tuple[str, ...]) -> None:
    answer = convene(*words)

    assert (answer.code, answer.out) == (3, "")
    assert "no" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("words", [("event", "list"), ("apply", "small.yaml", "--yes"), ("worker", "--until-idle")])
@pytest.mark.parametrize("fault", ["a letter", "no folder"])
def test_a_database_that_cannot_be_opened_ends_1_with_a_sentence(
    convene: Terminal, words: tuple[str, ...], fault: str
) -> None:
    write_programme(convene.folder)
    (convene.folder / "letter.db").write_text("Dear members,\n" * 100)
    url = {"a letter": "sqlite:///letter.db", "no folder": "sqlite:///no/such/folder.db"}[fault]

    answer = convene(*words, DATABASE_URL=url)

    assert (answer.code, answer.out) == (1, "")
    assert "CONVENE_DATABASE_URL" in answer.err
    assert "Traceback" not in answer.err


def test_settings_that_cannot_be_used_are_said_all_at_once(convene: Terminal) -> None:
    answer = convene("event", "list", DATABASE_URL="oracle://x", NOW="yesterday", BASE_URL="ftp://x")

    assert answer.code == 1
    assert [name for name in ("DATABASE_URL", "NOW", "BASE_URL") if f"CONVENE_{name}" not in answer.err] == []


def test_a_frozen_clock_is_refused_with_a_server_that_is_not_on_loopback(convene: Terminal) -> None:
    answer = convene("worker", "--until-idle", SMTP_URL="smtp://mail.example:25")

    assert answer.code == 1
    assert "CONVENE_NOW" in answer.err


def test_the_version_is_printed(convene: Terminal) -> None:
    answer = convene("--version")

    assert (answer.code, answer.out) == (0, f"convene {__version__}\n")


def test_a_folder_given_as_a_file_is_said(convene: Terminal, tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()

    answer = convene("check", "folder.yaml")

    assert answer.code == 3
    assert "folder.yaml" in answer.err


def test_who_waits_in_vain_for_somebody_who_writes_is_told_to_try_again(
    convene: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    convene("event", "list")
    monkeypatch.setattr("convene.store.database._BUSY_TIMEOUT_MS", 1)
    with closing(sqlite3.connect(convene.folder / "convene.db", isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        answer = convene("pause")

    assert answer.code == 4
    assert "Somebody else is writing to the database, so nothing was changed." in answer.err


def test_a_disk_that_is_full_is_said(convene: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_room(**_: object) -> None:
        with closing(sqlite3.connect(":memory:")) as full:
            full.execute("PRAGMA max_page_count = 1")
            full.execute("CREATE TABLE more (than INTEGER)")

    monkeypatch.setattr("convene.cli.main.app", without_room)

    answer = convene("event", "list")

    assert answer.code == 1
    assert "The disk of the database is full, so nothing was changed." in answer.err


def test_who_waited_for_each_other_is_told_to_try_again(convene: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended_by_the_database(**_: object) -> None:
        raise OperationalError("UPDATE notice", {}, DeadlockDetected("deadlock detected"))

    monkeypatch.setattr("convene.cli.main.app", ended_by_the_database)

    answer = convene("event", "list")

    assert answer.code == 4
    assert "Somebody else changed the same at the same moment, so nothing was changed." in answer.err
    assert "run it again" in answer.err


def test_a_database_that_closes_the_connection_is_said(
    convene: Terminal, postgresql: PostgreSql, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(**_: object) -> None:
        with postgresql.empty_database() as database, database.reading() as session:
            session.connection().exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr("convene.cli.main.app", cut_off)

    answer = convene("event", "list")

    assert answer.code == 1
    assert "The database closed the connection before convene was done." in answer.err
