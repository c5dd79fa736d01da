"""The rows of many people at once: read as columns and written in bulk, since a file may have 100,000 people."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from convene.model.person import GroupMember, Membership, Person, new_public_id
from convene.store.bulk_insert import bulk_insert

_CHUNK = 500


def in_chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values, as many at a time as one statement takes."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def people_at(session: Session, addresses: Sequence[str], columns: Sequence[str] = ()) -> dict[str, Any]:
    """By address: `id`, `address` and these columns of those who are stored."""
    chosen = [getattr(Person, name) for name in ("id", "address", *columns)]
    found: dict[str, Any] = {}
    for some in in_chunks(addresses):
        rows = session.execute(select(*chosen).where(col(Person.address).in_(some)))
        found |= {row.address: row for row in rows}
    return found


def insert_people(session: Session, columns: Sequence[str], rows: Iterable[Sequence[Any]], now: datetime) -> None:
    """Add people; each row has the values of `columns`, the address among them."""
    written = ((new_public_id(), 1, now, *row) for row in rows)
    bulk_insert(session, Person.__table__, ("public_id", "link_generation", "created_at", *columns), written)  # type: ignore[attr-defined]


def member_roles(session: Session, programme_id: int) -> dict[int, str | None]:
    """By the person's id, the role of every member of the programme; None where the CSV gives none."""
    query = select(Membership.person_id, Membership.role).where(Membership.programme_id == programme_id)
    return dict(session.exec(query.order_by(col(Membership.id))).all())


def insert_members(session: Session, programme_id: int, roles: Iterable[tuple[int, str | None]]) -> None:
    """Make people members of the programme, each with a role."""
    rows = ((programme_id, person_id, role) for person_id, role in roles)
    bulk_insert(session, Membership.__table__, ("programme_id", "person_id", "role"), rows)  # type: ignore[attr-defined]


def set_role(session: Session, programme_id: int, person_ids: Sequence[int], role: str) -> None:
    """Give these members of the programme that role."""
    for some in in_chunks(person_ids):
        of_these = col(Membership.programme_id) == programme_id, col(Membership.person_id).in_(some)
        session.execute(update(Membership).where(*of_these).values(role=role))


def group_members(session: Session, programme_id: int) -> set[tuple[str, int]]:
    """Who is in which group of the programme: the group and the person's id."""
    query = select(GroupMember.group_name, GroupMember.person_id).where(GroupMember.programme_id == programme_id)
    return {(str(group), int(person_id)) for group, person_id in session.exec(query)}


def insert_group_members(session: Session, programme_id: int, members: Iterable[tuple[str, int]]) -> None:
    """Put people into groups of the programme."""
    rows = ((programme_id, group, person_id) for group, person_id in members)
    bulk_insert(session, GroupMember.__table__, ("programme_id", "group_name", "person_id"), rows)  # type: ignore[attr-defined]


def empty_groups(session: Session, programme_id: int) -> None:
    """Take everybody out of the groups of the programme."""
    session.execute(delete(GroupMember).where(col(GroupMember.programme_id) == programme_id))
