"""A local SMTP server that keeps what it receives: the other end of the demo's wire."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.parser import BytesHeaderParser
from typing import Any

from aiosmtpd.smtp import SMTP
from sqlmodel import Session, select

from convene.model.notice import Notice
from convene.rules.notice_states import NoticeState
from convene.usecases.planning.list_notices import sent_bytes

_LARGEST_BYTES = 10_000_000


class Inbox:
    """Received mails by Message-ID: the recipient and the bytes."""

    def __init__(self) -> None:
        self.mails: dict[str, tuple[str, bytes]] = {}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[tuple[str, int]]:
        """Listen on a free port of loopback while the block runs; gives host and port."""
        server = await asyncio.get_running_loop().create_server(self._conversation, "127.0.0.1", 0)
        try:
            host, port = server.sockets[0].getsockname()
            yield host, port
        finally:
            server.close()

    def differing_from(self, session: Session) -> int:
        """How many mails recorded as sent did not arrive with exactly the recorded bytes."""
        sent = session.exec(select(Notice).where(Notice.state == NoticeState.SENT)).all()
        recorded = (sent_bytes(session, notice) for notice in sent)
        return sum(body is None or self.mails.get(_message_id(body), ("", b""))[1] != body for body in recorded)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail."""
        body: bytes = envelope.original_content
        self.mails[_message_id(body)] = (envelope.rcpt_tos[0], body)
        return "250 kept"

    def _conversation(self) -> SMTP:
        return SMTP(self, data_size_limit=_LARGEST_BYTES, enable_SMTPUTF8=True, ident="convene demo")


def _message_id(body: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(body)["Message-ID"])
