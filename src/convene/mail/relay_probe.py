"""Ask the SMTP server whether it would take mail: connect, secure, log in, say goodbye. No mail is begun."""

import asyncio
import os
import ssl
from datetime import UTC, datetime
from typing import Any

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from convene.mail.hello import say_hello
from convene.mail.log_in import log_in
from convene.rules.relay_checks import RelayAnswers, Stage
from convene.rules.smtp_outcome import Reply, clean_reply
from convene.smtp_server import Security, SmtpServer

_LONGEST_SECONDS = 20.0
"""For the whole conversation."""


async def probe_relay(server: SmtpServer) -> RelayAnswers:
    """How far the conversation came, within 20 seconds. Raises nothing that a server could cause."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=False,
        timeout=_LONGEST_SECONDS,
    )
    stage = Stage.CONNECT
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            await client.connect()
            await say_hello(client)
            if server.security is Security.STARTTLS:
                stage = Stage.TLS
                await client.starttls()
                await client.ehlo()
            until = _certificate_until(client)
            extensions = frozenset(name.upper() for name in client.esmtp_extensions)
            if server.user is not None and server.password is not None:
                stage = Stage.LOGIN
                await log_in(client, server.user, server.password)
        return RelayAnswers(certificate_until=until, extensions=extensions)
    except (SMTPException, OSError, TimeoutError, UnicodeError) as error:
        return RelayAnswers(failed_at=_stage_of(error, stage), trouble=_why(error))
    finally:
        await _goodbye(client)


async def _goodbye(client: SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit(timeout=5)
    except (SMTPException, OSError):
        client.close()


def _stage_of(error: BaseException, stage: Stage) -> Stage:
    """TLS from the start fails while connecting."""
    return Stage.TLS if _ssl_error(error) else stage


def _why(error: BaseException) -> str:
    """The reason, without the sentence of a library that may repeat what was sent."""
    found = _ssl_error(error)
    if isinstance(found, ssl.SSLCertVerificationError):
        return f"the certificate is not valid ({found.verify_message})"
    if found is not None:
        return f"TLS failed ({found.reason or type(found).__name__})"
    if isinstance(error, SMTPResponseException):
        return clean_reply(Reply(error.code, error.message))
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, OSError):
        return _system_words(cause)
    # The library's own sentences on what the server does not offer hold nothing of ours.
    return str(error).rstrip(".") if type(error) is SMTPException else "the connection broke off"


def _system_words(error: OSError) -> str:
    """ "connection refused"; where several addresses of a host were tried, the system's words are lost."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno).lower()
    return (error.strerror or "no connection could be made").lower()


def _ssl_error(error: BaseException | None) -> ssl.SSLError | None:
    """The error of TLS that lies behind an error of the library."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _certificate_until(client: SMTP) -> datetime | None:
    """The end (UTC) of the certificate of a secured connection; None where there is none."""
    certificate: dict[str, Any] | None = client.get_transport_info("peercert")
    if not certificate or "notAfter" not in certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
