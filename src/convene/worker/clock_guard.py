"""Notices a clock that cannot be right: a mail sent by it would be hours early, or come to nothing."""

from datetime import UTC, datetime, timedelta

_LARGEST_JUMP = timedelta(minutes=15)


class ClockGuard:
    """Compares the wall clock with the seconds since the host started, which nobody sets."""

    def __init__(self, now: datetime, steady: float) -> None:
        self._started = now - timedelta(seconds=steady)
        self._accepted: datetime | None = None

    def fault(self, now: datetime, steady: float, last_known: datetime | None) -> str | None:
        """What is wrong with the moment `now` (UTC), in a sentence; None where nothing is.

        `last_known` is the latest moment that is on record: time does not go back behind it.
        """
        jump = now - timedelta(seconds=steady) - self._started
        if abs(jump) > _LARGEST_JUMP:
            direction = "forward" if jump > timedelta(0) else "back"
            return f"The clock of this host jumped {direction} by {_minutes(jump)} minutes."
        if last_known is not None and last_known != self._accepted and last_known - now > _LARGEST_JUMP:
            on_record = last_known.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
            return f"The clock is {_minutes(last_known - now)} minutes behind what is on record ({on_record} UTC)."
        return None

    def accept(self, now: datetime, steady: float, last_known: datetime | None) -> None:
        """Take the clock as it is now for right: its fault was told, and whoever resumes has looked at it."""
        self._started = now - timedelta(seconds=steady)
        self._accepted = last_known


def _minutes(span: timedelta) -> int:
    return round(abs(span) / timedelta(minutes=1))
