"""The SMTP conversation, against a real server: what is reported for every way it can go."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from tests.smtp_inbox import DROP, Inbox, free_port, listening_inbox

from convene.mail.smtp import RelayError, SmtpRelay, WithdrawnError
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.smtp_server import Security, SmtpServer, parse_smtp_url

SENDER, READER = "office@organiser.example", "sokha@union-kh.example"
BODY = b"Subject: hello\r\n\r\n.a line with a dot\r\n.\r\nMAIL FROM:<other@example.org>\r\nthe end\r\n"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening_inbox() as listening:
        yield listening


def nothing() -> None:
    """Before the body nothing needs to be done."""


def send(
    server: SmtpServer, *bodies: bytes, to: str = READER, before_body: Callable[[], None] = nothing
) -> list[Outcome]:
    """Send each body over one relay."""

    async def conversation() -> list[Outcome]:
        relay = SmtpRelay(server)
        outcomes = [await relay.send(SENDER, to, body, before_body) for body in bodies]
        await relay.close()
        return outcomes

    return asyncio.run(conversation())


def kinds(outcomes: list[Outcome]) -> list[OutcomeKind]:
    return [outcome.kind for outcome in outcomes]


def test_a_mail_arrives_byte_for_byte_in_one_piece(inbox: Inbox) -> None:
    outcomes = send(inbox.server, BODY)

    assert outcomes == [Outcome(OutcomeKind.ACCEPTED, "250 kept")]
    assert [(mail.sender, mail.recipient, mail.body) for mail in inbox.mails] == [(SENDER, READER, BODY)]


def test_one_connection_carries_many_mails(inbox: Inbox) -> None:
    bodies = [BODY + str(number).encode() + b"\r\n" for number in range(5)]

    outcomes = send(inbox.server, *bodies)

    assert kinds(outcomes) == [OutcomeKind.ACCEPTED] * 5
    assert inbox.bodies == bodies
    assert inbox.connections == 1


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "BODY"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [("451 4.3.0 try again later", OutcomeKind.RETRY), ("550 5.1.1 no such user", OutcomeKind.REFUSED)],
)
def test_a_refusal_at_any_stage_is_reported_and_the_next_mail_goes_on(
    inbox: Inbox, stage: str, reply: str, kind: OutcomeKind
) -> None:
    inbox.answers(stage, reply)

    first, second = send(inbox.server, BODY, BODY)

    assert (first, second.kind) == (Outcome(kind, reply), OutcomeKind.ACCEPTED)
    assert inbox.connections == 1


@pytest.mark.parametrize("reply", ["451 4.3.0 try again later", "550 5.7.1 you may not send from there"])
def test_a_refused_sender_is_no_fault_of_the_mail(inbox: Inbox, reply: str) -> None:
    inbox.answers("MAIL", reply)

    first, second = send(inbox.server, BODY, BODY)

    assert (first, second.kind) == (Outcome(OutcomeKind.NOT_SENT, reply), OutcomeKind.ACCEPTED)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_body_means_that_nothing_was_sent(inbox: Inbox, stage: str) -> None:
    inbox.answers(stage, DROP)

    first, second = send(inbox.server, BODY, BODY)

    assert (first.kind, second.kind) == (OutcomeKind.NOT_SENT, OutcomeKind.ACCEPTED)
    assert inbox.bodies == [BODY]


def test_a_connection_lost_after_the_final_dot_leaves_the_outcome_unknown(inbox: Inbox) -> None:
    inbox.answers("BODY", DROP)

    first, second = send(inbox.server, BODY, BODY)

    assert (first.kind, second.kind) == (OutcomeKind.UNKNOWN, OutcomeKind.ACCEPTED)
    assert inbox.bodies == [BODY, BODY]


def test_an_answer_to_the_body_that_nobody_understands_leaves_the_outcome_unknown(inbox: Inbox) -> None:
    inbox.answers("BODY", "what was that?")

    assert kinds(send(inbox.server, BODY)) == [OutcomeKind.UNKNOWN]


@pytest.mark.parametrize("greeting", ["554 5.3.2 no service here", "421 4.3.2 busy", DROP])
def test_a_server_that_takes_nobody_is_no_fault_of_the_mail(inbox: Inbox, greeting: str) -> None:
    inbox.answers("GREETING", greeting)

    first, second = send(inbox.server, BODY, BODY)

    assert first.kind in (OutcomeKind.NOT_SENT, OutcomeKind.RETRY)
    assert second.kind is OutcomeKind.ACCEPTED


def test_where_nobody_listens_nothing_was_sent() -> None:
    assert kinds(send(SmtpServer("127.0.0.1", free_port(), Security.NONE), BODY)) == [OutcomeKind.NOT_SENT]


def test_before_the_body_runs_once_when_the_recipient_was_accepted(inbox: Inbox) -> None:
    inbox.answers("RCPT", "451 4.3.0 try again later")
    seen: list[int] = []

    send(inbox.server, BODY, BODY, before_body=lambda: seen.append(len(inbox.mails)))

    assert seen == [0]
    assert len(inbox.mails) == 1


def test_a_mail_withdrawn_before_its_body_never_arrives(inbox: Inbox) -> None:
    reasons = [WithdrawnError("the facts changed")]

    def withdraw_once() -> None:
        if reasons:
            raise reasons.pop()

    outcomes = send(inbox.server, BODY, BODY, before_body=withdraw_once)

    assert outcomes[0] == Outcome(OutcomeKind.WITHDRAWN, "the facts changed")
    assert kinds(outcomes[1:]) == [OutcomeKind.ACCEPTED]
    assert len(inbox.mails) == 1


def test_a_user_is_logged_in_before_the_first_mail() -> None:
    with listening_inbox(login=("me", "a/secret")) as inbox:
        server = parse_smtp_url(f"smtp://me:a%2Fsecret@127.0.0.1:{inbox.port}")

        assert kinds(send(server, BODY)) == [OutcomeKind.ACCEPTED]


def test_a_refused_log_in_says_what_to_check_and_not_the_password() -> None:
    with listening_inbox(login=("me", "a/secret")) as inbox:
        server = parse_smtp_url(f"smtp://me:wrong-password@127.0.0.1:{inbox.port}")

        with pytest.raises(RelayError) as refused:
            send(server, BODY)

    assert refused.value.remedy == "check CONVENE_SMTP_URL"
    assert "wrong-password" not in refused.value.sentence
    assert inbox.mails == []


def test_an_address_in_another_script_needs_and_gets_smtputf8(inbox: Inbox) -> None:
    address = "សុខា@union-kh.example"

    assert kinds(send(inbox.server, BODY, to=address)) == [OutcomeKind.ACCEPTED]
    assert [(mail.recipient, "SMTPUTF8" in mail.options) for mail in inbox.mails] == [(address, True)]


def test_an_address_can_smuggle_no_second_recipient_in(inbox: Inbox) -> None:
    send(inbox.server, BODY, to="a@b.example>\r\nRCPT TO:<other@example.org")

    assert {mail.recipient for mail in inbox.mails} <= {"a@b.example"}


def test_what_a_server_says_is_kept_on_one_line_and_without_addresses(inbox: Inbox) -> None:
    inbox.answers("RCPT", "550-5.1.1 <sokha@union-kh.example>\r\n550 no\tsuch user")

    assert send(inbox.server, BODY)[0].reply == "550 5.1.1 <(address)> no such user"
