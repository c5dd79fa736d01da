"""Clock times where they happen: hours that clocks skip or repeat, days longer than a day, dates not decided yet."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from convene.errors import Problem
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.resolve import resolve_day
from convene.programme_file.document import DayEntry, DueEntry, EventEntry
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.weekdays import written_date
from convene.rules.zones import is_repeated, is_skipped

_LONGEST_DAY = timedelta(hours=24)
_LATEST = date(2199, 12, 31)


def check_times(dossier: Dossier) -> Iterator[Problem]:
    """Every day and every due moment, also those that a cohort takes over."""
    for name, event in dossier.effective.items():
        for number, day in enumerate(event.days or (), 1):
            where = f"events.{name}.starts" if event.same_as else f"events.{name}.days[{number}]"
            if not dossier.is_faulty(where):
                yield from _check_day(dossier, where, event, day)
        if event.due:
            where = f"events.{name}.starts" if event.same_as else f"events.{name}.due.at"
            yield from _check_due(dossier, where, event.due)


def undecided_notes(dossier: Dossier) -> Iterator[Problem]:
    """The days without a date: they are in no feed, and nobody is told of them."""
    for name, event in dossier.document.events.items():
        for number, day in enumerate(event.days or (), 1):
            if day.undecided:
                where, what = f"events.{name}.days[{number}].on", f'the date is "{day.undecided}"'
                about = f"{name} day {number}" if len(event.days or ()) > 1 else name
                remedy = "people are told when it is fixed"
                yield from dossier.at(where, what, remedy, level="undated", about=about)


def _check_day(dossier: Dossier, where: str, event: EventEntry, day: DayEntry) -> Iterator[Problem]:
    venues = dossier.document.venues
    if day.on is None or any(name not in venues for name in (day.venue, event.venue) if name):
        return
    if day.on > _LATEST:
        yield from dossier.at(where, f"{written_date(day.on)} is out of reach.", "write an earlier date")
        return
    resolved = resolve_day(dossier.document, event, day)
    yield from _check_length(dossier, where, day, resolved.mode)
    yield from _check_moment(dossier, where, "from", day, day.on, day.start, resolved.zone)
    yield from _check_moment(dossier, where, "to", day, _end_date(day, day.on), day.end, resolved.zone)


def _check_due(dossier: Dossier, where: str, due: DueEntry) -> Iterator[Problem]:
    """On each reader's own clock every hour is some moment; on the clock of one place it must be a single one."""
    if due.at is None or due.timezone == READER_ZONE:
        return
    if is_skipped(due.on, due.at, due.timezone):
        yield from _skipped(dossier, where, due.on, due.at, due.timezone)
    elif is_repeated(due.on, due.at, due.timezone):
        yield from _repeated(dossier, where, due.on, due.at, due.timezone, "write an hour before or after the change")


def _check_length(dossier: Dossier, where: str, day: DayEntry, mode: Mode) -> Iterator[Problem]:
    if mode is Mode.ON_DEMAND and day.start:
        what = "An on-demand day is a window of dates: its hours are kept and not printed."
        yield from dossier.at(_under(where, "from"), what, "leave from and to out", level="note")
    elif mode is Mode.IN_PERSON and day.until and not day.start:
        return  # a visit: one free bar over its dates
    elif mode is not Mode.ON_DEMAND and day.on and day.until and day.until > day.on and _length(day) > _LONGEST_DAY:
        whole = "leave from and to out for a visit" if mode is Mode.IN_PERSON else "mode: on-demand for a window"
        remedy = f"write one day for each date, or {whole}"
        yield from dossier.at(_under(where, "until"), "A day lasts at most 24 hours.", remedy)


def _length(day: DayEntry) -> timedelta:
    """How long the wall clock runs from the start to the end, both on their dates."""
    assert day.on
    first = datetime.combine(day.on, day.start or time.min)
    last = datetime.combine(_end_date(day, day.on), day.end or time.max)
    return last - first


def _check_moment(
    dossier: Dossier, where: str, key: str, day: DayEntry, on: date, at: time | None, zone: str
) -> Iterator[Problem]:
    if at is None:
        return
    if is_skipped(on, at, zone):
        yield from _skipped(dossier, _under(where, key), on, at, zone)
    elif day.fold is None and is_repeated(on, at, zone):
        own = where.endswith("]")
        remedy = "add fold: earlier, or fold: later" if own else "write days here, with fold: earlier or fold: later"
        yield from _repeated(dossier, _under(where, key), on, at, zone, remedy)


def _skipped(dossier: Dossier, where: str, on: date, at: time, zone: str) -> Iterator[Problem]:
    what = f"On {written_date(on)} the clocks of {zone} skip {at:%H:%M}."
    yield from dossier.at(where, what, "write an hour before or after the change")


def _repeated(dossier: Dossier, where: str, on: date, at: time, zone: str, remedy: str) -> Iterator[Problem]:
    what = f"On {written_date(on)} the clocks of {zone} show {at:%H:%M} twice."
    yield from dossier.at(where, what, remedy)


def _end_date(day: DayEntry, on: date) -> date:
    if day.until and day.until > on:
        return day.until
    return on + timedelta(days=1) if day.start and day.end and day.end <= day.start else on


def _under(where: str, key: str) -> str:
    """The key of a day; of a day that a cohort takes over, the date that moved it."""
    return f"{where}.{key}" if where.endswith("]") else where
