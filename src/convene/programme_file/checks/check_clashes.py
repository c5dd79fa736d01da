"""Events of a file whose days overlap and that share people, a speaker or a venue; and days of one event that do."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from convene.errors import Problem
from convene.programme_file.checks.document_facts import day_venues
from convene.programme_file.checks.finding_words import short_date
from convene.programme_file.checks.foreseen import Foreseen
from convene.rules.clashes import BusyDay, Clash, Overlap, asks_for_presence, busy_days, overlaps, what_is_shared
from convene.rules.due import Subject
from convene.rules.facts import DayFacts, Whereabouts
from convene.rules.vocabulary import EventStatus, NoticeKind, Role

_MOST = 20
"""Clashes told one by one; of more of them only the number."""


def check_clashes(foreseen: Foreseen) -> Iterator[Problem]:
    """One finding for each two events, at the later one of the file; by date."""
    found = [overlap for overlap in _overlaps(foreseen) if overlap.venues or _share_people(foreseen, overlap)]
    for overlap in found[:_MOST]:
        yield from _clash(foreseen, overlap)
    for overlap in found[_MOST : _MOST + 1]:
        about = f"{len(found) - _MOST} more pairs of events"
        what = "they overlap and share people or a venue"
        yield from foreseen.dossier.at(f"events.{overlap.second}", what, level="clash", about=about)


def check_own_days(foreseen: Foreseen) -> Iterator[Problem]:
    """One finding for each event that has two days at one time, which nobody means: most often a date was copied."""
    for name, facts in foreseen.facts.items():
        hours = [day for day in facts.days if day.start and asks_for_presence(day)]
        pairs = pairwise(sorted(hours, key=DayFacts.starts_at))
        together = next((pair for pair in pairs if _is_at_one_time(*pair)), None)
        if together and facts.status is EventStatus.CONFIRMED:
            first, second = together
            about = f"{short_date(second.on, second.on.year)}, {name}"
            what = f"its days {first.slug} and {second.slug} overlap"
            yield from foreseen.dossier.at(f"events.{name}.days", what, level="clash", about=about)


def _is_at_one_time(first: DayFacts, second: DayFacts) -> bool:
    """Of a day without an end nobody knows whether the next one finds it still running."""
    return first.starts_at() == second.starts_at() or (first.end is not None and second.starts_at() < first.ends_at())


def _share_people(foreseen: Foreseen, overlap: Overlap[str]) -> bool:
    return not foreseen.roles(overlap.first).keys().isdisjoint(foreseen.roles(overlap.second))


def _overlaps(foreseen: Foreseen) -> list[Overlap[str]]:
    days = [day for name in foreseen.facts for day in _busy_days(foreseen, name)]
    wrapped = {name: event.part_of for name, event in foreseen.events.items() if event.part_of}
    return overlaps(days, wrapped)


def _clash(foreseen: Foreseen, overlap: Overlap[str]) -> Iterator[Problem]:
    first, second = sorted((overlap.first, overlap.second), key=foreseen.order.__getitem__)
    about = f"{short_date(overlap.on, overlap.on.year)}, {first} and {second}"
    yield from foreseen.dossier.at(f"events.{second}", _what(foreseen, overlap), level="clash", about=about)


def _busy_days(foreseen: Foreseen, name: str) -> list[BusyDay[str]]:
    return busy_days(name, foreseen.facts[name], day_venues(foreseen.dossier.document, foreseen.events[name]))


def _what(foreseen: Foreseen, overlap: Overlap[str]) -> str:
    first, second = foreseen.roles(overlap.first), foreseen.roles(overlap.second)
    shared = first.keys() & second.keys()
    speakers = sum(Role.SPEAKER in (first[address], second[address]) for address in shared)
    clash = Clash(overlap.first, overlap.second, overlap.on, len(shared), speakers, overlap.venues)
    places = {foreseen.place(address) for address in shared}
    return what_is_shared(clash, one_mail=bool(shared) and _one_mail(foreseen, overlap, places))


def _one_mail(foreseen: Foreseen, overlap: Overlap[str], places: set[Whereabouts]) -> bool:
    """Whether the last reminders of both events fall on one date for all who are in both, and so make one digest."""
    last = [
        (_last_reminder(foreseen, overlap.first, place), _last_reminder(foreseen, overlap.second, place))
        for place in places
    ]
    return all(first is not None and first == second for first, second in last)


def _last_reminder(foreseen: Foreseen, name: str, place: Whereabouts) -> date | None:
    """The date, on the reader's clock, of the last reminder that counts days; None where there is none."""
    subject = Subject(foreseen.facts[name])
    rules = [rule for rule in foreseen.rules[name] if rule.kind is NoticeKind.REMINDER]
    found = [foreseen.due(rule, subject, place) for rule in rules if not rule.counts_instants and not rule.each]
    return max((moment.local.date() for moment in found if moment), default=None)
