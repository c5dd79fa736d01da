"""The connections to the SMTP server: a few at a time, kept while there is mail, opened again with patience.

aiosmtplib connects, secures and logs in; from there on the conversation is ours (`smtp.py`).
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from convene.mail.hello import say_hello
from convene.mail.log_in import log_in
from convene.mail.relay import Desk, Outgoing, Trouble
from convene.mail.smtp import Conversation, Features
from convene.rules.patience import Patience
from convene.rules.smtp_outcome import Outcome, OutcomeKind, Phase, Reply, clean_reply, judge
from convene.smtp_server import Security, SmtpServer

_WATCH_SECONDS = 1.0
_MINUTE = 60.0
_GOODBYE_SECONDS = 1.0


@dataclass(frozen=True)
class RelayLimits:
    """What the server is asked to bear: `connections` at a time, `mails` on each, `rate` mails a minute (None: any)."""

    connections: int = 4
    mails: int = 500
    rate: float | None = None


class SmtpRelay:
    """A relay that hands mails to an SMTP server over a few connections.

    Where the server takes nothing at present, it is tried again after `patience.reconnect_after`, by one connection
    alone until that works; mails are given back meanwhile, with no fault of theirs. `workers` is how many share the
    server: pace and tries are divided among them.
    """

    def __init__(self, server: SmtpServer, limits: RelayLimits | None = None, patience: Patience | None = None) -> None:
        self._server = server
        self._limits = limits or RelayLimits()
        self._patience = patience or Patience()
        self._most = self._limits.connections
        self._open: list[Conversation] = []
        self._leaving: list[Conversation] = []
        self._opening: set[asyncio.Task[None]] = set()
        self._works = False
        self._unknown_in_a_row = 0
        self._is_closing = False
        self._trouble: Trouble | None = None
        self._try_again_at = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._paced: _PacedDesk | None = None
        self.workers = 1

    @property
    def trouble(self) -> Trouble | None:
        over = self._trouble is None or asyncio.get_running_loop().time() >= self._try_again_at
        return None if over else self._trouble

    def wake(self, desk: Desk) -> None:
        if self._limits.rate is not None:
            if self._paced is None or self._paced.desk is not desk:
                self._paced = _PacedDesk(desk, self._seconds_between_mails, self._go_on)
            desk = self._paced
        self._go_on(desk)

    def end_soon(self) -> None:
        for conversation in self._open:
            conversation.end_soon()

    async def close(self) -> None:
        """End every connection. It may be woken again afterwards."""
        self._is_closing = True
        try:
            await self._close()
        finally:
            self._is_closing = False

    async def _close(self) -> None:
        if self._opening:
            # The library, interrupted under TLS, leaves its socket to the garbage collector.
            await asyncio.wait(self._opening, timeout=_GOODBYE_SECONDS)
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for conversation in list(self._open):
            conversation.say_goodbye()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        await self._until_closed()

    async def _until_closed(self) -> None:
        """Wait until the sockets are closed: under TLS the server has to say goodbye too, and may be slow to."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                for conversation in self._leaving:
                    await conversation.is_closed.wait()
        for conversation in self._leaving:
            conversation.hang_up()
        await asyncio.sleep(0)  # asyncio lets go of a socket when the loop comes round

    def _seconds_between_mails(self) -> float:
        assert self._limits.rate is not None  # asked by the paced desk alone
        return _MINUTE / self._limits.rate * self.workers

    def _go_on(self, desk: Desk) -> None:
        """Idle connections take mails again, and new ones are opened while mails wait."""
        for conversation in list(self._open):
            if conversation.is_idle and desk.waiting:
                conversation.wake(desk)
        self._open_more(desk)

    def _open_more(self, desk: Desk) -> None:
        if self.trouble is not None or self._is_closing:
            return
        # A server that may be down is tried by one connection, not by all at once.
        most = self._most if self._works else 1
        for _ in range(min(most - len(self._open) - len(self._opening), desk.waiting)):
            task = asyncio.get_running_loop().create_task(self._connect(desk))
            self._opening.add(task)
            task.add_done_callback(lambda task: self._tried(desk, task))

    def _tried(self, desk: Desk, task: asyncio.Task[None]) -> None:
        """A connection is open, or not: it is not being opened any more, and others may follow."""
        self._opening.discard(task)
        if not task.cancelled():
            self._open_more(desk)

    async def _connect(self, desk: Desk) -> None:
        """Open one connection and let it work; what goes wrong becomes the trouble that is told."""
        try:
            async with asyncio.timeout(self._patience.connect):
                client = await _connected(self._server, self._patience.connect)
            transport = _transport(client)
        except Exception as error:  # whatever it is, mails must not wait for a connection that never comes
            self._failed(_trouble(error), desk)
            return
        conversation = Conversation(
            transport,
            Features(client.supports_extension("pipelining"), client.supports_extension("smtputf8")),
            self._patience,
            self._limits.mails,
            lambda *end: self._ended(desk, *end),
        )
        self._open.append(conversation)
        self._works, self._trouble = True, None
        if self._is_closing:
            conversation.say_goodbye()
            return
        self._keep_watch()
        conversation.wake(desk)

    def _failed(self, trouble: Trouble, desk: Desk) -> None:
        if self._open and not trouble.pauses:
            self._most = len(self._open)  # so many it takes at a time, and no more
            return
        self._works, self._trouble = False, trouble
        seconds = self._patience.reconnect_after(self._unknown_in_a_row)
        self._try_again_at = asyncio.get_running_loop().time() + seconds * self.workers
        desk.relay_failed()

    def _ended(self, desk: Desk, conversation: Conversation, why: str | None) -> None:
        """A connection is gone; `why` None where it was ended in good order."""
        self._open.remove(conversation)
        self._leaving = [earlier for earlier in self._leaving if not earlier.is_closed.is_set()] + [conversation]
        if conversation.accepted:
            self._unknown_in_a_row = 0
        if not self._open:
            self._unknown_in_a_row += conversation.ended_unknown
            # How many it takes is found out anew, by one first: a moment's fault must not slow down a worker for good.
            self._works, self._most = False, self._limits.connections
        if self._is_closing:
            return  # it says nothing of the server
        if why is None or conversation.accepted or conversation.ended_idle:
            # A server that took mails until now has a limit, or a hiccup, and need not keep a connection that is idle:
            # another one may go on.
            asyncio.get_running_loop().call_soon(self._open_more, desk)
        else:
            self._failed(Trouble(why), desk)

    def _keep_watch(self) -> None:
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(_WATCH_SECONDS, self._look)

    def _look(self) -> None:
        self._watch = None
        now = asyncio.get_running_loop().time()
        for conversation in list(self._open):
            conversation.check_time(now)
        if self._open:
            self._keep_watch()


