"""What free days and quiet hours do to a programme: notices that move, and dates that stay all the same."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from convene.errors import Problem
from convene.programme_file.checks.finding_words import (
    and_words,
    moved_from,
    people_count,
    short_date,
    short_moment,
    short_rule,
    why_free,
)
from convene.programme_file.checks.foreseen import Foreseen
from convene.programme_file.reading.country_names import country_label
from convene.rules.clock import first_clock_date
from convene.rules.facts import DayFacts
from convene.rules.rule import Rule

_MOST_EVENTS = 3
"""Events with the same thing to say, one line each; of more of them only the first is told."""
_MOST_COUNTRIES = 3


@dataclass(frozen=True)
class _Move:
    """One shift, on the clocks of those who share it: from where (naive), why, and to where."""

    before: datetime
    why: str
    after: datetime


_Moves = Mapping[_Move, int]
"""The shifts of one rule in one country, and how many people each concerns."""


def moved_notices(foreseen: Foreseen) -> Iterator[Problem]:
    """One finding for each rule, event and country whose notices do not leave on the day or at the hour that the rule
    names.
    """
    for (words, country), events in _moves_by_words(foreseen).items():
        if len(events) > _MOST_EVENTS:
            name = min(events, key=lambda event: min(move.before for move in events[event]))
            further = f", and {len(events) - 1} more events"
            yield from _moved(foreseen, name, words, country, events[name], further)
            continue
        for name, moves in events.items():
            # Where one event alone has such a shift, it needs no name: "3 days before, Bangladesh".
            named = short_rule(words) if len(events) == 1 else f"{words} {name}"
            further = f", and {len(moves) - 1} more like it" if len(moves) > 1 else ""
            yield from _moved(foreseen, name, named, country, moves, further)


def _moved(
    foreseen: Foreseen, name: str, words: str, country: str | None, moves: _Moves, further: str
) -> Iterator[Problem]:
    """The earliest of the shifts in words, and how many there are besides (a rule for each day, two clocks)."""
    first, year = min(moves, key=lambda move: move.before), foreseen.facts[name].days[0].on.year
    remedy = f"-> {short_moment(first.after, year)}, {people_count(moves[first])}{further}"
    about = f"{words}, {country_label(country)}" if country else words
    what = moved_from(first.before, first.why, year)
    yield from foreseen.dossier.at(f"events.{name}", what, remedy, level="moved", about=about)


def _moves_by_words(foreseen: Foreseen) -> dict[tuple[str, str | None], dict[str, _Moves]]:
    """The shifts by rule and country, and then by event."""
    found: dict[tuple[str, str | None], dict[str, _Moves]] = {}
    for name, rules in foreseen.rules.items():
        moves = _moves(foreseen, name)
        for rule in rules:
            for country, of_country in moves.get(rule.text, {}).items():
                found.setdefault((_words(rule), country), {})[name] = of_country
    return found


def _moves(foreseen: Foreseen, name: str) -> dict[str, dict[str | None, Counter[_Move]]]:
    """The shifts of an event's notices by the text of their rule and by country."""
    found: dict[str, dict[str | None, Counter[_Move]]] = {}
    for notice, (place, count) in foreseen.notices(name):
        due = notice.due
        if due.shifted_from:
            by_country = found.setdefault(notice.cause.rule, {})
            move = _Move(due.shifted_from, due.shifted_why, due.local)
            by_country.setdefault(place.country, Counter())[move] += count
    return found


def _words(rule: Rule) -> str:
    """The rule without its hour, which the moment in the finding shows: "3 days before", "progress 3 months after"."""
    return rule.text.partition(" at ")[0]


_Free = dict[tuple[date, str], list[str]]
"""Countries by the date and the reason for which it is free there."""


@dataclass(frozen=True)
class _Stays:
    """A date that is free somewhere and stays: the event, what the date is of it, the date and why it is free."""

    event: str
    called: str
    on: date
    why: str


def free_days_of_events(foreseen: Foreseen) -> Iterator[Problem]:
    """The days of events that are free where they are held, or in the country of anybody invited: they stay."""
    found: dict[tuple[str, ...], list[_Stays]] = {}
    for name, facts in foreseen.facts.items():
        for number, day in enumerate(facts.days, 1):
            called = f"{name} day {number}" if len(facts.days) > 1 else name
            for (on, why), countries in _free_countries(foreseen, name, day).items():
                found.setdefault((*countries, why), []).append(_Stays(name, called, on, why))
    for (*countries, _), days in found.items():
        kept, further = _first_of(days)
        for stays in kept:
            yield from _stays(foreseen, stays, countries, f"; the day stays{further}")


def free_written_dates(foreseen: Foreseen) -> Iterator[Problem]:
    """Rules with a written date that is free in the country of somebody invited: they never move."""
    for name, rules in foreseen.rules.items():
        for rule in rules:
            if rule.on and foreseen.facts[name].days:
                countries = ((place.country, rule.on) for place in foreseen.guests(name))
                for (on, why), free in _by_date_and_reason(foreseen, countries).items():
                    stays = _Stays(name, f"reminder of {name}", on, why)
                    yield from _stays(foreseen, stays, free, "; a written date stays")


def _first_of(days: list[_Stays]) -> tuple[list[_Stays], str]:
    if len(days) <= _MOST_EVENTS:
        return days, ""
    return [min(days, key=lambda day: day.on)], f", and so do {len(days) - 1} more"


def _stays(foreseen: Foreseen, stays: _Stays, countries: Sequence[str], ending: str) -> Iterator[Problem]:
    year = foreseen.facts[stays.event].days[0].on.year
    what = f"{short_date(stays.on, year)} {why_free(stays.why)}{ending}"
    about = f"{stays.called}, {_named(countries)}"
    yield from foreseen.dossier.at(f"events.{stays.event}", what, level="holiday", about=about)


def _free_countries(foreseen: Foreseen, name: str, day: DayFacts) -> _Free:
    """Where the day is free; a window or a visit only where all of it is: one working day of it is enough."""
    held = [(day.venue.country, day.on)] if day.venue else []
    read = [(place.country, first_clock_date(day, place)) for place in foreseen.guests(name)]
    return _by_date_and_reason(foreseen, [*held, *read], (day.last_date - day.on).days)


def _by_date_and_reason(foreseen: Foreseen, dates: Iterable[tuple[str | None, date]], further_days: int = 0) -> _Free:
    found: _Free = {}
    for country, on in sorted({(country, on) for country, on in dates if country}):
        is_free = foreseen.free(country)
        why = is_free(on)
        if why and all(is_free(on + timedelta(days=n)) for n in range(1, further_days + 1)):
            found.setdefault((on, why), []).append(country)
    return found


def _named(countries: Sequence[str]) -> str:
    if len(countries) > _MOST_COUNTRIES:
        return f"{len(countries)} countries"
    return and_words(sorted(country_label(country) for country in countries))
