"""Who of the people files is invited to an event, and in which language each of them reads."""

from collections.abc import Iterable, Sequence

from convene.language.countries import countries
from convene.language.languages import has_catalogue
from convene.programme_file.document import EventEntry, PersonEntry, ProgrammeDocument
from convene.rules.language_chain import choose_language


def invited_people(event: EventEntry, people: Iterable[PersonEntry]) -> list[PersonEntry]:
    """Everybody whom the event's `invite` names, by group or by address, once each and in the order of the files."""
    named = {entry.who for entry in event.invite or ()}
    return [person for person in people if person.address in named or named.intersection(person.groups)]


def known_groups(people: Sequence[PersonEntry]) -> list[str]:
    return sorted({group for person in people for group in person.groups})


def reader_language(person: PersonEntry, document: ProgrammeDocument) -> str:
    """The language that mails to `person` are written in (design promise 3)."""
    organisation = document.organisations.get(person.organisation or "")
    code = person.country or (organisation.country if organisation else None)
    country = countries().get(code or "")
    chosen = choose_language(
        person.language,
        organisation.language if organisation else None,
        country.languages if country else (),
        document.programme.language,
        has_catalogue,
    )
    return chosen.language
