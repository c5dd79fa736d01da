"""Who is invited to an event, in which role; and the language and the clock of each of them."""

from collections.abc import Iterable, Mapping, Sequence

from convene.language.countries import Country, countries
from convene.language.languages import has_catalogue
from convene.programme_file.document import (
    EventEntry,
    InviteEntry,
    OrganisationEntry,
    PersonEntry,
    ProgrammeDocument,
)
from convene.rules.facts import Whereabouts
from convene.rules.language_chain import ChosenZone, choose_language, choose_zone
from convene.rules.vocabulary import Role


class GuestList:
    """Who is invited where, looked up by group: an event costs as much as it has guests, however many people there are.

    An address that no people file has is a guest all the same. Events that invite the same share one answer.
    """

    def __init__(self, people: Iterable[PersonEntry]) -> None:
        self._by_address: dict[str, PersonEntry] = {}
        self._by_group: dict[str, list[PersonEntry]] = {}
        self._known: dict[tuple[InviteEntry, ...], Mapping[str, Role]] = {}
        for person in people:
            self._by_address[person.address] = person
            for group in person.groups:
                self._by_group.setdefault(group, []).append(person)

    def roles(self, event: EventEntry) -> Mapping[str, Role]:
        """The role of everybody invited, by address: an explicit one wins over the CSV's."""
        invite = event.invite or ()
        if invite not in self._known:
            self._known[invite] = self._roles(invite)
        return self._known[invite]

    def guests(self, event: EventEntry) -> list[PersonEntry]:
        """Everybody invited."""
        return [self.person(address) for address in self.roles(event)]

    def person(self, address: str) -> PersonEntry:
        return self._by_address.get(address) or PersonEntry(address)

    def _roles(self, invite: tuple[InviteEntry, ...]) -> Mapping[str, Role]:
        explicit: dict[str, Role] = {}
        plain: dict[str, Role] = {}
        for entry in invite:
            for person in self._named(entry.who):
                plain.setdefault(person.address, person.role or Role.PARTICIPANT)
                if entry.role:
                    explicit.setdefault(person.address, entry.role)
        return plain | explicit

    def _named(self, who: str) -> list[PersonEntry]:
        return [self.person(who)] if "@" in who else self._by_group.get(who, [])


def known_groups(people: Sequence[PersonEntry]) -> list[str]:
    return sorted({group for person in people for group in person.groups})


def reader_language(person: PersonEntry, document: ProgrammeDocument) -> str:
    """The language that mails to `person` are written in (design promise 3)."""
    organisation, country = _organisation(person, document), _country(person, document)
    chosen = choose_language(
        person.language,
        organisation.language if organisation else None,
        country.languages if country else (),
        document.programme.language,
        has_catalogue,
    )
    return chosen.language


def reader_zone(person: PersonEntry, document: ProgrammeDocument) -> ChosenZone:
    """The clock that `person` lives by (design promise 3)."""
    organisation, country = _organisation(person, document), _country(person, document)
    return choose_zone(
        person.timezone,
        organisation.timezone if organisation else None,
        country.zones if country else (),
        document.programme.timezone,
    )


def whereabouts(person: PersonEntry, document: ProgrammeDocument) -> Whereabouts:
    """The zone and the country of `person`: their own, else their organisation's."""
    return Whereabouts(reader_zone(person, document).zone, _country_code(person, document))


def _organisation(person: PersonEntry, document: ProgrammeDocument) -> OrganisationEntry | None:
    return document.organisations.get(person.organisation or "")


def _country_code(person: PersonEntry, document: ProgrammeDocument) -> str | None:
    organisation = _organisation(person, document)
    return person.country or (organisation.country if organisation else None)


def _country(person: PersonEntry, document: ProgrammeDocument) -> Country | None:
    return countries().get(_country_code(person, document) or "")
