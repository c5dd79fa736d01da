"""Whether mail leaves as it should: what is due, who looks for it, what is paused. For `/readyz` and `doctor`."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from convene.rules.sweeping import nobody_sends
from convene.store.sending_facts import due_notices, last_sweep
from convene.usecases.delivery.show_pauses import PauseView, show_pauses


@dataclass(frozen=True)
class SendingState:
    """`backlog` notices are due and wait, the first since `due_since`. `silent_seconds`: how long ago a worker last
    looked; None where none is there. `unswept`: nobody has looked for what is due for too long.
    """

    backlog: int
    due_since: datetime | None
    silent_seconds: float | None
    unswept: bool
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
    return SendingState(backlog, due_since, silent, nobody_sends(now, due_since, swept_at), show_pauses(session))
