"""`pause` and `resume`: one row with its reason, seen by every command that causes mail."""

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, SOKHA, query, write_programme
from tests.smtp_inbox import listening_inbox

from convene.store.database import open_database
from convene.store.pauses import add_pause

PAUSES = """SELECT slug, reason, after_restore, since FROM pause LEFT JOIN programme ON programme.id = programme_id
    ORDER BY slug"""
PAUSED = "Sending is paused since Mon 2020-01-06 03:00 UTC: a new relay. Nothing leaves before `convene resume`."
OF_SMALL = (
    "Sending of small is paused since Mon 2020-01-06 03:00 UTC: the operator paused it. Nothing of it leaves before "
    "`convene resume small`."
)
WAITING = """\
              now   in 7 days   later   people   languages
invitation      2           -       -        2   km 1  en 1
reminder        -           2       2        2   km 1  en 1
follow-up       -           -       2        2   km 1  en 1
"""


@pytest.fixture
def applied(convene: Terminal) -> Terminal:
    """Two people are to be invited to the meeting; nothing has left."""
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    return convene


def restored(convene: Terminal) -> None:
    """The worker noticed that the database was put back from a copy."""
    database = open_database(f"sqlite:///{convene.database}")
    try:
        with database.writing() as session:
            add_pause(session, "the database was put back from a copy", INVITED_AT, after_restore=True)
    finally:
        database.close()


def test_a_pause_is_one_row_with_its_reason_and_says_what_waits_behind_it(applied: Terminal) -> None:
    answer = applied("pause", "--reason", "a new relay")

    assert (answer.code, answer.out) == (0, WAITING)
    assert answer.err.splitlines()[-2:] == ["8 mails wait behind this pause, 2 of them due now.", PAUSED]
    assert query(applied.database, PAUSES) == [(None, "a new relay", 0, "2020-01-06 03:00:00.000000")]


def test_a_second_pause_changes_nothing_and_says_since_when(applied: Terminal) -> None:
    applied("pause", "--reason", "a new relay")
    before = query(applied.database, PAUSES)

    answer = applied("pause", "--reason", "another one", NOW="2020-01-07T03:00:00Z")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"It was paused already; the first reason stays.\n{PAUSED}\n"
    assert query(applied.database, PAUSES) == before


def test_one_programme_is_paused_beside_everything(applied: Terminal) -> None:
    applied("pause", "--reason", "a new relay")

    answer = applied("pause", "small")

    assert answer.err == f"No mail waits behind this pause.\n{OF_SMALL}\n"
    assert [slug for slug, *_ in query(applied.database, PAUSES)] == [None, "small"]


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "a\x1b[31mred", "x" * 301])
def test_a_reason_that_is_not_one_line_ends_2_and_pauses_nothing(applied: Terminal, reason: str) -> None:
    answer = applied("pause", "--reason", reason)

    assert (answer.code, answer.out) == (2, "")
    assert "one line of text" in answer.err
    assert query(applied.database, PAUSES) == []


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_a_programme_that_does_not_exist_ends_3(applied: Terminal, command: str) -> None:
    answer = applied(command, "no-such-programme")

    assert (answer.code, answer.out) == (3, "")
    assert "no-such-programme" in answer.err


def test_every_command_that_causes_mail_says_that_sending_is_paused(applied: Terminal) -> None:
    applied("pause", "--reason", "a new relay")
    (applied.folder / "one.csv").write_text("email,name,groups\nnew@union-kh.example,Participant 9,members\n")

    moved = applied("event", "move", "meeting", "--by", "1 day", "--dry-run")
    added = applied("person", "import", "one.csv", "--programme", "small", "--yes")
    write_programme(applied.folder / "other", programme="other")
    other = applied("apply", "other/other.yaml", "--yes")

    assert [PAUSED in answer.err.splitlines() for answer in (moved, added, other)] == [True] * 3


def test_the_pause_of_one_programme_is_said_where_its_own_mails_are_caused_alone(applied: Terminal) -> None:
    applied("pause", "small")

    moved = applied("event", "move", "meeting", "--by", "1 day", "--dry-run")
    write_programme(applied.folder / "other", programme="other")
    other = applied("apply", "other/other.yaml", "--yes")

    assert OF_SMALL in moved.err.splitlines()
    assert (other.code, "paused" in other.err) == (0, False)


def test_resume_says_what_leaves_asks_and_ends_the_pause(applied: Terminal) -> None:
    applied("pause", "--reason", "a new relay")

    unanswered = applied("resume")
    still = query(applied.database, PAUSES)
    answer = applied("resume", "--yes")

    assert (unanswered.code, unanswered.out) == (4, WAITING)
    assert "2 people will be written to." in unanswered.err
    assert len(still) == 1
    assert (answer.code, answer.out) == (0, WAITING)
    assert answer.err.splitlines()[-1] == "Resumed. 2 mails due now leave as soon as a worker runs."
    assert query(applied.database, PAUSES) == []


