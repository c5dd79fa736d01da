"""People from a CSV: filled cells change a person, empty ones never clear; groups and roles belong to a programme."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from convene.model.person import GroupMember, Membership, Person
from convene.model.programme import Programme
from convene.programme_file.document import PersonEntry
from convene.store.erased_addresses import erased_among
from convene.store.programme_rows import hold_in_order, load_programme, programme_named, row_id
from convene.usecases.invite_people import update_invitations
from convene.usecases.mails_ahead import MailsAhead
from convene.usecases.plan_notices import replan

_OWN_COLUMNS = ("name", "salutation", "country", "language", "timezone", "digits", "gender", "organisation", "side")


@dataclass
class ImportedPeople:
    """What an import did. `changed` maps an address to what became different ("language: km -> en"), `programmes` to
    the ids of those that knew the person before. `joined` and `left` count people by group, `roles` by new role.
    `erased` are left out: those addresses were erased.
    """

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    programmes: dict[str, list[str]] = field(default_factory=dict)
    joined: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    erased: list[PersonEntry] = field(default_factory=list)


def without_erased(session: Session, entries: Sequence[PersonEntry]) -> tuple[list[PersonEntry], list[PersonEntry]]:
    """The entries that may be taken, and those whose address was erased."""
    erased = erased_among(session, [entry.address for entry in entries])
    taken: list[PersonEntry] = []
    left_out: list[PersonEntry] = []
    for entry in entries:
        (left_out if entry.address in erased else taken).append(entry)
    return taken, left_out


def import_people(session: Session, entries: Sequence[PersonEntry], now: datetime) -> ImportedPeople:
    """Insert or update the persons themselves."""
    result = ImportedPeople()
    known = _people_by_address(session, [entry.address for entry in entries])
    for entry in entries:
        person = known.get(entry.address)
        if person is None:
            person = Person(address=entry.address, created_at=now)
            session.add(person)
            known[entry.address] = person
            result.added.append(entry.address)
            _take_cells(person, entry)
        else:
            differences = _take_cells(person, entry)
            if differences:
                result.changed.setdefault(entry.address, []).extend(differences)
                result.programmes[entry.address] = _programmes_of(session, person)
    session.flush()
    return result


@dataclass
class TakenPeople:
    """What taking a people file did, and the mails that follow from it."""

    people: ImportedPeople
    mails: MailsAhead = field(default_factory=MailsAhead)


def take_people(session: Session, entries: Sequence[PersonEntry], programme: str | None, now: datetime) -> TakenPeople:
    """Import people, and into `programme` their groups and roles; every programme that knows them is planned again.

    Raises NotFoundError for an unknown programme.
    """
    hold_in_order(session, session.scalars(select(Programme.id)))
    entries, erased = without_erased(session, entries)
    taken = TakenPeople(import_people(session, entries, now))
    taken.people.erased = erased
    if programme is not None:
        row = programme_named(session, programme)
        join_programme(session, row, entries)
        add_to_groups(session, row, entries)
        update_invitations(session, load_programme(session, row), now)
    for row in session.exec(select(Programme).order_by(col(Programme.id))).all():
        taken.mails += replan(session, load_programme(session, row), now).mails
    return taken


def join_programme(session: Session, programme: Programme, entries: Sequence[PersonEntry]) -> Counter[str]:
    """Make the people members of the programme, with the roles that the CSV gives them there; how many of those who
    were members before have a new role, by role.
    """
    changed: Counter[str] = Counter()
    ids = _ids(session, entries)
    known = {
        row.person_id: row
        for row in session.exec(select(Membership).where(Membership.programme_id == row_id(programme)))
    }
    for entry in entries:
        person_id = ids[entry.address]
        member = known.get(person_id)
        if member is None:
            member = known[person_id] = Membership(programme_id=row_id(programme), person_id=person_id)
            session.add(member)
        if entry.role is not None and member.role != entry.role.value:
            changed[entry.role.value] += member.id is not None
            member.role = entry.role.value
    session.flush()
    return +changed


def replace_groups(
    session: Session, programme: Programme, entries: Sequence[PersonEntry]
) -> tuple[Counter[str], Counter[str]]:
    """The groups of the programme become exactly those of the CSV; how many people joined and left, by group."""
    before = _members(session, programme)
    session.execute(delete(GroupMember).where(col(GroupMember.programme_id) == row_id(programme)))
    add_to_groups(session, programme, entries)
    after = _members(session, programme)
    joined, left = (Counter(group for group, _ in sorted(members)) for members in (after - before, before - after))
    return joined, left


def add_to_groups(session: Session, programme: Programme, entries: Sequence[PersonEntry]) -> None:
    """Add the people to the groups that their rows name; nobody leaves a group."""
    ids = _ids(session, entries)
    wanted = {(group, ids[entry.address]) for entry in entries for group in entry.groups}
    for group, person_id in sorted(wanted - _members(session, programme)):
        session.add(GroupMember(programme_id=row_id(programme), group_name=group, person_id=person_id))
    session.flush()


def _members(session: Session, programme: Programme) -> set[tuple[str, int]]:
    """Who is in which group of the programme: the group and the id of the person's row."""
    stored = select(GroupMember.group_name, GroupMember.person_id)
    return set(session.exec(stored.where(GroupMember.programme_id == row_id(programme))).all())


def _take_cells(person: Person, entry: PersonEntry) -> list[str]:
    differences = []
    for column in _OWN_COLUMNS:
        value = getattr(entry, column)
        value = getattr(value, "value", value)
        if value is not None and getattr(person, column) != value:
            differences.append(f"{column}: {getattr(person, column) or '(empty)'} -> {value}")
            setattr(person, column, value)
    return differences


def _programmes_of(session: Session, person: Person) -> list[str]:
    query = select(Programme.slug).join(Membership).where(Membership.person_id == person.id).order_by(Programme.slug)
    return list(session.exec(query))


def _ids(session: Session, entries: Iterable[PersonEntry]) -> dict[str, int]:
    people = _people_by_address(session, [entry.address for entry in entries])
    return {address: row_id(person) for address, person in people.items()}


def _people_by_address(session: Session, addresses: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for start in range(0, len(addresses), 500):
        query = select(Person).where(col(Person.address).in_(addresses[start : start + 500]))
        found |= {person.address: person for person in session.exec(query)}
    return found
