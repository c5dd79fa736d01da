"""The address of the SMTP server: what it says about port, security and log-in."""

import pytest

from convene.smtp_server import Security, SmtpServer, is_loopback, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpServer("localhost", 25, Security.NONE)),
        ("smtp://127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, Security.NONE)),
        ("smtp://[::1]:2525", SmtpServer("::1", 2525, Security.NONE)),
        ("smtp://mail.example", SmtpServer("mail.example", 25, Security.STARTTLS)),
        ("smtp://me:pw@mail.example:587", SmtpServer("mail.example", 587, Security.STARTTLS, "me", "pw")),
        ("smtps://mail.example", SmtpServer("mail.example", 465, Security.TLS)),
        (
            "smtps://me%40o.example:a%2Fb@mail.example",
            SmtpServer("mail.example", 465, Security.TLS, "me@o.example", "a/b"),
        ),
    ],
)
def test_an_address_says_host_port_security_and_user(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mail.example:25", "neither smtp:// nor smtps://"),
        ("http://mail.example", "neither smtp:// nor smtps://"),
        ("smtp://", "names no host"),
        ("smtp://:25", "names no host"),
        ("smtp://mail.example:0", "port"),
        ("smtp://mail.example:65536", "port"),
        ("smtp://mail.example:smtp", "port"),
        ("smtp://mail.example/inbox", "something follows"),
        ("smtp://mail.example?tls=no", "something follows"),
        ("smtp://me@mail.example", "user without a password"),
        ("smtp://:pw@mail.example", "password without a user"),
        ("smtp://[::1", "not a URL"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_smtp_url(url)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "mail.example", "128.0.0.1", "0.0.0.0", "::", "10.0.0.1"])
def test_any_other_machine_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)
