"""What differs between two tellings of an event, fact by fact, in the words of the programme file."""

from typing import NamedTuple

from convene.rules.facts import DayFacts, EventFacts, VenueFacts
from convene.rules.weekdays import written_date

_UNKNOWN = "none"


class FactChange(NamedTuple):
    """One fact: the id of its day ("" for the event's status), what it is, how it was and how it is."""

    day: str
    what: str
    old: str
    new: str


def fact_changes(old: EventFacts, new: EventFacts) -> list[FactChange]:
    """The status first, then day by day. A day that is only in one of the two is one change."""
    changes = [] if old.status is new.status else [FactChange("", "status", old.status.value, new.status.value)]
    for slug in dict.fromkeys(day.slug for facts in (old, new) for day in facts.days):
        before, after = old.day(slug), new.day(slug)
        if before and after:
            words = _words(after)
            changes += [FactChange(slug, what, was, words[what]) for what, was in _words(before).items()]
        else:
            changes.append(FactChange(slug, "day", _whole(before), _whole(after)))
    return [change for change in changes if change.old != change.new]


def _words(day: DayFacts) -> dict[str, str]:
    """The facts of a day one by one."""
    hours = f"{day.start:%H:%M}" + (f"-{day.end:%H:%M}" if day.end else "") if day.start else _UNKNOWN
    return {
        "date": written_date(day.on) + (f" to {written_date(day.last_date)}" if day.last_date > day.on else ""),
        "hours": hours + (" (the later of two)" if day.later_of_two else ""),
        "zone": day.zone,
        "mode": day.mode.value,
        "venue": _venue(day.venue),
        "link": day.link or _UNKNOWN,
    }


def _venue(venue: VenueFacts | None) -> str:
    """Its name and address, each in the language that comes first: a further one is no news."""
    if venue is None:
        return _UNKNOWN
    texts = (next(iter(text.values()), "") for text in (venue.title, venue.address))
    return ", ".join(part for part in texts if part)


def _whole(day: DayFacts | None) -> str:
    return " ".join(part for part in _words(day).values() if part != _UNKNOWN) if day else _UNKNOWN
