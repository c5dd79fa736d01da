"""What is new in an event since a reader was told: old and new side by side, and only what differs."""

from dataclasses import dataclass

from convene.language.catalogue import catalogue
from convene.mail.day_rows import WHEN_AND_WHERE, WORLD_CLOCK, day_rows
from convene.mail.event_view import day_heading
from convene.mail.rows import Row, Value
from convene.rules.facts import DayFacts, EventBrief, EventFacts
from convene.rules.letter import Reader


@dataclass(frozen=True)
class Difference:
    """One row before and now; either side may be empty."""

    label: str
    before: tuple[Value, ...]
    now: tuple[Value, ...]


@dataclass(frozen=True)
class DayChange:
    """One day that differs: `differences` of a day that stays, or the `rows` of one that was added or fell away."""

    heading: str
    differences: tuple[Difference, ...] = ()
    rows: tuple[Row, ...] = ()


def day_changes(told: EventFacts, brief: EventBrief, reader: Reader) -> tuple[DayChange, ...]:
    """By date: the days that stay and differ, those that are new, then those that no longer take place."""
    words = catalogue(reader.language)
    changes = [_standing(day, told.day(day.slug), brief, reader) for day in brief.facts.days]
    gone = (day for day in told.days if brief.facts.day(day.slug) is None)
    changes.extend(
        DayChange(words.gettext("No longer takes place"), rows=_called_off(day, brief, reader)) for day in gone
    )
    return tuple(change for change in changes if change)


def _standing(day: DayFacts, before: DayFacts | None, brief: EventBrief, reader: Reader) -> DayChange | None:
    if before is None:
        return DayChange(catalogue(reader.language).gettext("New day"), rows=day_rows(day, brief, reader))
    if before == day:
        return None
    differences = _differences(day_rows(before, brief, reader), day_rows(day, brief, reader))
    return DayChange(day_heading(day.slug, brief, reader), differences) if differences else None


def _differences(before: tuple[Row, ...], now: tuple[Row, ...]) -> tuple[Difference, ...]:
    """Row by row, in the order of the day as it is now. The world clock follows from the hours: it is not compared."""
    old = {row.key: row for row in before if row.key != WORLD_CLOCK}
    new = {row.key: row for row in now if row.key != WORLD_CLOCK}
    return tuple(
        Difference((new | old)[key].label, _values(old.get(key)), _values(new.get(key)))
        for key in dict.fromkeys([*new, *old])
        if old.get(key) != new.get(key)
    )


def _values(row: Row | None) -> tuple[Value, ...]:
    return row.values if row else ()


def _called_off(day: DayFacts, brief: EventBrief, reader: Reader) -> tuple[Row, ...]:
    return tuple(row for row in day_rows(day, brief, reader) if row.key in WHEN_AND_WHERE)