def test_a_second_resume_says_that_nothing_is_paused(applied: Terminal) -> None:
    applied("pause")
    applied("resume", "--yes")

    answer = applied("resume")

    assert (answer.code, answer.out, answer.err) == (0, "", "Sending is not paused.\n")


def test_what_one_programme_waits_for_beside_its_own_pause_is_said(applied: Terminal) -> None:
    applied("pause", "--reason", "a new relay")
    applied("pause", "small")

    answer = applied("resume", "small")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err.splitlines()[-2:] == ["Resumed. Nothing is due now.", PAUSED]


def test_what_came_too_late_during_the_pause_is_said_and_missed(applied: Terminal) -> None:
    applied("pause")

    answer = applied("resume", "--yes", NOW="2020-01-20T05:00:00Z")

    assert "6 mails will be missed: of no use any more, or a later one leaves instead." in answer.err.splitlines()
    assert answer.err.splitlines()[-1] == "Resumed. Nothing is due now."
    assert query(applied.database, "SELECT state, count(*) FROM notice GROUP BY state ORDER BY state") == [
        ("missed", 6),
        ("planned", 2),
    ]


def test_nobody_who_unsubscribed_is_counted(applied: Terminal) -> None:
    database = open_database(f"sqlite:///{applied.database}")
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO optout (person_id, all_mail, at) "
                f"SELECT id, false, created_at FROM person WHERE address = '{SOKHA}'"
            )
    finally:
        database.close()

    answer = applied("pause")

    assert "4 mails wait behind this pause, 1 of them due now." in answer.err.splitlines()


def test_the_pause_of_a_restored_copy_ends_only_with_after_restore(applied: Terminal) -> None:
    restored(applied)

    plain = applied("resume", "--yes")
    still = query(applied.database, PAUSES)
    answer = applied("resume", "--after-restore", "--yes")

    assert (plain.code, plain.out) == (4, "")
    assert "`convene resume --after-restore`" in plain.err
    assert "would leave a second time" in plain.err
    assert len(still) == 1
    assert answer.code == 0
    assert "would leave a second time" in answer.err
    assert query(applied.database, PAUSES) == []
    assert query(applied.database, "SELECT DISTINCT state FROM notice") == [("planned",)]


def test_after_a_restore_what_was_due_can_be_left_out(applied: Terminal) -> None:
    restored(applied)

    answer = applied("resume", "--after-restore", "--skip-due", "--yes")

    assert "2 mails due by now never leave." in answer.err.splitlines()
    assert answer.err.splitlines()[-1] == "Resumed. Nothing is due now."
    assert query(applied.database, "SELECT state, reason, count(*) FROM notice GROUP BY state ORDER BY state") == [
        ("missed", "it was due when sending was resumed, and left out then", 2),
        ("planned", None, 6),
    ]


def test_nothing_leaves_while_sending_is_paused_and_all_of_it_afterwards(applied: Terminal) -> None:
    with listening_inbox() as inbox:
        applied.settings["SMTP_URL"] = inbox.url
        applied("pause", "--reason", "a new relay")
        paused = applied("worker", "--until-idle")
        left_meanwhile = list(inbox.mails)
        applied("resume", "--yes")
        resumed = applied("worker", "--until-idle")

    assert (paused.code, left_meanwhile) == (1, [])
    assert "Sending is paused: a new relay" in paused.err
    assert (resumed.code, len(inbox.mails)) == (0, 2)


def test_a_log_in_that_is_refused_pauses_by_itself_and_resume_lets_the_mails_leave(applied: Terminal) -> None:
    with listening_inbox(login=("me", "right")) as inbox:
        refused = applied("worker", "--until-idle", SMTP_URL=f"smtp://me:pa55word@127.0.0.1:{inbox.port}")
        moved = applied("event", "move", "meeting", "--by", "1 day", "--dry-run")
        resumed = applied("resume", "--yes")
        sent = applied("worker", "--until-idle", SMTP_URL=f"smtp://me:right@127.0.0.1:{inbox.port}")

    assert refused.code == 1
    assert "Sending is paused since Mon 2020-01-06 03:00 UTC: The SMTP server cannot be used: " in moved.err
    assert "pa55word" not in refused.err + moved.err + resumed.err
    assert (resumed.code, sent.code, len(inbox.mails)) == (0, 0, 2)


def test_a_copy_that_is_put_back_sends_nothing_before_somebody_decides_each_time_anew(applied: Terminal) -> None:
    copy = applied.database.read_bytes()
    with listening_inbox() as inbox:
        applied.settings["SMTP_URL"] = inbox.url
        applied("worker", "--until-idle")
        sent = [len(inbox.mails)]
        for minute, choice in (("10", ()), ("20", ("--skip-due",))):
            applied.settings["NOW"] = f"2020-01-06T03:{minute}:00Z"
            applied.database.write_bytes(copy)
            noticed = applied("worker", "--until-idle")
            sent.append(len(inbox.mails))
            applied("resume", "--after-restore", *choice, "--yes")
            decided = applied("worker", "--until-idle")
            sent.append(len(inbox.mails))
            assert (noticed.code, decided.code) == (1, 0)

    assert sent == [2, 2, 4, 4, 4]
