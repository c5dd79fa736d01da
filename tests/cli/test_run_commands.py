"""`worker`, `serve` and `up`: what they say, and how they end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.cli.terminal import Terminal
from tests.programmes import query, write_programme
from tests.smtp_inbox import listening_inbox

from convene.store.database import open_database
from convene.worker.worker_lock import only_worker

INVITATIONS = """SELECT state, attempts FROM notice JOIN cause ON cause.id = cause_id
    WHERE kind = 'invitation' ORDER BY state"""
STOPPED = "Stopped; what is due may not all have left.\n  run it again: it goes on from here\n"


@pytest.fixture
def applied(convene: Terminal) -> Terminal:
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    return convene


@contextmanager
def running(convene: Terminal, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """`convene WORDS` in a process of its own, which does not outlive the block."""
    chosen = {f"CONVENE_{name}": value for name, value in {**convene.settings, **settings}.items()}
    with subprocess.Popen(
        [sys.executable, "-c", "from convene.cli.main import run; run()", *words],
        cwd=convene.folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **chosen},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_until_idle_sends_what_is_due_says_how_many_and_ends_0(applied: Terminal) -> None:
    with listening_inbox() as inbox:
        first = applied("worker", "--until-idle", SMTP_URL=inbox.url)
        second = applied("worker", "--until-idle", SMTP_URL=inbox.url)

    assert (first.code, first.out, first.err) == (0, "", "2 sent\n")
    assert (second.code, second.out) == (0, "")
    assert len(inbox.mails) == 2


def test_a_worker_that_leaves_a_paused_programme_alone_says_so(applied: Terminal) -> None:
    assert applied("pause", "small").code == 0
    with listening_inbox() as inbox:
        answer = applied("worker", "--until-idle", SMTP_URL=inbox.url)

    assert (answer.code, inbox.mails) == (0, [])
    assert answer.err.startswith("Sending of small is paused since ")
    assert answer.err.endswith("Nothing of it leaves before `convene resume small`.\n")


def test_a_worker_that_may_send_nothing_says_so_once(applied: Terminal) -> None:
    assert applied("pause").code == 0

    answer = applied("worker", "--until-idle")

    assert answer.code == 1
    assert answer.err.count("Sending is paused") == 1


def test_a_notice_deferred_to_later_does_not_hold_the_worker(applied: Terminal) -> None:
    with listening_inbox() as inbox:
        inbox.answers("RCPT", *["451 4.3.0 try again later"] * 2)
        answer = applied("worker", "--until-idle", SMTP_URL=inbox.url)

    assert (answer.code, answer.err) == (0, "2 deferred\n")


def test_a_second_worker_on_the_same_file_ends_4(applied: Terminal) -> None:
    database = open_database(f"sqlite:///{applied.database}")
    try:
        with only_worker(database.engine):
            answer = applied("worker", "--until-idle")
    finally:
        database.close()

    assert answer.code == 4
    assert "Another worker" in answer.err
    assert {state for (state,) in query(applied.database, "SELECT state FROM notice")} == {"planned"}


def test_a_refused_log_in_ends_1_and_no_notice_suffers(applied: Terminal) -> None:
    with listening_inbox(login=("me", "right")) as inbox:
        answer = applied("worker", "--until-idle", SMTP_URL=f"smtp://me:wrong@127.0.0.1:{inbox.port}")

    assert answer.code == 1
    assert "the user or the password of CONVENE_SMTP_URL" in answer.err
    assert "convene resume" in answer.err
    assert "wrong" not in answer.err
    assert query(applied.database, "SELECT DISTINCT state, attempts FROM notice") == [("planned", 0)]


def test_mail_leaves_as_the_address_that_was_set_with_replies_to_the_organiser(applied: Terminal) -> None:
    with listening_inbox() as inbox:
        applied("worker", "--until-idle", SMTP_URL=inbox.url, MAIL_FROM="events@convene.example")

    assert {mail.sender for mail in inbox.mails} == {"events@convene.example"}
    assert all(b"\r\nReply-To: office@organiser.example\r\n" in body for body in inbox.bodies)
    assert all(b"From: The office <events@convene.example>\r\n" in body for body in inbox.bodies)


def test_a_worker_without_an_end_sends_and_stops_on_sigterm(applied: Terminal) -> None:
    with listening_inbox() as inbox, running(applied, "worker", SMTP_URL=inbox.url) as process:
        inbox.wait_for(2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

    assert query(applied.database, "SELECT count(*) FROM notice WHERE state = 'sent'") == [(2,)]
    assert query(applied.database, "SELECT count(*) FROM notice WHERE claimed_by IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("words", "code", "last_words"), [(("worker",), 0, ""), (("worker", "--until-idle"), 1, STOPPED)]
)
def test_a_worker_told_to_stop_finishes_the_mail_on_its_way_and_gives_the_others_back(
    applied: Terminal, signalled: signal.Signals, words: tuple[str, ...], code: int, last_words: str
) -> None:
    with listening_inbox() as inbox, running(applied, *words, SMTP_URL=inbox.url, SMTP_CONNECTIONS="1") as process:
        assert process.stderr is not None
        with inbox.silent():
            inbox.wait_for(1)
            process.send_signal(signalled)
            heard = process.stderr.readline()
        assert process.wait(30) == code
        said = process.stderr.read()

    assert heard == "Stopping; a mail on its way is finished first.\n"
    assert said == "1 sent\n" + last_words
    assert len(inbox.mails) == 1
    assert query(applied.database, INVITATIONS) == [("planned", 0), ("sent", 1)]
    assert query(applied.database, "SELECT count(*) FROM notice WHERE uncertain OR claimed_by IS NOT NULL") == [(0,)]


def test_what_a_stopped_worker_gave_back_leaves_with_the_next_one_in_one_copy(applied: Terminal) -> None:
    with listening_inbox() as inbox:
        with running(applied, "worker", SMTP_URL=inbox.url, SMTP_CONNECTIONS="1") as process:
            assert process.stderr is not None
            with inbox.silent():
                inbox.wait_for(1)
                process.send_signal(signal.SIGTERM)
                process.stderr.readline()
            process.wait(30)

        answer = applied("worker", "--until-idle", SMTP_URL=inbox.url)

    assert (answer.code, answer.err) == (0, "1 sent\n")
    assert len({mail.recipient for mail in inbox.mails}) == len(inbox.mails) == 2


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_until_it_is_stopped(applied: Terminal, signalled: signal.Signals) -> None:
    address = applied("feed", "link", "--event", "meeting", BASE_URL="http://feeds.example").out.splitlines()[0]
    path = address.removeprefix("http://feeds.example")

    with running(applied, "serve", "--port", "0") as process:
        assert process.stderr is not None
        url = process.stderr.readline().removeprefix("Serving on ").strip()
        feed = httpx.get(f"{url}{path}")
        process.send_signal(signalled)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""

    assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")


@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_port_that_is_taken_is_said(applied: Terminal, command: str) -> None:
    with listening_inbox() as somebody:
        answer = applied(command, "--port", str(somebody.port))

    assert answer.code == 1
    assert str(somebody.port) in answer.err
    assert "Serving" not in answer.err


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_up_sends_and_serves_in_one_process_and_both_end_when_it_is_told_to_stop(
    applied: Terminal, signalled: signal.Signals
) -> None:
    address = applied("feed", "link", "--event", "meeting", BASE_URL="http://feeds.example").out.splitlines()[0]
    path = address.removeprefix("http://feeds.example")

    with listening_inbox() as inbox, running(applied, "up", "--port", "0", SMTP_URL=inbox.url) as process:
        assert process.stderr is not None
        url = process.stderr.readline().removeprefix("Serving on ").strip()
        with inbox.silent():
            inbox.wait_for(1)
            process.send_signal(signalled)
            while not process.stderr.readline().startswith("Stopping"):
                pass
            while_stopping = httpx.get(f"{url}{path}")  # a mail is on its way, and feeds are served until then
        assert process.wait(40) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)

    assert (while_stopping.status_code, while_stopping.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert query(applied.database, "SELECT count(*) FROM notice WHERE state = 'sent'")[0][0] == len(inbox.mails) >= 1
    assert query(applied.database, "SELECT count(*) FROM notice WHERE uncertain OR state = 'claimed'") == [(0,)]


@pytest.mark.parametrize("command", ["serve", "up"])
def test_without_a_secret_key_it_is_said_that_no_feed_opens(applied: Terminal, command: str) -> None:
    with listening_inbox() as somebody:
        answer = applied(command, "--port", str(somebody.port), SECRET_KEY="")

    assert answer.code == 1
    assert answer.err.splitlines()[0] == "No CONVENE_SECRET_KEY is set: no feed and no page can be opened."
