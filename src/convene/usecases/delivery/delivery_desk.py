"""The desk between the rows and the relay: what waits to be handed over, what may leave, what became of it.

A connection takes a mail and announces it to the server; before its body leaves, that it does is committed, for several
mails at once: a *window*. The same commit records what became of those before. No more than 16 mails are ever without
a recorded outcome, so that many, at most, can be repeated after a crash. A mail that was made before the content
changed is made anew before it may leave.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, Protocol

from convene.rules.notice_states import NoticeState
from convene.rules.smtp_outcome import Outcome, OutcomeKind
from convene.usecases.delivery.make_mail import DueMail, Stopped
from convene.usecases.delivery.record_delivery import Window, Written

WINDOW = 16
"""How many bodies may be on record as leaving with no outcome recorded yet."""

LOW = 32
"""With fewer mails than this on the desk, it is time to claim more."""


class Dispatch(Protocol):
    """What stands behind the desk: the database, the clock, and how long things may wait."""

    def steady(self) -> float:
        """Seconds that go on while the host sleeps."""
        ...

    @property
    def fresh(self) -> float:
        """How old, in seconds, the last look at the facts may be when a body leaves."""
        ...

    @property
    def linger(self) -> float:
        """How long, in seconds, an outcome may wait to be recorded together with others."""
        ...

    def reached(self, point: str) -> None:
        """A point at which a test may end the process."""
        ...

    async def write(self, window: Window, *, is_awaited: bool) -> Written:
        """Commit a window. `is_awaited`: the next mails leave only once that is done."""
        ...

    async def remake(self) -> tuple[list[DueMail], list[Stopped]]:
        """Make the claimed mails anew from the content as it is now."""
        ...


class DeliveryDesk:
    """The desk of one worker, as a relay sees it (`mail.relay.Desk`), and as the worker does.

    Every mail here is in one of three places: in the queue, taken by a connection, or settled and not yet on record.
    """

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._queue: OrderedDict[int, DueMail] = OrderedDict()
        self._taken: dict[int, DueMail] = {}
        self._settled: list[tuple[DueMail, Outcome]] = []
        self._stopped: list[Stopped] = []
        self._recording = Window()
        self._on_record: set[int] = set()
        """The notices whose bodies are on record as leaving, and whose outcome is not."""
        self._looked_at: dict[int, float] = {}
        self._asking: dict[int, tuple[DueMail, Callable[[bool], None]]] = {}
        self._withdrawn: set[int] = set()
        self._is_outdated = False
        self._writing: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._fault: Exception | None = None
        self._moved = asyncio.Event()
        self.is_open = False
        self.refusal: str | None = None
        self.states: dict[NoticeState, int] = {}

    # What the relay asks.

    @property
    def waiting(self) -> int:
        return len(self._queue) if self.is_open else 0

    def take(self) -> DueMail | None:
        if not self.waiting:
            return None
        notice_id, mail = self._queue.popitem(last=False)
        self._taken[notice_id] = mail
        if len(self._queue) < LOW:
            self._moved.set()
        return mail

    def clear(self, mail: Any, go: Callable[[bool], None]) -> bool | None:
        if mail.notice_id in self._withdrawn:
            return False
        looked_at = self._looked_at.get(mail.notice_id)
        if looked_at is not None and self._dispatch.steady() - looked_at <= self._dispatch.fresh:
            self._dispatch.reached("before-body")
            return True
        self._asking[mail.notice_id] = (mail, go)
        self._write_soon()
        return None

    def settle(self, mail: Any, outcome: Outcome) -> None:
        self._dispatch.reached("after-reply")
        for known in (self._taken, self._asking, self._looked_at):
            known.pop(mail.notice_id, None)
        self._withdrawn.discard(mail.notice_id)
        self._settled.append((mail, outcome))
        if outcome.kind is OutcomeKind.PAUSE:
            self.refusal = self.refusal or outcome.reply
            self.close()
        if self._taken:
            self._write_later()
        else:
            self._write_soon()

    def relay_failed(self) -> None:
        self.close()

    # What the worker asks.

    @property
    def is_low(self) -> bool:
        return len(self._queue) < LOW

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, nothing is on its way, and all is on record."""
        return not (self._queue or self._taken or self._settled or self._stopped or self._writing)

    def notices(self) -> set[int]:
        """Those whose mails wait here, are on their way, or have an outcome that is not on record."""
        settled = {mail.notice_id for mail, _ in (*self._settled, *self._recording.settled)}
        stopped = {stopped.notice.notice_id for stopped in (*self._stopped, *self._recording.stopped)}
        return self._queue.keys() | self._taken.keys() | settled | stopped

    def feed(self, mails: Sequence[DueMail], stopped: Sequence[Stopped]) -> None:
        """Lay claimed mails on the desk, and note which claimed notices come to nothing."""
        here = self._queue.keys() | self._taken.keys()  # made anew in the meantime
        new = [mail for mail in mails if mail.notice_id not in here]
        if self.is_open:
            self._queue.update((mail.notice_id, mail) for mail in new)
        else:
            self._take_back(new)  # it was closed while they were claimed
        self._stopped.extend(stopped)
        if stopped and not mails:
            self._write_soon()

    def close(self) -> None:
        """Give out no more mails and take back those that wait; what a connection has taken is finished."""
        self.is_open = False
        self._take_back(self._queue.values())
        self._queue.clear()
        self._moved.set()

    def abandon(self) -> None:
        """Give out no more mails, and forget those that wait."""
        self.is_open = False
        self._queue.clear()

    async def something_moves(self) -> None:
        """Wait until the desk runs low, or is empty, or is closed. Raises what went wrong behind it."""
        self._moved.clear()
        if self._fault is None and not self.is_empty:  # after a fault, nothing may ever move again
            await self._moved.wait()
        if self._fault is not None:
            raise self._fault

    # Behind the desk.

    def _write_later(self) -> None:
        if self._later is None and self._writing is None:
            gathered = partial(self._write_soon, gathered=True)
            self._later = asyncio.get_running_loop().call_later(self._dispatch.linger, gathered)

    def _write_soon(self, *, gathered: bool = False) -> None:
        """Write a window when the event loop comes round: what arrives until then goes with it. `gathered`: outcomes
        have waited for others, and nothing presses.
        """
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write(gathered))

    async def _write(self, gathered: bool) -> None:
        try:
            while (window := self._next_window()) is not None:
                self._recording = window
                # At a low desk more mails are being made: the event loop is at work, a thread would only disturb it.
                is_awaited = bool(self._asking) or not gathered or self.is_low
                written = await self._dispatch.write(window, is_awaited=is_awaited)
                self._recording = Window()
                self._dispatch.reached("after-record")
                self._note(window, written)
                if self._is_outdated:
                    self._is_outdated = False
                    self._replace(*await self._dispatch.remake())
        except Exception as error:  # whoever waits for the desk to move will raise it
            self._fault = error
        finally:
            self._writing = None
            self._moved.set()

    def _next_window(self) -> Window | None:
        """What to write now; None where nothing presses."""
        if not (self._settled or self._stopped or self._asking):
            return None
        settled, self._settled = self._settled, []
        stopped, self._stopped = self._stopped, []
        recorded = sum(mail.notice_id in self._on_record for mail, _ in settled)
        room = WINDOW - len(self._on_record) + recorded
        asked = [mail for mail, _ in self._asking.values()]
        again = [mail for mail in asked if mail.notice_id in self._on_record]
        # First those that a connection holds already, then those that it will take next.
        next_ones = chain(asked, self._taken.values(), islice(self._queue.values(), WINDOW))
        new = {mail.notice_id: mail for mail in next_ones if mail.notice_id not in self._on_record}
        leaving = [*again, *islice(new.values(), max(room, 0))]
        if not (settled or stopped or leaving):
            return None  # whoever asks beyond the window waits for an outcome
        return Window(settled, stopped, leaving)

    def _note(self, window: Window, written: Written) -> None:
        """Act on what was committed."""
        for state, count in written.states.items():
            self.states[state] = self.states.get(state, 0) + count
        self._on_record -= {mail.notice_id for mail, _ in window.settled}
        self._on_record |= written.leaving
        for mail in window.leaving:
            if mail.notice_id in written.leaving:
                self._may_leave(mail)
            elif mail.version != written.version:
                self._is_outdated = True
            else:
                self._withdraw(mail)

    def _may_leave(self, mail: DueMail) -> None:
        if mail.notice_id in self._taken or mail.notice_id in self._queue:
            self._looked_at[mail.notice_id] = self._dispatch.steady()
        asking = self._asking.pop(mail.notice_id, None)
        if asking is not None:
            self._dispatch.reached("before-body")
            asking[1](True)

    def _withdraw(self, mail: DueMail) -> None:
        """It is not this worker's any more, or nobody wants it."""
        if self._queue.pop(mail.notice_id, None) is not None:
            self._take_back([mail])
        elif mail.notice_id in self._taken:
            self._withdrawn.add(mail.notice_id)
            asking = self._asking.pop(mail.notice_id, None)
            if asking is not None:
                asking[1](False)

    def _replace(self, remade: Sequence[DueMail], stopped: Sequence[Stopped]) -> None:
        """Put the mails made from the newer content in the places of the old ones."""
        new = {mail.notice_id: mail for mail in remade}
        for mail in [*self._taken.values(), *self._queue.values()]:
            replacement = new.pop(mail.notice_id, None)
            if replacement is None or not mail.becomes(replacement):
                self._withdraw(mail)
        if self.is_open:
            self._queue.update(new)
        else:
            self._take_back(new.values())
        self._stopped.extend(stopped)

    def _take_back(self, mails: Iterable[DueMail]) -> None:
        """What no connection has taken goes back to wait."""
        before = len(self._settled)
        for mail in mails:
            # Claimed again a moment later, it is on record no more, however fresh the look was.
            self._looked_at.pop(mail.notice_id, None)
            self._settled.append((mail, Outcome(OutcomeKind.WITHDRAWN)))
        if len(self._settled) > before:
            self._write_soon()
