"""Moving a notice off a day on which nobody works (`programme-file`, "Working days").

Which days are free is told by the caller: a function from a date to the reason, or None for a working day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

FreeDay = Callable[[date], str | None]
"""Why nobody works on a date ("weekend", "holiday: Victory Day"), or None."""

_FARTHEST_DAYS = 10


@dataclass(frozen=True)
class Shift:
    """Where a date moved to, and why it could not stay."""

    to: date
    why: str


def always_working(_: date) -> str | None:
    """For readers of whom no country is known, and programmes that ignore working days."""
    return None


def shift_to_working_day(on: date, is_free: FreeDay, *, later: bool) -> Shift | None:
    """The working day before `on` (after, with `later`), at most 10 days away; None where `on` is one itself.

    Where ten days bring no working day, the date stays: a notice on a holiday is better than none.
    """
    why = is_free(on)
    if why is None:
        return None
    step = timedelta(days=1 if later else -1)
    for days in range(1, _FARTHEST_DAYS + 1):
        if is_free(on + step * days) is None:
            return Shift(on + step * days, why)
    return None