class _PacedDesk:
    """A desk that gives out a mail every so many seconds, whoever takes it; until then none waits: a connection would
    be opened for nothing.
    """

    def __init__(self, desk: Desk, seconds: Callable[[], float], go_on: Callable[[Desk], None]) -> None:
        self.desk = desk
        self._seconds = seconds
        self._go_on = go_on
        self._pause: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        return min(1, self.desk.waiting) if self._pause is None else 0

    def take(self) -> Outgoing | None:
        mail = self.desk.take() if self._pause is None else None
        if mail is not None:
            self._pause = asyncio.get_running_loop().call_later(self._seconds(), self._take_up)
        return mail

    def clear(self, mail: Outgoing, go: Callable[[bool], None]) -> bool | None:
        return self.desk.clear(mail, go)

    def settle(self, mail: Outgoing, outcome: Outcome) -> None:
        self.desk.settle(mail, outcome)

    def relay_failed(self) -> None:
        self.desk.relay_failed()

    def _take_up(self) -> None:
        self._pause = None
        self._go_on(self)


async def _connected(server: SmtpServer, seconds: float) -> SMTP:
    """A client that is connected, secured as the setting says, and logged in; its EHLO, or HELO, was answered."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        timeout=seconds,
    )
    try:
        await client.connect()
        if client.last_ehlo_response is None:
            await say_hello(client)  # what it offers must be known before the first mail
        if server.user is not None and server.password is not None:
            await log_in(client, server.user, server.password)
    except BaseException:
        # The library leaves some connections open: to a server that talks without end it would listen for ever.
        client.close()
        raise
    return client


def _transport(client: SMTP) -> asyncio.Transport:
    """The connection itself. Raises ConnectionError where it is gone already."""
    transport = client.transport
    if transport is None or transport.is_closing():
        raise ConnectionError
    return cast(asyncio.Transport, transport)


def _trouble(error: BaseException) -> Trouble:
    """What an error of the library means, without what it may quote of a password."""
    certificate = _certificate_fault(error)
    if certificate is not None:
        return Trouble(f"its certificate is not valid ({certificate})")
    for kind, phase in (
        (SMTPAuthenticationError, Phase.LOGIN),
        (SMTPConnectResponseError, Phase.GREETING),
        (SMTPHeloError, Phase.HELLO),
    ):
        if isinstance(error, kind):
            refusal = judge(phase, Reply(error.code, error.message))
            said = "the user or the password of CONVENE_SMTP_URL" if phase is Phase.LOGIN else "the connection"
            return Trouble(f"it refused {said}: {refusal.reply}", refusal.kind is OutcomeKind.PAUSE)
    if type(error) is SMTPException:  # what a server does not offer has no class of its own
        return Trouble(f"it lacks what the settings ask for: {str(error).rstrip('.')}")
    if isinstance(error, SMTPResponseException):
        return Trouble(f"it refused the connection: {clean_reply(Reply(error.code, error.message))}")
    return Trouble(f"it cannot be reached ({type(error).__name__})")


def _certificate_fault(error: BaseException | None) -> str | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None
