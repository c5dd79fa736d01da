"""The two times a worker lives by: the moment that decisions and texts see, and the real one (design section 5)."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Made at the edge (`cli`, `worker`); everything inside receives it or one of its moments."""

    def now(self) -> datetime:
        """The moment (UTC) for every decision and text: frozen or stepped in tests and rehearsals."""
        ...

    @property
    def is_frozen(self) -> bool:
        """Whether `now` is what somebody set it to, and no clock that could be wrong."""
        ...

    def real_now(self) -> datetime:
        """Real time (UTC): leases, back-off and pacing."""
        ...

    def steady(self) -> float:
        """Seconds that only go forward, also while the host sleeps."""
        ...

    def synchronise(self) -> None:
        """Compare it with the clock that it follows, if it follows one."""
        ...


class VirtualClock:
    """For rehearsals and the demo: a clock that is set from due moment to due moment, back-off included."""

    is_frozen = True

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def real_now(self) -> datetime:
        return self.moment

    def steady(self) -> float:
        return self.moment.timestamp()

    def synchronise(self) -> None:
        """It follows none."""
