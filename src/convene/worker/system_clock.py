"""The clocks that are really read: here, and nowhere below `worker/`, `web/` and `cli/`."""

from datetime import UTC, datetime


class SystemClock:
    """Both times are the host's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def real_now(self) -> datetime:
        return datetime.now(UTC)


class FrozenClock(SystemClock):
    """`CONVENE_NOW`: decisions and texts see one moment; leases and back-off go on in real time."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment
