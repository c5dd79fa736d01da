"""A real SMTP server on a free port of loopback, in a thread of its own, that answers as a test wants it to.

By default it takes every mail. `answers("RCPT", "451 later", DROP)` scripts the next answers at one stage: GREETING is
the first line, EHLO, MAIL and RCPT are commands, DATA is the go-ahead before the body, BODY the answer after its final
dot.
"""

import asyncio
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from convene.smtp_server import Security, SmtpServer

CERTIFICATE = Path(__file__).parent / "mail" / "localhost.pem"
"""Of `localhost`; whoever sets SSL_CERT_FILE to it trusts it."""
DROP = "the connection ends here"
"""Instead of an answer: the server hangs up."""


@dataclass(frozen=True)
class ReceivedMail:
    """One message whose final dot arrived, whatever the server answered to it."""

    sender: str
    recipient: str
    body: bytes
    options: tuple[str, ...] = ()


class Inbox:
    """What arrived, in order, and what to answer. `login` is the only user and password taken, if any is asked.

    `starttls` makes it offer STARTTLS.
    """

    def __init__(self, login: tuple[str, str] | None = None, starttls: ssl.SSLContext | None = None) -> None:
        self.mails: list[ReceivedMail] = []
        self.connections = 0
        self.host, self.port = "", 0
        self._login = login
        self._starttls = starttls
        self._script: dict[str, deque[str]] = {}
        self.by_reader: dict[str, str] = {}
        """By address, what is answered to its RCPT every time."""
        self._arrived = threading.Condition()
        self._may_answer = threading.Event()
        self._may_answer.set()

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    @property
    def server(self) -> SmtpServer:
        return SmtpServer(self.host, self.port, Security.NONE)

    @property
    def bodies(self) -> list[bytes]:
        return [mail.body for mail in self.mails]

    def to(self, address: str) -> list[ReceivedMail]:
        return [mail for mail in self.mails if mail.recipient == address]

    def wait_for(self, count: int) -> None:
        """Wait until so many mails have arrived from a process of its own; a minute is too long."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.mails) >= count, 60)

    def keep(self, mail: ReceivedMail) -> None:
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Mails arrive, but nothing is answered to their final dots while the block runs."""
        self._may_answer.clear()
        try:
            yield
        finally:
            self._may_answer.set()

    async def until_it_may_answer(self) -> None:
        await asyncio.to_thread(self._may_answer.wait)

    def answers(self, stage: str, *replies: str) -> None:
        """Script the next answers at `stage`; after them it answers well again."""
        self._script.setdefault(stage, deque()).extend(replies)

    def next_answer(self, stage: str) -> str | None:
        waiting = self._script.get(stage)
        return waiting.popleft() if waiting else None

    def authenticate(self, _server: Any, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        asked = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode())
        return AuthResult(success=asked == self._login, handled=False)

    def conversation(self) -> "_Conversation":
        self.connections += 1
        if self._login is None:
            return _Conversation(self, tls_context=self._starttls)
        return _Conversation(self, authenticator=self.authenticate, auth_require_tls=False, tls_context=self._starttls)


class _Conversation(SMTP):
    """One connection: the script's answer where there is one, else what aiosmtpd says."""

    def __init__(self, inbox: Inbox, **options: Any) -> None:
        super().__init__(_NoHandler(), enable_SMTPUTF8=True, hostname="inbox.example", **options)
        self._inbox = inbox
        self._greeted = False

    async def push(self, status: Any) -> None:
        if not self._greeted:
            self._greeted = True
            status = self._inbox.next_answer("GREETING") or status
            if status == DROP:
                await self._hang_up()
        await super().push(status)

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._scripted("EHLO"):
            await super().smtp_EHLO(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._scripted("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        for reader, answer in self._inbox.by_reader.items():
            if arg and reader in arg:
                self._inbox.answers("RCPT", answer)
        if not await self._scripted("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not await self._scripted("DATA"):
            await super().smtp_DATA(arg)

    async def keep(self, envelope: Envelope) -> str:
        """Keep what arrived, and give the answer to it."""
        body = envelope.original_content or b""
        [recipient] = envelope.rcpt_tos
        options = tuple(envelope.mail_options)
        self._inbox.keep(ReceivedMail(envelope.mail_from or "", str(recipient), body, options))
        await self._inbox.until_it_may_answer()
        answer = self._inbox.next_answer("BODY")
        if answer == DROP:
            await self._hang_up()
        return answer or "250 kept"

    async def _scripted(self, stage: str) -> bool:
        answer = self._inbox.next_answer(stage)
        if answer == DROP:
            await self._hang_up()
        if answer is not None:
            await self.push(answer)
        return answer is not None

    async def _hang_up(self) -> None:
        assert self.transport is not None  # a command came over it
        self.transport.close()
        await asyncio.Event().wait()  # the lost connection cancels this


class _NoHandler:
    """What aiosmtpd asks once a message is complete."""

    async def handle_DATA(self, server: _Conversation, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await server.keep(envelope)


@contextmanager
def listening_inbox(login: tuple[str, str] | None = None, security: Security = Security.NONE) -> Iterator[Inbox]:
    """An inbox that listens while the block runs."""
    starttls, tls = (_own_certificate() if security is kind else None for kind in (Security.STARTTLS, Security.TLS))
    inbox, loop = Inbox(login, starttls), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="smtp-inbox", daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(
            loop.create_server(inbox.conversation, "127.0.0.1", 0, ssl=tls), loop
        ).result()
        inbox.host, inbox.port = server.sockets[0].getsockname()
        yield inbox
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _own_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
