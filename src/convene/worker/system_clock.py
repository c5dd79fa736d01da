"""The clocks that are really read: here, and nowhere below `worker/`, `web/` and `cli/`."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text


class SystemClock:
    """Both times are the host's."""

    is_frozen = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def real_now(self) -> datetime:
        return datetime.now(UTC)

    def steady(self) -> float:
        # Unlike the monotonic clock, it goes on while the host is suspended.
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def synchronise(self) -> None:
        """Nothing to do: the host's clock is the one that counts."""


class DatabaseClock(SystemClock):
    """Both times are those of a PostgreSQL server: workers on hosts whose clocks differ agree on what is due."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ahead = timedelta(0)
        self.synchronise()

    def now(self) -> datetime:
        return super().now() + self._ahead

    def real_now(self) -> datetime:
        return self.now()

    def synchronise(self) -> None:
        """Measure how far the server's clock is ahead of the host's; once a second is often enough."""
        with self._engine.connect() as connection:
            server: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        self._ahead = server - super().now()


class FrozenClock(SystemClock):
    """`CONVENE_NOW`: decisions and texts see one moment; leases and back-off go on in real time."""

    is_frozen = True

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment
