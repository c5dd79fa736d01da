"""What is new in an event since a reader was told: old and new side by side, and only what differs."""

from collections.abc import Mapping
from dataclasses import dataclass

from convene.language.catalogue import catalogue
from convene.mail.day_rows import DATES, WHEN, WHEN_AND_WHERE, WORLD_CLOCK, day_rows, is_window, manner_row
from convene.mail.event_view import day_heading
from convene.mail.rows import Row, Value
from convene.rules.facts import DayFacts, EventBrief, EventFacts
from convene.rules.letter import Reader

_NONE = "–"
"""In the place of a venue, a map or a link that an event has not, or has no longer. It is not "not yet known": whoever
reads that of the venue of an event that moved online waits for another one.
"""


_DATE, _TIME = "date", "time"


@dataclass(frozen=True)
class Difference:
    """One row before and now; a side that is empty is not yet known. `key` is that of the row."""

    key: str
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
    """By date: the days that stand and differ, those that are new, then those without a date and those called off."""
    standing = (_standing(day, told, brief, reader) for day in brief.facts.days)
    gone = (_gone(day, brief, reader) for day in told.days if brief.facts.day(day.slug) is None)
    return tuple(change for change in (*standing, *gone) if change)


def _standing(day: DayFacts, told: EventFacts, brief: EventBrief, reader: Reader) -> DayChange | None:
    before, now = told.day(day.slug), day_rows(day, brief, reader)
    if before is None and told.days:
        # Translators: Heading above the date, hours and place of a day that was added to an event
        return DayChange(catalogue(reader.language).gettext("New day"), rows=now)
    if before is None:
        # The reader knows of the event, and that its date was open.
        dated = tuple(Difference(row.key, row.label, (), row.values) for row in now if row.key in WHEN)
        return DayChange(day_heading(day.slug, brief, reader), dated)
    if before == day:
        return None
    if is_window(before) is not is_window(day):
        differences = _other_manner(day_rows(before, brief, reader), now, reader)
    else:
        differences = _differences(_compared(before, brief, reader), _compared(day, brief, reader), reader)
        if _same_hours(before, day) and _DATE not in (difference.key for difference in differences):
            # The clock that comes first follows from how one takes part, which is told: the hour is the same.
            differences = tuple(difference for difference in differences if difference.key != _TIME)
    return DayChange(day_heading(day.slug, brief, reader), differences) if differences else None


def _same_hours(before: DayFacts, day: DayFacts) -> bool:
    """Whether the day is at one hour in both, on the clock that it is written in and on its reader's."""
    hours = ("on", "start", "end", "until", "zone", "fold", "reader_shift")
    return all(getattr(before, name) == getattr(day, name) for name in hours)


def _compared(day: DayFacts, brief: EventBrief, reader: Reader) -> tuple[Row, ...]:
    """The rows of a day with how one takes part in it: where neither the venue nor a link says so, nothing would."""
    rows = day_rows(day, brief, reader)
    dates = len([row for row in rows if row.key in WHEN])
    return (*rows[:dates], *manner_row(day, reader), *rows[dates:])


def _gone(day: DayFacts, brief: EventBrief, reader: Reader) -> DayChange:
    rows = day_rows(day, brief, reader)
    if day.slug in brief.undated:
        return DayChange("", tuple(Difference(row.key, row.label, row.values, ()) for row in rows if row.key in DATES))
    called_off = tuple(row for row in rows if row.key in WHEN_AND_WHERE)
    # Translators: Heading above the date of a day that was taken out of an event; the others stand
    return DayChange(catalogue(reader.language).gettext("No longer takes place"), rows=called_off)


def _other_manner(before: tuple[Row, ...], now: tuple[Row, ...], reader: Reader) -> tuple[Difference, ...]:
    """A window that became a day at fixed hours, or the reverse: when it was and when it is, in one difference."""
    old, new = (tuple(value for row in rows if row.key in WHEN for value in row.values) for rows in (before, now))
    when = Difference(_DATE, catalogue(reader.language).gettext("Date"), old, new)
    rest = [tuple(row for row in rows if row.key not in WHEN) for rows in (before, now)]
    return when, *_differences(rest[0], rest[1], reader)


def _differences(before: tuple[Row, ...], now: tuple[Row, ...], reader: Reader) -> tuple[Difference, ...]:
    """Row by row, in the order of the day as it is now. The world clock follows from the hours: it is not compared."""
    old = {row.key: row for row in before if row.key != WORLD_CLOCK}
    new = {row.key: row for row in now if row.key != WORLD_CLOCK}
    return tuple(
        Difference(key, (new | old)[key].label, _values(key, old, reader), _values(key, new, reader))
        for key in dict.fromkeys([*new, *old])
        if _values(key, old, reader) != _values(key, new, reader)
    )


def _values(key: str, rows: Mapping[str, Row], reader: Reader) -> tuple[Value, ...]:
    """What the row says; of one that is not there: nothing where it is not yet known, else that there is none."""
    if key in rows:
        return rows[key].values
    return () if key in WHEN else (Value(_NONE, reader.language),)
