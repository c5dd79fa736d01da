"""Groups and addresses against the people files, and texts against the languages of those invited."""

from collections import Counter
from collections.abc import Iterator, Mapping

from convene.errors import Problem
from convene.language.texts import pick_text
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.finding_words import people_count
from convene.programme_file.checks.invited import known_groups, reader_language, reader_zone
from convene.programme_file.document import EventEntry, PersonEntry
from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.language_names import language_label
from convene.rules.facts import Text

_MOST_ALIKE = 3
"""Texts that lack the same languages, one line each; of more of them only the first is told."""


def check_invited(dossier: Dossier) -> Iterator[Problem]:
    """Everybody whom an event names is known; silent where the people files are not."""
    if dossier.people is None:
        return
    if not dossier.document.people:
        yield from _no_people_file(dossier)
    groups, addresses = known_groups(dossier.people), {person.address for person in dossier.people}
    for name, event in dossier.document.events.items():
        for number, entry in enumerate(event.invite or (), 1):
            where = f"events.{name}.invite"
            if "@" not in entry.who and entry.who not in groups:
                remedy = nearest(entry.who, groups, "write it in the column groups of the people file")
                yield from dossier.at_item(where, number, f'no group "{entry.who}".', remedy)
            elif dossier.document.people and "@" in entry.who and entry.who not in addresses:
                what = f'"{entry.who}" is in no people file.'
                unknown = "only the address is known: name and language are not"
                remedy = nearest(entry.who, sorted(addresses), unknown, likeness=0.9)
                yield from dossier.at_item(where, number, what, remedy, level="warning")


def _no_people_file(dossier: Dossier) -> Iterator[Problem]:
    """One note for all addresses: who writes no people file at all knows that nothing else is known."""
    invited = {entry.who for event in dossier.document.events.values() for entry in event.invite or ()}
    count = len([who for who in invited if "@" in who])
    if count:
        what = f"There is no people file: of {count} {'address' if count == 1 else 'addresses'} nothing else is known."
        yield from dossier.at("events", what, "add people: [people.csv] with names, languages, countries", level="note")


def missing_texts(dossier: Dossier) -> Iterator[Problem]:
    """Texts that some of their readers will be shown in another language than their own."""
    if dossier.people is None:
        return
    texts: dict[str, Text] = {}
    readers: dict[str, list[PersonEntry]] = {}
    for name, event in dossier.effective.items():
        for where, text in _texts_of(dossier, name, event):
            texts[where] = text
            readers.setdefault(where, []).extend(dossier.guests.guests(event))
    known = {person.address: person for some in readers.values() for person in some}
    languages = {address: reader_language(person, dossier.document) for address, person in known.items()}
    lacking: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for where, text in texts.items():
        spoken = Counter(languages[address] for address in {person.address for person in readers[where]})
        for missing, shown, count in _missing(text, spoken, dossier.document.programme.language):
            lacking.setdefault((where.rpartition(".")[2], missing, shown), []).append((where, count))
    for (_, missing, shown), places in lacking.items():
        yield from _lacking(dossier, missing, shown, places)


def assumed_clocks(dossier: Dossier) -> Iterator[Problem]:
    """How many of those invited live by a clock that nothing tells, so that the programme's is taken."""
    if dossier.people is None:
        return
    invited = {
        person.address: person for event in dossier.effective.values() for person in dossier.guests.guests(event)
    }
    count = sum(reader_zone(person, dossier.document).assumed for person in invited.values())
    if count:
        what = f"nothing tells where {'they live' if count > 1 else 'that is'}: {dossier.document.programme.timezone}"
        about, remedy = f"the clock of {people_count(count)}", "add country or timezone to the people file"
        yield from dossier.at("programme.timezone", what, remedy, level="assumed", about=about)


def _texts_of(dossier: Dossier, name: str, event: EventEntry) -> Iterator[tuple[str, Text]]:
    """What a reader is shown of an event, with the paths where it is written (a cohort shows its source's)."""
    own = dossier.document.events[name]
    source = name if own.same_as is None else _source(dossier, name)
    for key in ("title", "description", "reason"):
        text = getattr(event, key)
        if text:
            yield f"events.{name if getattr(own, key) else source}.{key}", text
    for number, day in enumerate(event.days or (), 1):
        if day.title:
            yield f"events.{source}.days[{number}].title", day.title
    yield from _shared_texts(dossier, event)


def _shared_texts(dossier: Dossier, event: EventEntry) -> Iterator[tuple[str, Text]]:
    document = dossier.document
    series = document.series.get(event.series or "")
    if series and not event.title:
        yield f"series.{event.series}.title", series.title
    venues = dict.fromkeys(filter(None, (event.venue, *(day.venue for day in event.days or ()))))
    for venue in venues:
        if venue in document.venues:
            yield f"venues.{venue}.title", document.venues[venue].title


def _source(dossier: Dossier, name: str) -> str:
    """The event at the end of the chain of `same_as`."""
    following = dossier.document.events[name].same_as
    return _source(dossier, following) if following else name


def _missing(text: Text, spoken: Mapping[str, int], programme_language: str) -> Iterator[tuple[str, str, int]]:
    """The languages that a text lacks ("bn km"), the one shown instead, and how many will read that. `spoken` counts
    the readers of each language.
    """
    shown_instead: dict[str, list[str]] = {}
    for language in sorted(spoken):
        shown = pick_text(text, language, programme_language)
        if shown and shown.language != language:
            shown_instead.setdefault(shown.language, []).append(language)
    for shown_language, missing in shown_instead.items():
        yield " ".join(missing), shown_language, sum(spoken[language] for language in missing)


def _lacking(dossier: Dossier, missing: str, shown: str, places: list[tuple[str, int]]) -> Iterator[Problem]:
    """One finding for each text; of many texts that lack the same, the first with the number of the others."""
    more = "" if len(places) <= _MOST_ALIKE else f", and so with {len(places) - 1} more"
    for where, count in places if not more else places[:1]:
        reads = f"{people_count(count)} will read it in {language_label(shown)}{more}"
        yield from dossier.at(where, reads, level="missing", about=f"{_label(where)} has no {missing}")


def _label(where: str) -> str:
    """`events.mutual-aid.title` as people say it: title of mutual-aid."""
    _, name, *rest = where.split(".")
    return f"{rest[-1]} of {name}" if len(rest) == 1 else f"{rest[-1]} of {name}, day {rest[0][5:-1]}"
