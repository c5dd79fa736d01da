"""The SMTP conversation (RFC 5321): where bytes leave the house. aiosmtplib connects, secures and authenticates.

MAIL, RCPT, DATA and the body go one by one, because the library reports the same error for a drop before MAIL and one
after the final dot, and only the caller knows which it was. Retrying is the caller's business.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Protocol

import aiosmtplib
from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from convene.errors import ConveneError
from convene.rules.smtp_outcome import Outcome, OutcomeKind, clean_reply
from convene.smtp_server import Security, SmtpServer

_COMMAND_SECONDS = 60.0
_GO_AHEAD = 354
_REFUSALS_OF_US = (SMTPHeloError, SMTPSenderRefused)
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
        except (SMTPException, OSError, UnicodeError) as error:
            return await self._not_sent(error)
        try:
            before_body()
        except WithdrawnError as reason:
            await self._reset()
            return Outcome(OutcomeKind.WITHDRAWN, str(reason))
        return await self._send_body(client, body)

    async def close(self) -> None:
        """Say goodbye, if anybody is still there."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit(timeout=5)
            except (SMTPException, OSError):
                self._drop()
        self._client = None

    async def _send_body(self, client: SMTP, body: bytes) -> Outcome:
        try:
            go_ahead = await client.execute_command(b"DATA")
            if go_ahead.code != _GO_AHEAD:
                raise SMTPResponseException(go_ahead.code, go_ahead.message)
        except (SMTPException, OSError) as error:
            return await self._not_sent(error)
        try:
            response = await _body_answered(client, body)
        except (SMTPException, OSError) as error:
            self._drop()
            return Outcome(OutcomeKind.UNKNOWN, f"no reply after the body ({type(error).__name__})")
        if not 200 <= response.code < 300:
            await self._reset()
            return _refusal(response.code, response.message, OutcomeKind.UNKNOWN)
        return Outcome(OutcomeKind.ACCEPTED, clean_reply(response.code, response.message))

    async def _not_sent(self, error: Exception) -> Outcome:
        """What an error before the body means: the server's answer to this mail, or a connection that failed."""
        if isinstance(error, SMTPResponseException) and not isinstance(error, OSError):
            await self._reset()
            if isinstance(error, _REFUSALS_OF_US):  # whoever was to read it is not at fault: the notice does not fail
                return Outcome(OutcomeKind.NOT_SENT, clean_reply(error.code, error.message))
            return _refusal(error.code, error.message, OutcomeKind.NOT_SENT)
        self._drop()
        return Outcome(OutcomeKind.NOT_SENT, f"the connection failed before the body ({type(error).__name__})")

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
        if client.last_ehlo_response is None:
            await client.ehlo()  # whether it takes addresses outside ASCII must be known before the first one
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


async def _body_answered(client: SMTP, body: bytes) -> SMTPResponse:
    """Write the body with its leading dots doubled (RFC 5321 4.5.2), and the final dot; the server's answer."""
    if client.protocol is None:
        raise SMTPServerDisconnected("the connection was lost")
    client.protocol.write(re.sub(rb"(?m)^\.", b"..", body) + b".\r\n")
    return await client.protocol.read_response(timeout=_END_OF_DATA_SECONDS)


def _refusal(code: int, reply: str, otherwise: OutcomeKind) -> Outcome:
    """What a reply that is no consent means; `otherwise` where it is neither 4xx nor 5xx."""
    kind = {4: OutcomeKind.RETRY, 5: OutcomeKind.REFUSED}.get(code // 100, otherwise)
    return Outcome(kind, clean_reply(code, reply))
