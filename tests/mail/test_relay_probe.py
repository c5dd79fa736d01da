"""Asking an SMTP server whether it would take mail, against real servers; nothing is ever sent."""

import asyncio
import socket
from datetime import UTC, datetime

import pytest
from tests.smtp_inbox import CERTIFICATE, free_port, listening_inbox

from convene.mail.relay_probe import probe_relay
from convene.rules.relay_checks import RelayAnswers, Stage
from convene.smtp_server import Security, SmtpServer


def probe(server: SmtpServer) -> RelayAnswers:
    return asyncio.run(probe_relay(server))


def test_a_server_that_would_take_mail_says_what_it_offers_and_gets_none() -> None:
    with listening_inbox() as inbox:
        answers = probe(inbox.server)

    assert (answers.failed_at, answers.certificate_until) == (None, None)
    assert answers.extensions >= {"8BITMIME", "SMTPUTF8"}
    assert (inbox.connections, inbox.mails) == (1, [])


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_the_login_is_tried(password: str) -> None:
    with listening_inbox(login=("me", "right")) as inbox:
        answers = probe(SmtpServer(inbox.host, inbox.port, Security.NONE, "me", password))

    assert answers.failed_at is (None if password == "right" else Stage.LOGIN)
    assert answers.trouble.startswith("" if password == "right" else "535 ")


def test_a_server_that_knows_helo_alone_would_take_mail_and_offers_nothing() -> None:
    with listening_inbox() as inbox:
        inbox.answers("EHLO", "502 5.5.1 what?")
        answers = probe(inbox.server)

    assert answers == RelayAnswers()


def test_a_server_without_a_login_is_said() -> None:
    with listening_inbox() as inbox:
        answers = probe(SmtpServer(inbox.host, inbox.port, Security.NONE, "me", "s3cret"))

    assert answers.failed_at is Stage.LOGIN
    assert "AUTH extension is not supported" in answers.trouble
    assert "s3cret" not in answers.trouble


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_is_trusted_is_valid_until_its_end(
    security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with listening_inbox(login=("me", "right"), security=security) as inbox:
        answers = probe(SmtpServer("localhost", inbox.port, security, "me", "right"))

    assert (answers.failed_at, answers.trouble) == (None, "")
    assert answers.certificate_until is not None
    assert answers.certificate_until > datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_trusts_ends_the_conversation_before_the_login(security: Security) -> None:
    with listening_inbox(login=("me", "right"), security=security) as inbox:
        answers = probe(SmtpServer("localhost", inbox.port, security, "me", "right"))

    assert answers.failed_at is Stage.TLS
    assert answers.trouble.startswith("the certificate is not valid (self")


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_of_another_name_is_not_valid(security: Security, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with listening_inbox(security=security) as inbox:
        answers = probe(SmtpServer("127.0.0.1", inbox.port, security))

    assert answers.failed_at is Stage.TLS
    assert "127.0.0.1" in answers.trouble


def test_a_server_that_offers_no_starttls_is_no_server_to_speak_to() -> None:
    with listening_inbox() as inbox:
        answers = probe(SmtpServer("localhost", inbox.port, Security.STARTTLS, "me", "s3cret"))

    assert (answers.failed_at, answers.trouble) == (Stage.TLS, "SMTP STARTTLS extension not supported by server")


def test_a_server_that_does_not_speak_tls_where_it_should_is_said() -> None:
    with listening_inbox() as inbox:
        answers = probe(SmtpServer("localhost", inbox.port, Security.TLS))

    assert answers.failed_at is Stage.TLS
    assert answers.trouble.startswith("TLS failed (")


def test_nobody_listening_is_said_in_the_words_of_the_system() -> None:
    answers = probe(SmtpServer("127.0.0.1", free_port(), Security.NONE))

    assert answers == RelayAnswers(Stage.CONNECT, "connection refused")


def test_a_server_that_turns_us_away_is_quoted_without_addresses() -> None:
    with listening_inbox() as inbox:
        inbox.answers("GREETING", "554 go away, you@organiser.example")
        answers = probe(inbox.server)

    assert answers == RelayAnswers(Stage.CONNECT, "554 go away, (address)")


def test_a_server_that_hangs_up_at_once_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = asyncio.new_event_loop()
        try:
            probing = client.create_task(probe_relay(SmtpServer("127.0.0.1", port, Security.NONE)))
            hung_up = client.run_in_executor(None, lambda: listener.accept()[0].close())
            client.run_until_complete(asyncio.gather(probing, hung_up))
        finally:
            client.close()

    assert probing.result().failed_at is Stage.CONNECT
    assert probing.result().trouble
