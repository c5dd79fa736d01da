"""What passes between delivery and whatever takes finished mails: an SMTP server, or the folder of a rehearsal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from convene.rules.smtp_outcome import Outcome


@dataclass(frozen=True)
class Trouble:
    """Why no mail can be handed over, in a clause ("nobody answers"); `pauses`: only a person can mend it."""

    why: str
    pauses: bool = False


class Outgoing(Protocol):
    """One mail on its way: the envelope, and the bytes."""

    @property
    def sender(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def body(self) -> bytes:
        """The finished mail: CRLF line ends, one at its end too; its dots are not doubled."""
        ...


class Desk(Protocol):
    """Where a relay gets its mails, and says what became of each. Every mail taken is settled exactly once."""

    @property
    def waiting(self) -> int:
        """How many mails could be taken now."""
        ...

    def take(self) -> Outgoing | None:
        """The next mail; None when there is none at present."""
        ...

    def clear(self, mail: Outgoing, go: Callable[[bool], None]) -> bool | None:
        """Ask whether the body of a mail may leave, when nothing but it is missing.

        True: that it leaves is on record; False: it must not leave; None: `go` will be called with the answer, once,
        and never before this call has returned.
        """
        ...

    def settle(self, mail: Outgoing, outcome: Outcome) -> None:
        """What became of a mail that was taken."""
        ...

    def relay_failed(self) -> None:
        """The relay has found trouble; until it is over, it will take no mail."""
        ...


class Relay(Protocol):
    """Whatever takes finished mails. `workers`: among how many its pace is divided."""

    workers: int

    @property
    def trouble(self) -> Trouble | None:
        """Why no mail can be handed over at present; None while it can, and when it is time to try again."""
        ...

    def wake(self, desk: Desk) -> None:
        """Mails are waiting on the desk: begin, or go on. Returns at once."""
        ...

    def end_soon(self) -> None:
        """No more mails will come: those that were taken are finished, but for any with which the server dallies."""
        ...

    async def close(self) -> None:
        """Say goodbye; it may be woken again. What is on its way must have been settled before."""
        ...
