"""A connection whose server's end is in the hands of a test: every burst of bytes is seen as it was sent."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.mail.small_desk import SmallDesk

from convene.mail.smtp import Conversation, Features
from convene.rules.patience import Patience

_MOST = 1 << 20


@dataclass
class Wire:
    """`ends`: why the conversation ended (None: in good order), once it did."""

    conversation: Conversation
    ends: list[str | None]
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter
    now: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    async def hears(self) -> str:
        """All that was sent since the last time; "" for the end of the connection."""
        async with asyncio.timeout(60):
            return (await self._reader.read(_MOST)).decode()

    async def says(self, *lines: str) -> None:
        """Send these lines at once, and see that they are read."""
        await self.says_bytes("".join(f"{line}\r\n" for line in lines).encode())

    async def says_bytes(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answers(self, *lines: str) -> str:
        """Send these lines, and hear what is sent next."""
        await self.says(*lines)
        return await self.hears()

    async def hangs_up(self) -> None:
        self._writer.close()
        await self.is_over()

    async def is_over(self) -> None:
        """Until the conversation has ended."""
        async with asyncio.timeout(60):
            while not self.ends:
                await asyncio.sleep(0)

    def waits(self, seconds: float) -> None:
        """So much time passes, on a clock of its own."""
        self.conversation.check_time(self.now + seconds)


@asynccontextmanager
async def wire(
    *,
    pipelining: bool = False,
    smtputf8: bool = True,
    most: int = 500,
    patience: Patience | None = None,
    desk: SmallDesk | None = None,
) -> AsyncIterator[Wire]:
    """A conversation that is open and logged in; awake where there is a desk."""
    ours, theirs = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    reader, writer = await asyncio.open_connection(sock=theirs)
    ends: list[str | None] = []
    conversation = Conversation(
        transport,
        Features(pipelining, smtputf8),
        patience or Patience(),
        most,
        lambda _, why: ends.append(why),
    )
    if desk is not None:
        conversation.wake(desk)
    try:
        yield Wire(conversation, ends, reader, writer)
    finally:
        transport.abort()
        writer.close()
        await asyncio.sleep(0)
