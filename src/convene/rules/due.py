"""When a notice is due: the one place that turns a rule, an event and a reader into a moment.

Days, weeks and months count on the calendar of the first clock printed (design promise 2), and `at` is the reader's
clock; hours and minutes count from the instant. Working days move what counts in days, never what counts in hours.

An hour that clocks skip is taken on the clock as it was before the change (02:30 in a gap of one hour is due when the
clock shows 03:30), an hour that they show twice the first time: one rule, one moment, as RFC 5545 3.3.5 reads them.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from convene.rules.clock import first_clock_date, last_clock_date
from convene.rules.facts import DayFacts, EventFacts, Whereabouts
from convene.rules.rule import FOLLOW_UPS, Rule
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.working_days import FreeDay, Shift, always_working, shift_to_working_day
from convene.rules.zones import instant, wall_clock

_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}


class Due(NamedTuple):
    """A moment (UTC) and the reader's `zone`. `shifted_from` is the local moment, on that clock, before a shift."""

    at: datetime
    zone: str
    shifted_from: datetime | None = None
    shifted_why: str = ""

    @property
    def local(self) -> datetime:
        """The moment on the reader's clock, without its zone."""
        return wall_clock(self.at, self.zone)


@dataclass(frozen=True)
class Subject:
    """What one notice speaks of: the event as it stands, or one day of it (`each day`)."""

    facts: EventFacts
    day: DayFacts | None = None

    @cached_property
    def opening(self) -> DayFacts | None:
        return self.day or self.facts.first_day

    @cached_property
    def ending(self) -> DayFacts | None:
        return self.day or self.facts.last_day


def subjects(rule: Rule, facts: EventFacts) -> tuple[Subject, ...]:
    """The notices that one rule makes of an event: one, or one per (live) day; none for an event without a date."""
    if not facts.days:
        return ()
    if not rule.each:
        return (Subject(facts),)
    live_only = rule.each == "live day"
    return tuple(Subject(facts, day) for day in facts.days if not live_only or day.mode in (Mode.LIVE, Mode.HYBRID))


def occurrence(rule: Rule, subject: Subject) -> str:
    """The wall-clock start and zone that the notice speaks of (follow-ups: the end), as text.

    Part of a notice's identity: an event that moves is reminded anew, one whose zone data changes is not.
    """
    if rule.kind in FOLLOW_UPS.values():
        day = subject.ending
        return "" if day is None else written_occurrence(day.end_date, day.end, day.zone)
    day = subject.opening
    return "" if day is None else written_occurrence(day.on, day.start, day.zone)


def due(
    rule: Rule,
    subject: Subject,
    reader: Whereabouts,
    is_free: FreeDay = always_working,
    joining: datetime | None = None,
) -> Due | None:
    """When the notice is due, or None where the rule finds nothing to count from (no date, no hour, no window).

    `joining` is the moment (UTC) at which the reader's invitation took effect.
    """
    if rule.on is not None:
        return _on_written_date(rule, rule.on, subject, reader)
    if rule.counts_instants:
        return _due_by_instant(rule, subject, reader, joining)
    return _due_by_date(rule, subject, reader, is_free, joining)


def unshifted(moment: Due) -> Due:
    """The same notice where it would be due without the shift to a working day."""
    if moment.shifted_from is None:
        return moment
    before = moment.shifted_from
    return Due(instant(before.date(), before.time(), moment.zone, before.fold), moment.zone)


def _on_written_date(rule: Rule, on: date, subject: Subject, reader: Whereabouts) -> Due:
    return Due(instant(on, rule.at or time(9, 0), _clock_of(rule, subject, reader)), reader.zone)


def _due_by_instant(rule: Rule, subject: Subject, reader: Whereabouts, joining: datetime | None) -> Due | None:
    anchor = _anchor_instant(rule, subject, reader, joining)
    if anchor is None:
        return None
    length = rule.amount * _UNITS[rule.unit]
    return Due(anchor + length if rule.after else anchor - length, reader.zone)


def _due_by_date(
    rule: Rule, subject: Subject, reader: Whereabouts, is_free: FreeDay, joining: datetime | None
) -> Due | None:
    anchor = _anchor_date(rule, subject, reader, joining)
    if anchor is None or rule.at is None:
        return None
    on = _count(anchor, rule)
    clock = _clock_of(rule, subject, reader)
    at = instant(on, rule.at, clock)
    shown = wall_clock(at, reader.zone)
    shift = _shift(rule, shown.date(), is_free)
    if shift is None:
        return Due(at, reader.zone)
    to = on + (shift.to - shown.date())
    return Due(instant(to, rule.at, clock), reader.zone, shown, shift.why)


def _shift(rule: Rule, on: date, is_free: FreeDay) -> Shift | None:
    """Reminders move to the working day before, follow-ups to the one after; invitations stay."""
    if rule.kind is NoticeKind.INVITATION:
        return None
    return shift_to_working_day(on, is_free, later=rule.kind in FOLLOW_UPS.values())


def _anchor_instant(rule: Rule, subject: Subject, reader: Whereabouts, joining: datetime | None) -> datetime | None:
    if rule.anchor == "joining":
        return joining
    if rule.anchor == "closing":
        window = closing_window(subject)
        return window.ends_at(reader.zone) if window else None
    day = subject.opening if rule.anchor == "start" else subject.ending
    if day is None:
        return None
    if day.mode is Mode.DEADLINE or (rule.anchor == "end" and day.mode is Mode.ON_DEMAND):
        return day.ends_at(reader.zone)
    if rule.anchor == "start":
        return day.starts_at(reader.zone) if day.start else None
    return day.ends_at(reader.zone) if day.end else None


def _anchor_date(rule: Rule, subject: Subject, reader: Whereabouts, joining: datetime | None) -> date | None:
    if rule.anchor == "joining":
        return joining and wall_clock(joining, reader.zone).date()
    if rule.anchor == "closing":
        window = closing_window(subject)
        return window.last_date if window else None
    day = subject.opening if rule.anchor == "start" else subject.ending
    if day is None:
        return None
    return first_clock_date(day, reader) if rule.anchor == "start" else last_clock_date(day, reader)


def closing_window(subject: Subject) -> DayFacts | None:
    """The on-demand window that closes last; None where there is none."""
    days = (subject.day,) if subject.day else subject.facts.days
    windows = [day for day in days if day.mode is Mode.ON_DEMAND]
    return max(windows, key=lambda day: day.last_date) if windows else None


def _clock_of(rule: Rule, subject: Subject, reader: Whereabouts) -> str:
    day = subject.opening
    return day.clock_zone(reader.zone) if rule.venue_time and day else reader.zone


def _count(anchor: date, rule: Rule) -> date:
    amount = rule.amount if rule.after else -rule.amount
    if rule.unit == "months":
        return _add_months(anchor, amount)
    return anchor + timedelta(days=amount * (7 if rule.unit == "weeks" else 1))


def _add_months(anchor: date, months: int) -> date:
    """The same day of the month, or the month's last where it has no such day."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


def written_occurrence(on: date, at: time | None, zone: str) -> str:
    """A wall clock as text: "2020-01-20T09:00 Asia/Phnom_Penh", without the hour where none is known."""
    return f"{on.isoformat()}{'T' + at.isoformat('minutes') if at else ''} {zone}"
