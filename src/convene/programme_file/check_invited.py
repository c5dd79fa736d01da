"""Groups and addresses against the people files, and texts against the languages of those invited."""

from collections import Counter
from collections.abc import Iterator, Sequence

from convene.errors import Problem
from convene.language.texts import pick_text
from convene.programme_file.document import EventEntry, PersonEntry
from convene.programme_file.dossier import Dossier
from convene.programme_file.fields import nearest
from convene.programme_file.invited import invited_people, known_groups, reader_language
from convene.programme_file.language_names import language_label
from convene.rules.facts import Text


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
            readers.setdefault(where, []).extend(invited_people(event, dossier.people))
    for where, text in texts.items():
        yield from _missing(dossier, where, text, readers[where])


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


def _missing(dossier: Dossier, where: str, text: Text, readers: Sequence[PersonEntry]) -> Iterator[Problem]:
    """One note for each language that readers of other languages are shown instead of their own."""
    languages = Counter({person.address: reader_language(person, dossier.document) for person in readers}.values())
    shown_instead: dict[str, list[str]] = {}
    for language in sorted(languages):
        shown = pick_text(text, language, dossier.document.programme.language)
        if shown and shown.language != language:
            shown_instead.setdefault(shown.language, []).append(language)
    for shown_language, missing in shown_instead.items():
        count = sum(languages[language] for language in missing)
        reads = f"{count} {'person' if count == 1 else 'people'} will read it in {language_label(shown_language)}"
        yield from dossier.at(where, f"{_label(where)} has no {', '.join(missing)}.", reads, level="note")


def _label(where: str) -> str:
    """`events.mutual-aid.title` as people say it: title of mutual-aid."""
    _, name, *rest = where.split(".")
    return f"{rest[-1]} of {name}" if len(rest) == 1 else f"{rest[-1]} of {name}, day {rest[0][5:-1]}"
