"""The server that the faults come from: that it does what its script says, and that its ledger is true."""

import hashlib
import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.scripted_smtp import (
    CLOSE,
    HANG,
    KEEP_THEN_CLOSE,
    Answer,
    Phase,
    ScriptedSmtp,
    Step,
    Then,
    Turn,
    delayed,
    endless,
    half,
    raw,
    read_ledger,
    reply,
    scripted_smtp,
)

SENDER, READER, OTHER = "office@organiser.example", "sokha@union-kh.example", "vanna@union-kh.example"
MAIL = b"Message-ID: <k1@organiser.example>\r\nSubject: hello\r\n\r\n.a dot in front\r\nthe end\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ScriptedSmtp]:
    with scripted_smtp(tmp_path / "smtp") as listening:
        yield listening


def connected(server: ScriptedSmtp, timeout: float = 30) -> smtplib.SMTP:
    client = smtplib.SMTP(server.host, server.port, timeout=timeout)
    client.ehlo()
    return client


def send(server: ScriptedSmtp, to: str = READER) -> tuple[int, bytes]:
    """One transaction by a client of the standard library; the answer to its final dot."""
    with connected(server) as client:
        for code, text in (client.mail(SENDER), client.rcpt(to)):
            if code != 250:
                return code, text
        return client.data(MAIL)


def steps(server: ScriptedSmtp) -> list[Step]:
    return [event.step for event in server.events()]


def test_a_mail_is_kept_byte_for_byte_and_the_ledger_says_so_on_disk(server: ScriptedSmtp) -> None:
    assert send(server) == (250, b"2.0.0 kept")

    digest = hashlib.sha256(MAIL).hexdigest()
    [kept] = server.events(Step.KEPT)
    assert (kept.message_id, kept.recipient, kept.sha256) == ("<k1@organiser.example>", READER, digest)
    assert server.body(digest) == MAIL
    assert steps(server) == [Step.CONNECTED, Step.MAIL, Step.RCPT, Step.DATA, Step.DOT, Step.KEPT, Step.ANSWERED]
    assert read_ledger(server.ledger) == server.events()


def test_answers_come_in_the_order_of_the_script_and_then_as_usual(server: ScriptedSmtp) -> None:
    server.next(Phase.RCPT, reply("451 4.3.0 later"), None, reply("550-5.1.1 no", "550 such user"))

    assert [send(server)[0] for _ in range(4)] == [451, 250, 550, 250]


def test_a_rule_sees_whom_a_mail_is_for(server: ScriptedSmtp) -> None:
    def refuse_the_other(turn: Turn) -> Answer | None:
        return reply("550 5.1.1 no such user") if turn.recipient == OTHER else None

    server.always(Phase.RCPT, refuse_the_other)

    assert [send(server, to)[0] for to in (READER, OTHER, READER)] == [250, 550, 250]


@pytest.mark.parametrize("phase", [Phase.BANNER, Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.MID_BODY, Phase.AFTER_DOT])
def test_it_hangs_up_at_any_phase_and_keeps_nothing(server: ScriptedSmtp, phase: Phase) -> None:
    server.next(phase, CLOSE)

    with pytest.raises((smtplib.SMTPException, OSError)):
        send(server)

    assert server.events(Step.KEPT, Step.ANSWERED) == []
    assert (Step.DOT in steps(server)) == (phase is Phase.AFTER_DOT)
    assert send(server)[0] == 250


def test_a_mail_can_be_kept_without_a_word(server: ScriptedSmtp) -> None:
    server.next(Phase.AFTER_DOT, KEEP_THEN_CLOSE)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)

    assert steps(server)[-2:] == [Step.DOT, Step.KEPT]


def test_a_mail_refused_after_its_body_is_not_kept(server: ScriptedSmtp) -> None:
    server.next(Phase.AFTER_DOT, reply("451 4.3.0 later"))

    assert send(server)[0] == 451
    assert [event.answer for event in server.events(Step.ANSWERED)] == ["451 4.3.0 later"]
    assert server.events(Step.KEPT) == []


@pytest.mark.parametrize("answer", [HANG, half("250 o"), delayed(60)])
def test_whoever_waits_for_an_answer_that_does_not_come_waits_in_vain(server: ScriptedSmtp, answer: Answer) -> None:
    server.next(Phase.RCPT, answer)

    client = connected(server, timeout=0.2)
    client.mail(SENDER)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        client.rcpt(READER)


def test_bytes_are_written_as_they_are(server: ScriptedSmtp) -> None:
    server.next(Phase.BANNER, raw(b"220 \x00\xff\r\n", Then.CLOSE))

    with socket.create_connection((server.host, server.port)) as client:
        assert client.makefile("rb").read() == b"220 \x00\xff\r\n"


def test_an_endless_reply_ends_when_nobody_listens(server: ScriptedSmtp) -> None:
    server.next(Phase.BANNER, endless())

    with socket.create_connection((server.host, server.port)) as client:
        assert len(client.makefile("rb").read(1 << 20)) == 1 << 20
    assert send(server)[0] == 250


def test_commands_sent_at_once_are_answered_in_order(server: ScriptedSmtp) -> None:
    with socket.create_connection((server.host, server.port)) as client:
        client.sendall(b"EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n")
        answers = client.makefile("rb").read().split(b"\r\n")

    assert [line[:3] for line in answers if line and line[3:4] == b" "] == [b"220"] + [b"250"] * 3 + [
        b"354",
        b"250",
        b"221",
    ]


def test_only_the_right_password_is_taken(tmp_path: Path) -> None:
    with scripted_smtp(tmp_path, login=("me", "right")) as server, connected(server) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("me", "wrong")
        client.login("me", "right")

    assert [event.answer for event in server.events(Step.LOGGED_IN)][-1] == "235"
