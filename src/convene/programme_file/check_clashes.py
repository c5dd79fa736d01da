"""Events of a file whose days overlap and that share people, a speaker or a venue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from convene.errors import Problem
from convene.programme_file.document_facts import day_venues
from convene.programme_file.finding_words import short_date
from convene.programme_file.outlook import Outlook
from convene.rules.clashes import BusyDay, Clash, Overlap, busy_days, overlaps, what_is_shared
from convene.rules.due import Subject
from convene.rules.facts import Whereabouts
from convene.rules.vocabulary import NoticeKind, Role

_MOST = 20
"""Clashes told one by one; of more of them only the number."""


def check_clashes(outlook: Outlook) -> Iterator[Problem]:
    """One finding for each two events, at the later one of the file; by date."""
    found = [problem for overlap in _overlaps(outlook) for problem in _clash(outlook, overlap)]
    yield from found[:_MOST]
    if len(found) > _MOST:
        what = "they overlap and share people or a venue"
        about = f"{len(found) - _MOST} more pairs of events"
        yield replace(found[_MOST], what=what, about=about)


def _overlaps(outlook: Outlook) -> list[Overlap[str]]:
    days = [day for name in outlook.facts for day in _busy_days(outlook, name)]
    wrapped = {name: event.part_of for name, event in outlook.events.items() if event.part_of}
    return overlaps(days, wrapped)


def _clash(outlook: Outlook, overlap: Overlap[str]) -> Iterator[Problem]:
    shared = outlook.roles(overlap.first).keys() & outlook.roles(overlap.second).keys()
    if shared or overlap.venues:
        first, second = sorted((overlap.first, overlap.second), key=outlook.order.__getitem__)
        about = f"{short_date(overlap.on, overlap.on.year)}, {first} and {second}"
        what = _what(outlook, overlap, shared)
        yield from outlook.dossier.at(f"events.{second}", what, level="clash", about=about)


def _busy_days(outlook: Outlook, name: str) -> list[BusyDay[str]]:
    return busy_days(name, outlook.facts[name], day_venues(outlook.dossier.document, outlook.events[name]))


def _what(outlook: Outlook, overlap: Overlap[str], shared: set[str]) -> str:
    first, second = outlook.roles(overlap.first), outlook.roles(overlap.second)
    speakers = sum(Role.SPEAKER in (first[address], second[address]) for address in shared)
    clash = Clash(overlap.first, overlap.second, overlap.on, len(shared), speakers, overlap.venues)
    places = {outlook.place(address) for address in shared}
    return what_is_shared(clash, one_mail=bool(shared) and _one_mail(outlook, overlap, places))


def _one_mail(outlook: Outlook, overlap: Overlap[str], places: set[Whereabouts]) -> bool:
    """Whether the last reminders of both events fall on one date for all who are in both, and so make one digest."""
    last = [
        (_last_reminder(outlook, overlap.first, place), _last_reminder(outlook, overlap.second, place))
        for place in places
    ]
    return all(first is not None and first == second for first, second in last)


def _last_reminder(outlook: Outlook, name: str, place: Whereabouts) -> date | None:
    """The date, on the reader's clock, of the last reminder that counts days; None where there is none."""
    subject = Subject(outlook.facts[name])
    rules = [rule for rule in outlook.rules[name] if rule.kind is NoticeKind.REMINDER]
    found = [outlook.due(rule, subject, place) for rule in rules if not rule.counts_instants and not rule.each]
    return max((moment.local.date() for moment in found if moment), default=None)
