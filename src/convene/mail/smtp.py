"""The SMTP conversation (RFC 5321): where bytes leave the house. aiosmtplib connects, secures and authenticates.

MAIL, RCPT and DATA are called one by one, because the library reports the same error for a drop before MAIL and one
after the final dot, and only the caller knows which it was. Retrying is the caller's business.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from convene.errors import ConveneError
from convene.rules.smtp_outcome import Outcome, OutcomeKind, clean_reply
from convene.smtp_server import Security, SmtpServer

_COMMAND_SECONDS = 60.0
# RFC 5321 4.5.3.2.6: a server may think for ten minutes after the final dot; asking earlier makes second copies.
_END_OF_DATA_SECONDS = 600.0


class WithdrawnError(Exception):
    """Raised by `before_body`: the mail must not leave after all."""


class RelayError(ConveneError):
    """The relay cannot be used as configured: no fault of any notice."""


class Relay(Protocol):
    """Whatever takes finished mails: an SMTP server, or the folder of a rehearsal."""

    async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
        """Hand over one message. `before_body` runs once, when nothing but the body is missing."""
        ...

    async def close(self) -> None: ...


class SmtpRelay:
    """One connection to an SMTP server, opened on first use and used again until something goes wrong with it."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._client: SMTP | None = None

    async def send(self, sender: str, recipient: str, body: bytes, before_body: Callable[[], None]) -> Outcome:
        """One transaction, one recipient. Raises RelayError when the server refuses the connection's terms."""
        try:
            client = await self._connected()
            options = _mail_options(client, sender, recipient)
            encoding = "utf-8" if options else "ascii"
            await client.mail(sender, options=options, encoding=encoding)
            await client.rcpt(recipient, encoding=encoding)
        except SMTPResponseException as error:
            await self._reset()
            return _refusal(error)
        except (SMTPException, OSError, UnicodeError) as error:
            self._drop()
            return Outcome(OutcomeKind.NOT_SENT, f"the connection failed before the body ({type(error).__name__})")
        return await self._send_body(client, body, before_body)

    async def close(self) -> None:
        """Say goodbye, if anybody is still there."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit(timeout=5)
            except (SMTPException, OSError):
                self._drop()
        self._client = None

    async def _send_body(self, client: SMTP, body: bytes, before_body: Callable[[], None]) -> Outcome:
        try:
            before_body()
        except WithdrawnError as reason:
            await self._reset()
            return Outcome(OutcomeKind.WITHDRAWN, str(reason))
        try:
            response = await client.data(body, timeout=_END_OF_DATA_SECONDS)
        except SMTPResponseException as error:
            await self._reset()
            return _refusal(error)
        except (SMTPException, OSError) as error:
            self._drop()
            return Outcome(OutcomeKind.UNKNOWN, f"no reply after the body ({type(error).__name__})")
        return Outcome(OutcomeKind.ACCEPTED, clean_reply(response.code, response.message))

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security is Security.TLS,
            start_tls=server.security is Security.STARTTLS,
            username=server.user,
            password=server.password,
            timeout=_COMMAND_SECONDS,
        )
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise RelayError("The SMTP server refused the user or the password.", "check CONVENE_SMTP_URL") from error
        self._client = client
        return client

    async def _reset(self) -> None:
        """End a transaction that failed; a server that hangs here loses the connection, not the answer it gave."""
        if self._client is None:
            return
        try:
            await asyncio.wait_for(self._client.rset(timeout=10), 15)
        except (SMTPException, OSError, TimeoutError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def _mail_options(client: SMTP, sender: str, recipient: str) -> list[str]:
    """SMTPUTF8 (RFC 6531) where an address needs it and the server has it."""
    needed = not (sender.isascii() and recipient.isascii())
    return ["SMTPUTF8"] if needed and client.supports_extension("smtputf8") else []


def _refusal(error: SMTPResponseException) -> Outcome:
    kind = OutcomeKind.RETRY if 400 <= error.code < 500 else OutcomeKind.REFUSED
    return Outcome(kind, clean_reply(error.code, error.message))
