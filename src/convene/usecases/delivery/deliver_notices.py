"""Deliver: everything that is due, from the claims to the last outcome on record."""

from collections.abc import Callable
from dataclasses import dataclass, field

from convene.rules.notice_states import NoticeState
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.delivery_desk import DeliveryDesk
from convene.usecases.delivery.dispatcher import Dispatcher


@dataclass
class Delivered:
    """What one pass did, by the state that each notice reached; `claimed` counts what was taken in hand.

    `trouble`: why the SMTP server takes nothing more at present.
    """

    states: dict[NoticeState, int] = field(default_factory=dict)
    claimed: int = 0
    trouble: str | None = None


class Deliveries:
    """The deliveries of one worker, pass after pass. `worker` is the id of its row."""

    def __init__(self, delivery: Delivery, worker: int) -> None:
        self._relay = delivery.relay
        self._dispatcher = Dispatcher(delivery, worker)
        self._desk = DeliveryDesk(self._dispatcher)

    def stop(self) -> None:
        """Begin no further mail: what is on its way is finished, everything else given back."""
        self._dispatcher.is_stopping = True
        self._desk.close()
        self._relay.end_soon()

    def abandon(self) -> None:
        """Others have what this worker held: nothing more is given out, and nothing given back."""
        self._desk.abandon()

    async def deliver_due(self, clock_holds: Callable[[], bool] = lambda: True) -> Delivered:
        """Send all that is due now, until nothing is, the relay fails, everything is paused, or `stop` is called; or
        until the clock, by which more would be claimed, does not hold any more.
        """
        desk, dispatcher = self._desk, self._dispatcher
        delivered = Delivered(await dispatcher.sweep())
        # Trouble that came meanwhile was told to a closed desk.
        desk.is_open = not dispatcher.is_stopping and self._relay.trouble is None
        more = True
        while desk.is_open:
            if not clock_holds():
                desk.close()
                break
            # It ends with a claim of an empty desk: nothing that this worker holds is left behind.
            is_last = desk.is_empty
            if is_last or (more and desk.is_low):
                mails, stopped = await dispatcher.claim(desk.notices)
                desk.feed(mails, stopped)
                claimed = len(mails) + len(stopped)
                delivered.claimed += claimed
                more = claimed > 0
            if is_last and not more:
                break
            self._relay.wake(desk)
            await desk.something_moves()
        ended_early = not desk.is_open
        desk.close()
        while not desk.is_empty:
            await desk.something_moves()
        if ended_early:
            await dispatcher.give_back()
        if desk.refusal is not None:
            await dispatcher.pause(f"The SMTP server refused us: {desk.refusal}")
        for state, count in desk.states.items():
            delivered.states[state] = delivered.states.get(state, 0) + count
        desk.states.clear()
        return delivered
