"""A desk of a test: some mails to hand over, and what became of each."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from convene.mail.relay import Outgoing
from convene.rules.smtp_outcome import Outcome, OutcomeKind

SENDER, READER, OTHER = "office@organiser.example", "sokha@union-kh.example", "vanna@union-kh.example"
BODY = b"Subject: hello\r\n\r\n.a line with a dot\r\n.\r\nMAIL FROM:<other@example.org>\r\nthe end\r\n"


@dataclass(frozen=True, eq=False)
class SmallMail:
    """One mail."""

    recipient: str = READER
    body: bytes = BODY
    sender: str = SENDER


class SmallDesk:
    """`clears` answers whether a body may leave; None: it is asked for, and `go` waits in `asking`."""

    def __init__(self, *mails: SmallMail, clears: bool | None = True) -> None:
        self.clears = clears
        self.queue = deque(mails)
        self.taken: list[SmallMail] = []
        self.outcomes: list[Outcome] = []
        self.asking: list[Callable[[bool], None]] = []
        self.is_open = True
        self._moved = asyncio.Event()

    @property
    def waiting(self) -> int:
        return len(self.queue) if self.is_open else 0

    @property
    def kinds(self) -> list[OutcomeKind]:
        return [outcome.kind for outcome in self.outcomes]

    def take(self) -> SmallMail | None:
        if not self.waiting:
            return None
        self.taken.append(self.queue.popleft())
        return self.taken[-1]

    def clear(self, mail: Outgoing, go: Callable[[bool], None]) -> bool | None:
        assert mail in self.taken
        if self.clears is None:
            self.asking.append(go)
        return self.clears

    def settle(self, mail: Outgoing, outcome: Outcome) -> None:
        assert mail in self.taken  # each is settled exactly once
        self.taken = [one for one in self.taken if one is not mail]
        self.outcomes.append(outcome)
        self._moved.set()

    def relay_failed(self) -> None:
        self.is_open = False
        self._moved.set()

    async def all_is_settled(self) -> None:
        """Until no mail waits and none is on its way; a minute is too long."""
        async with asyncio.timeout(60):
            while self.waiting or self.taken:
                self._moved.clear()
                await self._moved.wait()
