"""One of an event's `days`, and its `due`. What needs the zone (skipped and repeated hours) is checked afterwards."""

from datetime import date, datetime, time, timedelta

from convene.programme_file.document import DayEntry, DueEntry
from convene.programme_file.reading.coordinator_texts import read_text
from convene.programme_file.reading.fields import Fields
from convene.programme_file.reading.findings import Findings, WrittenValueError, quoted
from convene.programme_file.reading.known_keys import DAY, DUE
from convene.programme_file.reading.value_shapes import DAY_MODES, FOLDS
from convene.programme_file.reading.written_dates import clock_time, day_date, undecided_date
from convene.programme_file.reading.written_values import due_zone, one_of_words, slug, web_link, zone_name
from convene.programme_file.reading.yaml_nodes import Node
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.weekdays import written_date

DEADLINE_DAY = "due"
"""The id of a deadline's one day; no other day may take it."""

_LONGEST_WRAP = timedelta(hours=12)
_LONGEST_WINDOW = timedelta(days=366)
_EXAMPLE = "add on: Mon 2020-01-20 (or: to be decided)"


def read_day(node: Node, path: str, findings: Findings) -> DayEntry:
    """The day as written. Faults are noted, and what is at fault is left out of the day."""
    fields = Fields(node, path, findings, DAY)
    fields.require("on", remedy=_EXAMPLE)
    on = fields.value("on", _date_or_words)
    day = DayEntry(
        on=on if isinstance(on, date) else None,
        undecided=on if isinstance(on, str) else None,
        id=fields.value("id", day_id),
        start=fields.value("from", clock_time),
        end=fields.value("to", clock_time),
        until=fields.value("until", day_date),
        mode=fields.value("mode", _mode),
        venue=fields.value("venue", slug),
        timezone=fields.value("timezone", zone_name),
        link=fields.value("link", web_link),
        title=read_text(fields, "title"),
        fold=fields.value("fold", _fold),
    )
    _refuse_contradictions(day, fields)
    return day


def read_due(node: Node, path: str, findings: Findings) -> DueEntry | None:
    """The deadline as written; None where its date cannot be read."""
    fields = Fields(node, path, findings, DUE)
    fields.require("on", remedy="add on: Fri 2022-02-11")
    on = fields.value("on", day_date)
    at, zone = fields.value("at", clock_time), fields.value("timezone", due_zone)
    return DueEntry(on, at, zone or READER_ZONE) if on else None


def day_id(text: str) -> str:
    name = slug(text)
    if name == DEADLINE_DAY:
        raise WrittenValueError(f"{quoted(name)} is the id of deadlines.", "write another id, such as d1")
    return name


def _date_or_words(text: str) -> date | str:
    words = undecided_date(text)
    if words is not None:
        return words
    try:
        return day_date(text)
    except WrittenValueError as error:
        if any(char.isdigit() for char in text):
            raise
        raise WrittenValueError(error.sentence, "write: Mon 2020-01-20, October 2027, or to be decided") from None


def _mode(text: str) -> Mode:
    return Mode(one_of_words(*DAY_MODES)(text))


def _fold(text: str) -> int:
    return FOLDS.index(one_of_words(*FOLDS)(text))


def _refuse_contradictions(day: DayEntry, fields: Fields) -> None:
    if day.undecided and "until" in fields.nodes:
        fields.error("until", "A day without a date has no last date.", "leave until out, or write the dates")
    if "to" in fields.nodes and "from" not in fields.nodes:
        fields.error("to", "An end needs a start.", "add from: 09:00")
    if day.on and day.until:
        _refuse_window(day.on, day.until, fields)
    if day.start and day.end and (day.until is None or day.until == day.on):
        _refuse_times(day.start, day.end, fields)
    if day.on and day.on.year == date.max.year:
        fields.error("on", "The year is out of reach.", "write an earlier one")


def _refuse_window(on: date, until: date, fields: Fields) -> None:
    if until < on:
        what = f"The last date, {written_date(until)}, is before the first, {written_date(on)}."
        fields.error("until", what, f"write {written_date(on)} or a later date")
    elif until - on > _LONGEST_WINDOW:
        last = written_date(on + _LONGEST_WINDOW)
        fields.error("until", f"The window is {(until - on).days} days long.", f"at most 366 days: until {last}")


def _refuse_times(start: time, end: time, fields: Fields) -> None:
    """`to` at or before `from` lies on the next date, if that makes at most twelve hours."""
    length = datetime.combine(date.min, end) - datetime.combine(date.min, start)
    if length == timedelta():
        fields.error("to", f'"{end:%H:%M}" is also the start.', "write a later hour, or leave to out")
    elif length < timedelta() and length + timedelta(days=1) > _LONGEST_WRAP:
        what = f'"{end:%H:%M}" is before the start, {start:%H:%M}, and more than 12 hours after it on the next date.'
        fields.error("to", what, f"write an hour after {start:%H:%M}")
