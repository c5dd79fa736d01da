"""Quiet hours: mail that falls due in them leaves when they end (`programme-file`, `quiet_hours`)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from convene.rules.zones import instant, wall_clock

_WAKING = timedelta(hours=2)
"""How long after the end of the quiet hours a day begins too soon for its mail to have waited."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class QuietHours:
    """From `begin` up to, and without, `end` on the reader's clock; over midnight where `end` is the earlier one.

    The two differ.
    """

    begin: time
    end: time

    def cover(self, at: time) -> bool:
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end

    def end_date(self, local: datetime) -> date:
        """The date on which the quiet hours that cover `local` end."""
        over_midnight = self.end < self.begin and local.time() >= self.begin
        return local.date() + timedelta(days=1) if over_midnight else local.date()


def after_quiet_hours(due_at: datetime, zone: str, quiet: QuietHours, begins_at: datetime | None) -> datetime:
    """The moment (UTC) at which a notice due at `due_at` (UTC) leaves: the end of the quiet hours that it falls in on
    the clock of the reader's `zone`; `due_at` itself outside of them.

    `begins_at` (UTC) is the start of the earliest day still to come that the notice speaks of; None where it speaks of
    none (follow-ups). What speaks of a day that begins before the quiet hours end, or within two hours after, is not
    moved.

    Where the clocks go forward over the end, the quiet hours end with the jump; where they go back and show the end
    twice, at the next time after `due_at` that they show it. The result is never before `due_at`.
    """
    if not quiet.cover(wall_clock(due_at, zone).time()):
        return due_at
    ends_at = _end_after(due_at, zone, quiet)
    return due_at if begins_at is not None and begins_at <= ends_at + _WAKING else ends_at


def _end_after(due_at: datetime, zone: str, quiet: QuietHours) -> datetime:
    on = quiet.end_date(wall_clock(due_at, zone))
    shown = (instant(on, quiet.end, zone, fold) for fold in (0, 1))
    ends = [moment for moment in shown if moment > due_at and wall_clock(moment, zone).time() == quiet.end]
    return min(ends) if ends else _first_minute_outside(due_at, zone, quiet)


def _first_minute_outside(due_at: datetime, zone: str, quiet: QuietHours) -> datetime:
    """For the one night of a year on which the clocks never show the end: minute by minute, at most a day's worth."""
    moment = due_at.replace(second=0, microsecond=0)
    while quiet.cover(wall_clock(moment, zone).time()):
        moment += _MINUTE
    return moment
