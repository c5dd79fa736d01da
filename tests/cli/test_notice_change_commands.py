"""`notice retry` and `notice send-test`."""

from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import SOKHA, VANNA, query, write_programme
from tests.smtp_inbox import Inbox, free_port, listening_inbox

from convene.rules.link_token import without_tokens
from convene.store.database import open_database

TESTER = "me@organiser.example"
UNKNOWN = "550 5.7.0 not today"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


def keys(convene: Terminal, *filters: str) -> list[str]:
    return [notice["key"] for notice in convene("notice", "list", *filters, "--json").json("notices")]


def change(convene: Terminal, statement: str) -> None:
    """What a worker, or another command, did meanwhile."""
    database = open_database(f"sqlite:///{convene.database}")
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    finally:
        database.close()


@pytest.fixture
def failed(convene: Terminal) -> str:
    """Two people are to be invited; the invitation of the first failed for good after three tries."""
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    [key] = keys(convene, "--person", SOKHA, "--due-before", "2020-01-07")
    change(
        convene,
        f"""UPDATE notice SET state = 'failed', attempts = 3, last_error = '{UNKNOWN}'
        WHERE due_at < '2020-01-07' AND person_id = (SELECT id FROM person WHERE address = '{SOKHA}')""",
    )
    return key


def state(convene: Terminal, key: str) -> tuple[str, int]:
    notice = convene("notice", "show", key, "--json").json("notice")
    return notice["state"], notice["attempts"]


def test_what_failed_is_planned_again_after_the_question(convene: Terminal, failed: str) -> None:
    unanswered = convene("notice", "retry", failed)
    before = state(convene, failed)
    answer = convene("notice", "retry", failed, "--yes")

    assert (unanswered.code, before) == (4, ("failed", 3))
    assert unanswered.err.splitlines()[0] == "1 person will be written to."
    assert answer.code == 0
    assert answer.out.splitlines() == [
        f"  {failed}: failed -> planned",
        f"  failed before: {UNKNOWN}",
        "              now   in 7 days   later   people   languages",
        "invitation      1           -       -        1   km 1",
    ]
    assert state(convene, failed) == ("planned", 0)


def test_a_second_retry_changes_nothing_and_says_what_it_is_now(convene: Terminal, failed: str) -> None:
    convene("notice", "retry", failed, "--yes")
    before = convene.rows()

    answer = convene("notice", "retry", failed, "--yes")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"The notice {failed} is planned.\nNothing changes: it is so already.\n"
    assert convene.rows() == before


def test_what_was_retried_leaves_in_one_copy(convene: Terminal, failed: str, inbox: Inbox) -> None:
    convene("notice", "retry", failed, "--yes")

    assert convene("worker", "--until-idle", SMTP_URL=inbox.url).code == 0

    assert len(inbox.to(SOKHA)) == 1
    assert state(convene, failed) == ("sent", 1)


def test_a_dry_run_stores_nothing(convene: Terminal, failed: str) -> None:
    before = convene.rows()

    answer = convene("notice", "retry", failed, "--dry-run")

    assert (answer.code, convene.rows() == before) == (0, True)


@pytest.mark.parametrize(
    ("now", "statement", "why"),
    [
        ("", "UPDATE notice SET state = 'sent'", "was sent, and nothing is sent twice"),
        ("", "UPDATE notice SET state = 'uncertain'", "is uncertain: it may have arrived"),
        ("", "UPDATE notice SET state = 'missed', reason = 'it came too late'", "is missed: it came too late"),
        ("", "UPDATE notice SET state = 'cancelled', reason = 'it was called off'", "is cancelled: it was called off"),
        (
            "",
            "INSERT INTO optout (person_id, all_mail, at) SELECT id, false, created_at FROM person",
            "its reader unsubscribed",
        ),
        (
            "",
            "UPDATE person SET refused_at = '2020-01-06 03:00:00.000000', refused_reply = '550 5.1.1 unknown'",
            "a server refused its address (550 5.1.1 unknown)",
        ),
        ("2020-01-21T03:00:00Z", "SELECT 1", "has been of no use since Mon 2020-01-20 "),
    ],
)
def test_what_cannot_be_tried_again_ends_4_with_the_reason(
    convene: Terminal, failed: str, now: str, statement: str, why: str
) -> None:
    change(convene, statement)
    before = convene.rows()

    answer = convene("notice", "retry", failed, "--yes", **({"NOW": now} if now else {}))

    assert (answer.code, answer.out) == (4, "")
    assert why in answer.err
    assert convene.rows() == before


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("event", "cancel", "meeting"), "the event was cancelled"),
        (("event", "postpone", "meeting"), "the event was postponed"),
        (("event", "move", "meeting", "--on", "2020-02-20"), "as the event stands now, its rule brings no mail"),
    ],
)
def test_what_its_event_calls_for_no_more_is_not_tried_again(
    convene: Terminal, failed: str, command: tuple[str, ...], why: str
) -> None:
    """No pass looks at what failed: somebody would be invited to what is cancelled, or reminded weeks early."""
    reminder = keys(convene, "--person", SOKHA, "--due-before", "2020-01-14")[-1]
    change(convene, "UPDATE notice SET state = 'failed' WHERE due_at BETWEEN '2020-01-13' AND '2020-01-14'")
    later = {"NOW": "2020-01-14T03:00:00Z"}
    assert convene("notice", "retry", reminder, "--dry-run", **later).code == 0
    assert convene(*command, "--yes", **later).code == 0

    answer = convene("notice", "retry", reminder, "--yes", **later)

    assert answer.code == 4
    assert f"is called for no more: {why}." in answer.err
    assert state(convene, reminder)[0] == "failed"
    invitation = convene("notice", "retry", failed, "--dry-run", **later)
    assert invitation.code == (0 if command[1] == "move" else 4)


