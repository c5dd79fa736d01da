"""The dates above a timeline: those on which nothing happens are left out, so that a year stays on one page.

Each date on which something happens is a column; longer silences become a gap of one width that says how long it is.
All lengths are px of the SVG.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

GAP_WIDTH = 40
WIDEST_COLUMN = 64
_NARROWEST_COLUMN = 34
_YEAR_WIDTH = 58
_COMFORTABLE_WIDTH = 1060
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Column:
    """One date. `silence` says how far behind the one before lies ("4 weeks"; "" for none).

    `month` heads the first date of each month, with the year where that is new too; "" else.
    """

    on: date
    x: float
    width: float
    silence: str
    month: str


def date_columns(needs: Mapping[date, float]) -> tuple[Column, ...]:
    """One column per date of `needs` (never empty), at least as wide as it asks there; wider where room is left."""
    dates = _with_lone_silences(sorted(needs))
    before = [None, *dates[:-1]]
    silences = [_silence((on - past).days) if past else "" for past, on in zip(before, dates, strict=True)]
    wider = sum(max(0.0, need - _NARROWEST_COLUMN) for need in needs.values())
    wider += (_YEAR_WIDTH - _NARROWEST_COLUMN) * len({on.year for on in dates})
    room = _COMFORTABLE_WIDTH - GAP_WIDTH * sum(map(bool, silences)) - wider
    usual = min(WIDEST_COLUMN, max(_NARROWEST_COLUMN, room / len(dates)))
    columns: list[Column] = []
    x = 0.0
    for past, on, silence in zip(before, dates, silences, strict=True):
        x += GAP_WIDTH if silence else 0
        month = _month(past, on)
        width = max(usual, needs.get(on, 0), _YEAR_WIDTH if str(on.year) in month else 0)
        columns.append(Column(on, x, width, silence, month))
        x += width
    return tuple(columns)


def _month(past: date | None, on: date) -> str:
    if past is None or past.year != on.year:
        return f"{on:%b %Y}"
    return f"{on:%b}" if past.month != on.month else ""


def _with_lone_silences(dates: list[date]) -> list[date]:
    """A gap in place of a single date would hide more than it saves."""
    lone = [before + _ONE_DAY for before, after in pairwise(dates) if (after - before).days == 2]
    return sorted([*dates, *lone])


def _silence(days: int) -> str:
    if days <= 1:
        return ""
    if days < 14:
        return f"{days} days"
    return f"{round(days / 7)} weeks" if days < 60 else f"{round(days / 30.4)} months"
