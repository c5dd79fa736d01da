"""Until when a notice is worth sending (design promise 4). After that it is `missed`, with the reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from convene.rules.due import Subject, closing_window
from convene.rules.facts import DayFacts, EventFacts
from convene.rules.rule import Rule
from convene.rules.vocabulary import Mode, NoticeKind

_THANKS_DAYS = 7
_ACTION_PLAN_DAYS = 30
_PROGRESS_DAYS = 30
_NO_DATE_DAYS = 30

TOO_LATE = "it came too late to be of use"
"""Why a notice is missed whose use had ended before it could leave."""


def reminder_useful_until(rule: Rule, subject: Subject, reader_zone: str) -> datetime:
    """The moment that the reminder speaks of: the start of a day or an event, its end, the end of a window."""
    if rule.anchor in ("end", "closing"):
        day = subject.ending if rule.anchor == "end" else closing_window(subject)
        assert day is not None  # a rule makes nothing of an event without a day, or without a window
        return day.ends_at(reader_zone)
    assert subject.opening is not None  # the same
    return lies_ahead_until(subject.opening, reader_zone)


def invitation_useful_until(facts: EventFacts, reader_zone: str) -> datetime:
    """The start of the day that begins last: a window may stay open beyond it. The event has one day at least."""
    return max(lies_ahead_until(day, reader_zone) for day in facts.days)


def correction_useful_until(days: Iterable[DayFacts], reader_zone: str) -> datetime:
    """The start of the last of the days that changed: day 3 may be corrected while day 2 runs."""
    return max(open_until(day, reader_zone) for day in days)


def open_until(day: DayFacts, reader_zone: str) -> datetime:
    """The moment (UTC) up to which one can still follow what is new of a day: of a window, until it closes."""
    return day.ends_at(reader_zone) if day.mode is Mode.ON_DEMAND else lies_ahead_until(day, reader_zone)


def no_date_useful_until(changed_at: datetime) -> datetime:
    """30 days for the news that nothing comes of what people were told to wait for, without a date: no day ends it."""
    return changed_at + timedelta(days=_NO_DATE_DAYS)


def follow_up_useful_until(kind: NoticeKind, due_at: datetime, next_progress_at: datetime | None) -> datetime:
    """7 days for thanks, 30 for an action plan; progress until the next one of the same event, at most 30 days."""
    if kind is NoticeKind.THANKS:
        return due_at + timedelta(days=_THANKS_DAYS)
    if kind is NoticeKind.ACTION_PLAN or next_progress_at is None:
        return due_at + timedelta(days=_ACTION_PLAN_DAYS)
    return min(next_progress_at, due_at + timedelta(days=_PROGRESS_DAYS))


def lies_ahead_until(day: DayFacts, reader_zone: str) -> datetime:
    """The moment (UTC) up to which a day lies ahead: its start, of a deadline its end."""
    return day.ends_at(reader_zone) if day.mode is Mode.DEADLINE else day.starts_at(reader_zone)
