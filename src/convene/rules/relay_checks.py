"""What a short conversation with the SMTP server says, in which no mail is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from convene.rules.checkup import Check, fault, ok, warning
from convene.smtp_server import Security, SmtpServer

_SOON = timedelta(days=14)
_USEFUL = ("PIPELINING", "8BITMIME", "SMTPUTF8")


class Stage(IntEnum):
    """What the conversation goes through."""

    CONNECT = 1
    TLS = 2
    LOGIN = 3


@dataclass(frozen=True)
class RelayAnswers:
    """`failed_at` names the stage that went wrong, `trouble` why, without address and secret; None: all went well.

    `certificate_until` (UTC) counts where TLS was spoken; `extensions` are those offered last, in upper case.
    """

    failed_at: Stage | None = None
    trouble: str = ""
    certificate_until: datetime | None = None
    extensions: frozenset[str] = frozenset()


def check_relay(server: SmtpServer, answers: RelayAnswers, now: datetime) -> list[Check]:
    """One check for each stage that was reached. `now` is UTC."""
    where = server.place
    if answers.failed_at is Stage.CONNECT:
        return [
            fault("smtp", f"{where} cannot be reached: {answers.trouble}.", "check CONVENE_SMTP_URL and the network")
        ]
    checks = [ok("smtp", f"{where} answers.")]
    if answers.failed_at is Stage.TLS:
        remedy = "the server needs a certificate for that name that this machine trusts; nothing is sent without"
        return [*checks, fault("smtp tls", f"{where} cannot be spoken to in secret: {answers.trouble}.", remedy)]
    checks.append(_tls(server, answers, now))
    if answers.failed_at is Stage.LOGIN:
        remedy = "check user and password in CONVENE_SMTP_URL"
        return [*checks, fault("smtp login", f"The server did not let us in: {answers.trouble}.", remedy)]
    checks.append(ok("smtp login", "The user was let in." if server.user else "No user is set: no login."))
    checks.append(_extensions(answers))
    return checks


def _tls(server: SmtpServer, answers: RelayAnswers, now: datetime) -> Check:
    if server.security is Security.NONE:
        return ok("smtp tls", "None: the server is on this machine.")
    until = answers.certificate_until
    if until is not None and until - now < _SOON:
        sentence = f"The server's certificate ends on {until:%Y-%m-%d}; after that nothing leaves."
        return warning("smtp tls", sentence, "have it renewed")
    how = "TLS from the start" if server.security is Security.TLS else "STARTTLS"
    return ok("smtp tls", f"{how}, with a valid certificate{f' until {until:%Y-%m-%d}' if until else ''}.")


def _extensions(answers: RelayAnswers) -> Check:
    there = [name for name in _USEFUL if name in answers.extensions]
    missing = [name for name in _USEFUL if name not in answers.extensions]
    without = f"; not {', '.join(missing)}" if missing else ""
    sentence = f"It offers {', '.join(there) or 'none of those that help'}"
    return ok("smtp extensions", f"{sentence}{without}.")
