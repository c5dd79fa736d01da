"""What is said of the SMTP server after a conversation without a mail."""

from datetime import UTC, datetime, timedelta

import pytest

from convene.rules.checkup import Level
from convene.rules.relay_checks import RelayAnswers, Stage, check_relay
from convene.smtp_server import Security, SmtpServer

NOW = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)
FAR = SmtpServer("mail.example", 465, Security.TLS, "me", "s3cret")
HERE = SmtpServer("localhost", 25, Security.NONE)


def levels(server: SmtpServer, answers: RelayAnswers) -> list[tuple[str, Level]]:
    return [(check.name, check.level) for check in check_relay(server, answers, NOW)]


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.CONNECT, [("smtp", Level.FAULT)]),
        (Stage.TLS, [("smtp", Level.OK), ("smtp tls", Level.FAULT)]),
        (Stage.LOGIN, [("smtp", Level.OK), ("smtp tls", Level.OK), ("smtp login", Level.FAULT)]),
    ],
)
def test_what_went_wrong_is_a_fault_and_what_comes_after_it_is_left_out(
    stage: Stage, said: list[tuple[str, Level]]
) -> None:
    assert levels(FAR, RelayAnswers(stage, "it did not answer in time")) == said


def test_the_server_is_named_as_its_url_names_it() -> None:
    [answered, *_] = check_relay(SmtpServer("::1", 25, Security.NONE), RelayAnswers(), NOW)

    assert answered.sentence == "[::1]:25 answers."


@pytest.mark.parametrize(("days", "level"), [(13, Level.WARNING), (15, Level.OK), (-1, Level.WARNING)])
def test_a_certificate_that_ends_soon_is_warned_of(days: int, level: Level) -> None:
    answers = RelayAnswers(certificate_until=NOW + timedelta(days=days))

    assert ("smtp tls", level) in levels(FAR, answers)


def test_what_the_server_offers_is_told_and_what_not() -> None:
    answers = RelayAnswers(extensions=frozenset({"PIPELINING", "SIZE", "8BITMIME"}))

    sentences = [check.sentence for check in check_relay(HERE, answers, NOW)]

    assert sentences == [
        "localhost:25 answers.",
        "None: the server is on this machine.",
        "No user is set: no login.",
        "It offers PIPELINING, 8BITMIME; not SMTPUTF8.",
    ]


def test_no_password_is_said() -> None:
    assert "s3cret" not in repr(check_relay(FAR, RelayAnswers(), NOW))
