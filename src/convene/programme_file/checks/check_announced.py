"""`announced_as`: a written world-clock line, entry by entry against the live days of its event.

The line is that of the first live day. Further ones at the same hour of the same clock are held against it too: where
summer time ends between the two, what was right in October is wrong in November.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from convene.errors import Problem
from convene.programme_file.checks.document_facts import document_facts
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.finding_words import and_words, short_date
from convene.programme_file.checks.place_clocks import clocks_of_place
from convene.programme_file.document import EventEntry
from convene.programme_file.reading.written_dates import MONTHS
from convene.rules.announced_line import AnnouncedEntry, Verdict, judge, read_line, written_like
from convene.rules.facts import DayFacts
from convene.rules.vocabulary import Mode

_MOST_CITIES = 3


def check_announced(dossier: Dossier) -> Iterator[Problem]:
    """What is wrong with the lines of all events; errors where no clock of a place shows the hour."""
    for name, event in dossier.effective.items():
        where, line = f"events.{name}.announced_as", dossier.document.events[name].announced_as
        if line is None or any(dossier.has_fault_within(f"events.{each}") for each in (name, event.same_as) if each):
            continue
        days, entries = _live_days(dossier, event), read_line(line)
        if not days:
            what = "The event has no live day with an hour, so the line is not checked."
            remedy = "write mode: live and from in the day, or leave announced_as out"
            yield from dossier.at(where, what, remedy, level="warning")
        elif not entries:
            remedy = "write it as: 13h UTC (15h Brussels / 20h Bangkok)"
            yield from dossier.at(where, "No hour is found in the line, so it is not checked.", remedy, level="warning")
        else:
            yield from _check_line(dossier, where, entries, days[0])
            yield from _check_further_days(dossier, where, entries, days)


def _live_days(dossier: Dossier, event: EventEntry) -> list[DayFacts]:
    """The live days with an hour, the first of them and those at its hour on its clock."""
    known = all(name in dossier.document.venues for name in _venues(event))
    days = document_facts(dossier.document, event).days if known else ()
    live = [day for day in days if day.mode in (Mode.LIVE, Mode.HYBRID) and day.start]
    return [day for day in live if (day.start, day.zone) == (live[0].start, live[0].zone)]


def _venues(event: EventEntry) -> list[str]:
    return [name for name in (event.venue, *(day.venue for day in event.days or ())) if name]


def _check_line(dossier: Dossier, where: str, entries: tuple[AnnouncedEntry, ...], day: DayFacts) -> Iterator[Problem]:
    claims, first = _claims(entries, day)
    for entry in entries:
        if not entry.places:
            what = f'It is not said where it is "{entry.hour}".'
            yield from dossier.at(where, what, "name a city or a country beside the hour", level="warning")
    for claim in claims:
        if claim.shown:
            yield from _check_claim(dossier, where, claim, first)
        else:
            what, remedy = f'The clock of "{claim.place}" is not known.', "name a city or a country, such as Bangkok"
            yield from dossier.at(where, what, remedy, level="warning")


def _check_further_days(
    dossier: Dossier, where: str, entries: tuple[AnnouncedEntry, ...], days: list[DayFacts]
) -> Iterator[Problem]:
    """One warning for each entry that is wrong on a later day, and was not on the first."""
    on_first_day, first = _claims(entries, days[0])
    for place, claim in enumerate(on_first_day):
        if not claim.shown or judge(claim.entry, claim.shown, first) is Verdict.WRONG:
            continue
        for day in days[1:]:
            later, on = _claims(entries, day)
            if judge(later[place].entry, later[place].shown, on) is Verdict.WRONG:
                when = short_date(next(iter(later[place].shown.values())).date(), first.year)
                what = (
                    f"{claim.words} is right on the first live day alone: on {when} it is {_hours(later[place].shown)}."
                )
                yield from dossier.at(
                    where, what, "say both hours in the line, or leave the entry out", level="warning"
                )
                break


def _claims(entries: tuple[AnnouncedEntry, ...], day: DayFacts) -> tuple[list["_Claim"], date]:
    """What the entries claim of a day, and the date of the first of them."""
    claims = [
        _Claim(entry, place, clocks_of_place(place, day.starts_at())) for entry in entries for place in entry.places
    ]
    return claims, next((local.date() for claim in claims for local in claim.shown.values()), day.on)


@dataclass(frozen=True)
class _Claim:
    """One place of an entry, and what its clocks show (naive), by the name of each; none where it is not known."""

    entry: AnnouncedEntry
    place: str
    shown: Mapping[str, datetime]

    @property
    def words(self) -> str:
        return f'"{self.entry.hour} {self.place}"'

    def rewritten(self, first: date) -> str:
        """What to write: each city with its hour, in the way the entry is written, and the day where it differs."""
        places = [self.place] if len(self.shown) == 1 else list(self.shown)
        return "write: " + " / ".join(
            f"{written_like(local.time(), self.entry.hour)} {place}{_day(local.date(), first)}"
            for place, local in list(zip(places, self.shown.values(), strict=True))[:_MOST_CITIES]
        )


def _check_claim(dossier: Dossier, where: str, claim: _Claim, first: date) -> Iterator[Problem]:
    verdict = judge(claim.entry, claim.shown, first)
    on = short_date(next(iter(claim.shown.values())).date(), first.year)
    if verdict is Verdict.WRONG:
        what = f"{claim.words} is wrong: on {on} it is {_hours(claim.shown)}."
        yield from dossier.at(where, what, claim.rewritten(first))
    elif verdict is Verdict.AMBIGUOUS:
        what = f"{claim.words} is ambiguous: it is {_hours(claim.shown)}."
        yield from dossier.at(where, what, claim.rewritten(first), level="warning")
    elif verdict is Verdict.WRONG_DAY:
        what = f'{claim.words} is right, but "{claim.entry.day}" is wrong: it is {on} there.'
        yield from dossier.at(where, what, claim.rewritten(first))
    elif verdict is Verdict.UNSAID_DAY:
        what = f"{claim.words} is right, but on {on}: it is another day there."
        yield from dossier.at(where, what, claim.rewritten(first), level="warning")


def _hours(shown: Mapping[str, datetime]) -> str:
    if len(shown) == 1:
        return f"{next(iter(shown.values())):%H:%M} there"
    more = len(shown) - _MOST_CITIES
    hours = [f"{local:%H:%M} in {city}" for city, local in list(shown.items())[:_MOST_CITIES]]
    return and_words([*hours, "other hours elsewhere"] if more > 0 else hours)


def _day(on: date, first: date) -> str:
    return "" if on == first else f" ({on.day} {MONTHS[on.month - 1]})"
