"""People from a CSV: filled cells change a person, empty ones never clear; groups and roles belong to a programme."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from convene.model.person import Membership, Person
from convene.model.programme import Programme
from convene.programme_file.document import PersonEntry
from convene.store.erased_addresses import erased_among
from convene.store.people_rows import (
    empty_groups,
    group_members,
    in_chunks,
    insert_group_members,
    insert_members,
    insert_people,
    member_roles,
    people_at,
    set_role,
)
from convene.store.programme_rows import hold_in_order, load_programme, programme_named, row_id
from convene.usecases.people.invite_people import update_invitations
from convene.usecases.planning.mails_ahead import MailsAhead
from convene.usecases.planning.plan_notices import replan

_EMPTY = {"name": "", "salutation": ""}
_OWN_COLUMNS = ("name", "salutation", "country", "language", "timezone", "digits", "gender", "organisation", "side")
_DECIDE_NOTICES = frozenset({"country", "language", "timezone", "organisation"})


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
    """Insert or update the persons themselves; `entries` have one for an address."""
    known = people_at(session, [entry.address for entry in entries], _OWN_COLUMNS)
    new = [entry for entry in entries if entry.address not in known]
    insert_people(session, ("address", *_OWN_COLUMNS), map(_row, new), now)
    stored = ((entry, known[entry.address]) for entry in entries if entry.address in known)
    changed = {entry.address: cells for entry, person in stored if (cells := _new_cells(entry, person))}
    _write_cells(session, changed)
    return ImportedPeople(
        added=[entry.address for entry in new],
        changed={address: _differences(known[address], cells) for address, cells in changed.items()},
        programmes=_programmes_of(session, list(changed)),
    )


def programmes_concerned(session: Session, entries: Sequence[PersonEntry]) -> set[str]:
    """The ids of the programmes in which somebody's notices will be in another language or due at another moment once
    the entries are imported.
    """
    known = people_at(session, [entry.address for entry in entries], _OWN_COLUMNS)
    stored = ((entry, known[entry.address]) for entry in entries if entry.address in known)
    moved = [entry.address for entry, person in stored if _DECIDE_NOTICES & _new_cells(entry, person).keys()]
    return {name for names in _programmes_of(session, moved).values() for name in names}


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
    programme_id, ids = row_id(programme), _ids(session, entries)
    stored = member_roles(session, programme_id)
    given = {ids[entry.address]: entry.role and entry.role.value for entry in entries}
    insert_members(session, programme_id, ((known, role) for known, role in given.items() if known not in stored))
    changed: dict[str, list[int]] = {}
    for person_id, role in given.items():
        if role and stored.get(person_id, role) != role:
            changed.setdefault(role, []).append(person_id)
    for role, person_ids in changed.items():
        set_role(session, programme_id, person_ids, role)
    return Counter({role: len(person_ids) for role, person_ids in changed.items()})


def replace_groups(
    session: Session, programme: Programme, entries: Sequence[PersonEntry]
) -> tuple[Counter[str], Counter[str]]:
    """The groups of the programme become exactly those of the CSV; how many people joined and left, by group."""
    programme_id = row_id(programme)
    before, after = group_members(session, programme_id), _groups_of(session, entries)
    if before != after:
        empty_groups(session, programme_id)
        insert_group_members(session, programme_id, sorted(after))
    joined, left = (Counter(group for group, _ in sorted(members)) for members in (after - before, before - after))
    return joined, left


def add_to_groups(session: Session, programme: Programme, entries: Sequence[PersonEntry]) -> None:
    """Add the people to the groups that their rows name; nobody leaves a group."""
    programme_id = row_id(programme)
    new = _groups_of(session, entries) - group_members(session, programme_id)
    insert_group_members(session, programme_id, sorted(new))


def _groups_of(session: Session, entries: Sequence[PersonEntry]) -> set[tuple[str, int]]:
    """Who is in which group, as the entries have it: the group and the person's id."""
    ids = _ids(session, entries)
    return {(group, ids[entry.address]) for entry in entries for group in entry.groups}


def _ids(session: Session, entries: Sequence[PersonEntry]) -> dict[str, int]:
    people = people_at(session, [entry.address for entry in entries])
    return {address: person.id for address, person in people.items()}


def _cells(entry: PersonEntry) -> dict[str, str]:
    """The filled cells about the person themselves."""
    cells = ((column, getattr(entry, column)) for column in _OWN_COLUMNS)
    return {column: str(cell) for column, cell in cells if cell is not None}


def _row(entry: PersonEntry) -> list[str | None]:
    """The address of a new person and their own columns."""
    cells = _EMPTY | _cells(entry)
    return [entry.address, *(cells.get(column) for column in _OWN_COLUMNS)]


def _new_cells(entry: PersonEntry, stored: Any) -> dict[str, str]:
    """What the entry says otherwise than the stored columns of the person."""
    return {column: cell for column, cell in _cells(entry).items() if getattr(stored, column) != cell}


def _differences(stored: Any, cells: Mapping[str, str]) -> list[str]:
    return [f"{column}: {getattr(stored, column) or '(empty)'} -> {cell}" for column, cell in cells.items()]


def _write_cells(session: Session, changed: Mapping[str, Mapping[str, str]]) -> None:
    """Change people: by address, the new values of columns."""
    for some in in_chunks(list(changed)):
        for person in session.exec(select(Person).where(col(Person.address).in_(some))):
            for column, cell in changed[person.address].items():
                setattr(person, column, cell)
        session.flush()


def _programmes_of(session: Session, addresses: Sequence[str]) -> dict[str, list[str]]:
    """By address, the ids of the programmes that know the person."""
    programmes: dict[str, list[str]] = {address: [] for address in addresses}
    for some in in_chunks(addresses):
        query = select(Person.address, Programme.slug).join(Membership, col(Membership.person_id) == col(Person.id))
        query = query.join(Programme).where(col(Person.address).in_(some)).order_by(Programme.slug)
        for address, programme in session.exec(query):
            programmes[address].append(programme)
    return programmes