def test_a_refused_address_is_named_in_the_command_that_tries_it_again(convene: Terminal, failed: str) -> None:
    change(convene, "UPDATE person SET refused_at = '2020-01-06 03:00:00.000000'")
    address = query(
        convene.database, "SELECT address FROM person JOIN notice ON person_id = person.id WHERE state = 'failed'"
    )[0][0]

    answer = convene("notice", "retry", failed, "--yes")

    assert f"convene person unsubscribe {address} --programme small --undo" in " ".join(answer.err.split())


def test_a_retry_says_that_sending_is_paused(convene: Terminal, failed: str) -> None:
    convene("pause", "--reason", "a new relay")

    assert "Sending is paused since" in convene("notice", "retry", failed, "--yes").err


def test_a_retry_of_what_may_have_arrived_says_so(convene: Terminal, failed: str) -> None:
    change(convene, "UPDATE notice SET uncertain = true WHERE state = 'failed'")

    assert "it may have arrived" in convene("notice", "retry", failed, "--dry-run").err


def test_a_test_of_what_waits_is_sent_to_one_address_and_stores_nothing(
    convene: Terminal, failed: str, inbox: Inbox
) -> None:
    [key] = keys(convene, "--person", VANNA, "--due-before", "2020-01-07")
    before = convene.rows()

    answer = convene("notice", "send-test", key, "--to", TESTER, SMTP_URL=inbox.url)

    [mail] = inbox.mails
    read = message_from_bytes(mail.body, policy=policy.default)
    assert answer.code == 0
    assert answer.err == f"Sent to {TESTER}: {read['Subject']}\n"
    assert (mail.sender, mail.recipient, read["To"]) == ("office@organiser.example", TESTER, TESTER)
    assert read["Subject"].startswith("[test] ")
    assert VANNA.encode() not in mail.body
    assert b"VCALENDAR" not in mail.body
    assert convene.rows() == before


def test_a_test_reads_as_the_mail_that_leaves_but_for_the_links_of_its_reader(
    convene: Terminal, failed: str, inbox: Inbox
) -> None:
    convene.settings |= {"SMTP_URL": inbox.url, "BASE_URL": "https://convene.example"}
    [key] = keys(convene, "--person", VANNA, "--due-before", "2020-01-07")
    convene("notice", "send-test", key, "--to", TESTER)
    convene("worker", "--until-idle")
    convene("notice", "send-test", key, "--to", TESTER)

    texts = []
    for mail in inbox.to(TESTER) + inbox.to(VANNA):
        body = message_from_bytes(mail.body, policy=policy.default).get_body(("plain",))
        assert body is not None
        texts.append(body.get_content())
    before, after, real = texts
    assert before == after == without_tokens(real, "left-out-of-the-test") != real


def test_a_test_leaves_also_while_sending_is_paused(convene: Terminal, failed: str, inbox: Inbox) -> None:
    [key] = keys(convene, "--person", VANNA, "--due-before", "2020-01-07")
    convene("pause")

    assert convene("notice", "send-test", key, "--to", TESTER, SMTP_URL=inbox.url).code == 0

    assert [mail.recipient for mail in inbox.mails] == [TESTER]


def test_what_will_never_leave_has_no_test(convene: Terminal, failed: str, inbox: Inbox) -> None:
    change(convene, "UPDATE notice SET state = 'missed', reason = 'it came too late'")

    answer = convene("notice", "send-test", failed, "--to", TESTER, SMTP_URL=inbox.url)

    assert (answer.code, inbox.mails) == (3, [])
    assert "it came too late" in answer.err


def test_a_server_that_does_not_take_the_test_is_quoted(convene: Terminal, failed: str, inbox: Inbox) -> None:
    [key] = keys(convene, "--person", VANNA, "--due-before", "2020-01-07")
    inbox.answers("RCPT", "550 5.1.1 nobody here")

    refused = convene("notice", "send-test", key, "--to", TESTER, SMTP_URL=inbox.url)
    away = convene("notice", "send-test", key, "--to", TESTER, SMTP_URL=f"smtp://127.0.0.1:{free_port()}")

    assert refused.code == away.code == 1
    assert "550 5.1.1 nobody here" in refused.err
    assert "convene doctor" in away.err
    assert query(convene.database, "SELECT refused_at FROM person WHERE refused_at IS NOT NULL") == []


def test_an_address_that_is_none_is_refused_before_anything_is_sent(
    convene: Terminal, failed: str, inbox: Inbox
) -> None:
    answer = convene("notice", "send-test", failed, "--to", "me", SMTP_URL=inbox.url)

    assert (answer.code, inbox.mails) == (1, [])
    assert '"me" is not an e-mail address' in answer.err
