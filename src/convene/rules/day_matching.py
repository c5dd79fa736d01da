"""Which day of the file is which stored day (`programme-file`, "What stays the same thing")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial


@dataclass(frozen=True)
class DayKey:
    """What a day is matched by. `slug` is None where the file names no id; `removed` only concerns stored days."""

    slug: str | None
    on: date | None
    removed: bool = False


def match_days(written: Sequence[DayKey], stored: Sequence[DayKey]) -> list[str]:
    """The id of every written day: by id, then by equal date, then the rest in order; new ones get a new id.

    Ids are `d1`, `d2` ... and are never used again, not even those of removed days. A removed day comes back under
    its own id, or on its own date.
    """
    slugs: list[str | None] = [day.slug for day in written]
    free = [day for day in stored if day.slug not in slugs]
    for place, day in enumerate(written):
        if slugs[place] is None and day.on is not None:
            slugs[place] = _take(free, partial(_falls_on, on=day.on))
    for place in range(len(written)):
        if slugs[place] is None:
            slugs[place] = _take(free, _stands)
    return _numbered(slugs, stored)


def _take(free: list[DayKey], fits: Callable[[DayKey], bool]) -> str | None:
    found = next((day for day in free if fits(day)), None)
    if found is None:
        return None
    free.remove(found)
    return found.slug


def _falls_on(day: DayKey, on: date) -> bool:
    return day.on == on


def _stands(day: DayKey) -> bool:
    return not day.removed


def _numbered(slugs: list[str | None], stored: Sequence[DayKey]) -> list[str]:
    taken = {day.slug for day in stored} | set(slugs)
    numbers = (number for number in range(1, 10_000) if f"d{number}" not in taken)
    return [slug or f"d{next(numbers)}" for slug in slugs]
