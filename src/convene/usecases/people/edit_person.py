"""Add a person, or change one, as a row of a people file would; unlike there, an empty cell clears."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from convene.errors import ConflictError, ContentError, Problem, UsageError
from convene.model.event import Event
from convene.model.person import GroupMember, Invitation, Membership, Person
from convene.model.programme import Programme
from convene.programme_file.document import PersonEntry
from convene.programme_file.reading.mail_address import mail_address
from convene.programme_file.reading.people_row import RowReader
from convene.store.erased_addresses import erased_at, forget_erased
from convene.store.programme_rows import hold_programmes_of, load_programme, person_at, programme_named, row_id
from convene.usecases.people.import_people import add_to_groups, import_people, join_programme
from convene.usecases.people.invite_people import update_invitations
from convene.usecases.planning.mails_ahead import MailsAhead
from convene.usecases.planning.plan_notices import replan

_IN_PROGRAMME = ("role", "groups")
_NEVER_NULL = ("name", "salutation")


@dataclass
class EditedPerson:
    """What became different (`language: km -> en`), in which programmes the person is, and the mails that follow."""

    address: str
    changes: list[str] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    mails: MailsAhead = field(default_factory=MailsAhead)
    ask_above: int = 0


def add_person(
    session: Session,
    address: str,
    cells: Mapping[str, str],
    programme: str | None,
    now: datetime,
    *,
    allow_erased: bool = False,
) -> EditedPerson:
    """Add the person at `address`. `cells` are columns of the people file; `role` and `groups` go into `programme`.

    Raises ConflictError where there is one already, and for an address that was erased unless `allow_erased`;
    ContentError for cells that cannot be taken.
    """
    entry, notes = _read(address, cells)
    hold_programmes_of(session, entry.address, programme)
    _refuse_erased(session, entry.address, allow_erased)
    if session.exec(select(Person).where(Person.address == entry.address)).first():
        raise ConflictError("There is a person with that address already.", "change them with: convene person edit")
    import_people(session, [entry], now)
    edited = EditedPerson(entry.address, [f"{entry.address} is new"], notes=notes)
    edited.changes += _take_membership(session, entry, cells, programme)
    return _planned(session, edited, now)


def edit_person(
    session: Session, address: str, cells: Mapping[str, str], programme: str | None, now: datetime
) -> EditedPerson:
    """Change the person at `address`: cells that are given change, an empty one clears, the others stay.

    Raises NotFoundError, and ContentError for cells that cannot be taken.
    """
    entry, notes = _read(address, cells)
    hold_programmes_of(session, entry.address, programme)
    person = person_at(session, entry.address)
    imported = import_people(session, [entry], now)
    edited = EditedPerson(entry.address, list(imported.changed.get(entry.address, ())), notes=notes)
    edited.changes += _clear(person, cells)
    edited.changes += _take_membership(session, entry, cells, programme)
    return _planned(session, edited, now)


def _refuse_erased(session: Session, address: str, allowed: bool) -> None:
    erased = erased_at(session, address)
    if erased is not None and not allowed:
        raise ConflictError(
            f"That address was erased on {erased:%Y-%m-%d}.", "add --allow-erased where the person agreed to come back"
        )
    forget_erased(session, address)


def _read(address: str, cells: Mapping[str, str]) -> tuple[PersonEntry, list[Problem]]:
    reader = RowReader(mail_address(address))
    entry = reader.person({"email": address, **cells}, 0)
    problems = reader.problems()
    if entry is None:
        raise ContentError(problems)
    return entry, problems


def _clear(person: Person, cells: Mapping[str, str]) -> list[str]:
    changes = []
    for column, text in cells.items():
        if column in _IN_PROGRAMME or text.strip() or not getattr(person, column):
            continue
        changes.append(f"{column}: {getattr(person, column)} -> (empty)")
        setattr(person, column, "" if column in _NEVER_NULL else None)
    return changes


def _take_membership(
    session: Session, entry: PersonEntry, cells: Mapping[str, str], programme: str | None
) -> list[str]:
    """The role and the groups in one programme: those given are all that the person has there."""
    if programme is None:
        if any(column in cells for column in _IN_PROGRAMME):
            raise UsageError("Groups and roles belong to a programme.", "name it with --programme")
        return []
    row, person = programme_named(session, programme), person_at(session, entry.address)
    before = _membership(session, row, person)
    join_programme(session, row, [entry])
    if "role" in cells and entry.role is None:
        _clear_role(session, row, person)
    if "groups" in cells:
        _leave_groups(session, row, person)
        add_to_groups(session, row, [entry])
    session.flush()
    after = _membership(session, row, person)
    return [f"{programme}: {key}: {before[key]} -> {after[key]}" for key in before if before[key] != after[key]]


def _membership(session: Session, programme: Programme, person: Person) -> dict[str, str]:
    """What ties the person to the programme, as words."""
    rows, person_id = load_programme(session, programme), row_id(person)
    groups = sorted(group for group, members in rows.groups.items() if person_id in members)
    return {
        "member": "yes" if person_id in rows.roles else "no",
        "role": rows.roles.get(person_id) or "(empty)",
        "groups": "; ".join(groups) or "(none)",
    }


def _clear_role(session: Session, programme: Programme, person: Person) -> None:
    query = select(Membership).where(Membership.programme_id == programme.id, Membership.person_id == person.id)
    session.exec(query).one().role = None


def _leave_groups(session: Session, programme: Programme, person: Person) -> None:
    condition = col(GroupMember.programme_id) == row_id(programme), col(GroupMember.person_id) == row_id(person)
    session.execute(delete(GroupMember).where(*condition))


def _planned(session: Session, edited: EditedPerson, now: datetime) -> EditedPerson:
    """Bring invitations and notices of the programmes that know the person in line."""
    person = person_at(session, edited.address)
    joined = select(Membership.programme_id).where(Membership.person_id == person.id)
    invited = select(Event.programme_id).join(Invitation).where(Invitation.person_id == person.id)
    known = session.exec(
        select(Programme)
        .where(col(Programme.id).in_(joined) | col(Programme.id).in_(invited))
        .order_by(col(Programme.id))
    ).all()
    for programme in known:
        update_invitations(session, load_programme(session, programme), now)
        edited.mails += replan(session, load_programme(session, programme), now).mails
    edited.programmes = sorted(programme.slug for programme in known)
    edited.ask_above = min((programme.ask_above for programme in known), default=0)
    return edited
