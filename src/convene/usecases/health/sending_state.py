"""Whether mail leaves as it should: what is due, who looks for it, what is paused. For `/readyz` and `doctor`."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from convene.rules.sweeping import LONGEST_SILENCE, mail_is_stuck, nobody_sends
from convene.store.sending_facts import due_notices, last_sweep, relay_trouble
from convene.usecases.delivery.show_pauses import PauseView, show_pauses


@dataclass(frozen=True)
class SendingState:
    """`backlog` notices are due and wait, the first since `due_since`. `silent_seconds`: how long ago a worker last
    looked; None where none is there. `unswept`: nobody has looked for what is due for too long. `stuck`: why the SMTP
    server takes none of it, once that has lasted too long; None while mail leaves.
    """

    backlog: int
    due_since: datetime | None
    silent_seconds: float | None
    unswept: bool
    stuck: str | None
    pauses: list[PauseView]

    @property
    def paused(self) -> PauseView | None:
        """The pause of everything."""
        return next((pause for pause in self.pauses if pause.programme is None), None)


def sending_state(session: Session, now: datetime) -> SendingState:
    """How it stands at `now` (UTC)."""
    backlog, due_since = due_notices(session, now)
    swept_at = last_sweep(session)
    silent = max((now - swept_at).total_seconds(), 0.0) if swept_at else None
    unswept = nobody_sends(now, due_since, swept_at)
    trouble, trouble_since = relay_trouble(session, now - LONGEST_SILENCE)
    stuck = trouble if mail_is_stuck(now, due_since, trouble_since) else None
    return SendingState(backlog, due_since, silent, unswept, stuck, show_pauses(session))
