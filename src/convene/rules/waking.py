"""When a notice leaves that falls in the quiet hours of its programme: what it speaks of may begin too soon to wait."""

from collections.abc import Iterable
from datetime import datetime

from convene.rules.due import Due
from convene.rules.facts import DayFacts
from convene.rules.quiet_hours import QuietHours, after_quiet_hours
from convene.rules.usefulness import lies_ahead_until


def next_day(days: Iterable[DayFacts], moment: Due, useful_until: datetime) -> datetime:
    """When the next of the days that a notice speaks of begins (UTC); once all have, until when it is of use."""
    begins = (lies_ahead_until(day, moment.zone) for day in days)
    return min((at for at in begins if at > moment.at), default=useful_until)


def after_waking(moment: Due, quiet: QuietHours | None, begins_at: datetime | None) -> Due:
    """The moment, or the end of the quiet hours that it falls in; `begins_at` as in `after_quiet_hours`."""
    at = after_quiet_hours(moment.at, moment.zone, quiet, begins_at) if quiet else moment.at
    if at == moment.at:
        return moment
    why = ", ".join(reason for reason in (moment.shifted_why, "quiet hours") if reason)
    return moment._replace(at=at, shifted_from=moment.shifted_from or moment.local, shifted_why=why)
