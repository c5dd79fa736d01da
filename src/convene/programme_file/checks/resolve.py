"""What a file leaves unsaid: the days of a cohort, the mode of a day and the zone of its clock."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from convene.programme_file.document import DayEntry, DueEntry, EventEntry, ProgrammeDocument, RulePlan, VenueEntry
from convene.rules.vocabulary import EventKind, Mode

# What a cohort takes over from the event it goes through, where it says nothing itself. Its people, status, places and
# dates are its own.
_SHARED = (
    "kind", "title", "short_title", "description", "series", "number", "venue", "timezone", "organiser", "spoken",
    "materials", "alarms",
)  # fmt: skip


@dataclass(frozen=True)
class ResolvedDay:
    """How and where a day takes place. `zone` is an IANA id; `venue` the place people go to, None for online days."""

    mode: Mode
    zone: str
    venue: VenueEntry | None


def effective_event(document: ProgrammeDocument, event: EventEntry) -> EventEntry:
    """The event with what `same_as` gives it: days or due moved, and kind, titles, series, venue, zone, rules ... of
    its source where it has none of its own. Other events come back as they are.

    Raises KeyError where the source does not exist, RecursionError for a circle: `check_document` finds both.
    """
    if event.same_as is None:
        return event
    source = effective_event(document, document.events[event.same_as])
    shared = {name: getattr(event, name) or getattr(source, name) for name in _SHARED}
    shift = _shift(source, event.starts)
    return replace(
        event,
        **shared,
        rules=own_or_general(event.rules, source.rules),
        days=source.days and tuple(_moved_day(day, shift) for day in source.days),
        due=source.due and _moved_due(source.due, shift),
    )


def expand_same_as(document: ProgrammeDocument, event: EventEntry) -> tuple[DayEntry, ...]:
    """The days that a cohort goes through: its source's as written, with `on` and `until` moved by as many days as
    lie between the source's first day and `starts`. Of an event without `same_as`, its own days.
    """
    return effective_event(document, event).days or ()


def resolve_day(document: ProgrammeDocument, event: EventEntry, day: DayEntry) -> ResolvedDay:
    """Mode, zone and venue of a day of `event` (for a cohort: its effective event).

    The zone is the day's own, its venue's, the event's, the event's venue's, the programme's. Raises KeyError where
    a venue does not exist.
    """
    own = document.venues[day.venue] if day.venue else None
    general = document.venues[event.venue] if event.venue else None
    mode = day.mode or (Mode.IN_PERSON if own or general or not day.link else Mode.LIVE)
    venue_zone = own.timezone if own else None
    zone = day.timezone or venue_zone or event.timezone or (general or document.programme).timezone
    return ResolvedDay(mode, zone, own or (general if mode in (Mode.IN_PERSON, Mode.HYBRID) else None))


def event_kind(document: ProgrammeDocument, event: EventEntry) -> EventKind | None:
    """The kind of an effective event: its own, else that of its series; None where neither says."""
    series = document.series.get(event.series or "")
    return event.kind or (series.kind if series else None)


def first_date(event: EventEntry) -> date | None:
    """The earliest date of an effective event, or its due date; None where nothing is decided."""
    if event.due:
        return event.due.on
    return min((day.on for day in event.days or () if day.on), default=None)


def own_or_general(own: RulePlan, general: RulePlan) -> RulePlan:
    """Each list of its own, else the other one's: an empty list of its own says "none", and stays."""
    names = [field.name for field in fields(RulePlan)]
    return RulePlan(**{name: _first_given(getattr(own, name), getattr(general, name)) for name in names})


def _first_given(own: object, general: Any) -> Any:
    return general if own is None else own


def _shift(source: EventEntry, starts: date | None) -> timedelta:
    first = first_date(source)
    return starts - first if starts and first else timedelta()


def _moved_day(day: DayEntry, shift: timedelta) -> DayEntry:
    return replace(day, on=day.on and day.on + shift, until=day.until and day.until + shift)


def _moved_due(due: DueEntry, shift: timedelta) -> DueEntry:
    return replace(due, on=due.on + shift)
