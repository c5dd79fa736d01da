"""Erase a person: every row that is about them. A keyed hash of the address alone stays, so that no file brings it back
unasked.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from convene.errors import ConflictError, NotFoundError
from convene.model.link import FeedLink
from convene.model.notice import Told
from convene.model.person import GroupMember, Invitation, Membership, OptOut, Person
from convene.model.programme import Programme
from convene.programme_file.reading.mail_address import lines_naming
from convene.store.erased_addresses import erased_at, remember_erased
from convene.store.notices_of_person import delete_notices
from convene.store.programme_rows import hold_programmes_of, row_id
from convene.usecases.programmes.export_programme import export_programme

# What refers to the person; the notices go first, since they are found by the invitations.
_ROWS = {
    "told": Told,
    "invitations": Invitation,
    "memberships": Membership,
    "groups": GroupMember,
    "feeds": FeedLink,
    "opt-outs": OptOut,
}


@dataclass
class Erased:
    """How many rows of what were deleted; `before` is when the address had been erased already, and nothing is left."""

    rows: Counter[str] = field(default_factory=Counter)
    before: datetime | None = None


def erase_person(session: Session, address: str, now: datetime) -> Erased:
    """Delete everything about the person at `address`.

    Raises NotFoundError where there is and was none, ConflictError where a programme's own file names the address: the
    file is the coordinator's, and would say it again.
    """
    hold_programmes_of(session, address)
    person = session.exec(select(Person).where(Person.address == address)).first()
    if person is None:
        before = erased_at(session, address)
        if before is None:
            raise NotFoundError("There is no person with that address.", "convene person list shows them all")
        return Erased(before=before)
    _refuse_written(session, address)
    rows = Counter({"notices": delete_notices(session, row_id(person))})
    for name, table in _ROWS.items():
        result = session.execute(delete(table).where(col(table.person_id) == person.id))  # type: ignore[attr-defined]
        rows[name] = int(result.rowcount)  # type: ignore[attr-defined]
    session.delete(person)
    remember_erased(session, address, now)
    session.flush()
    return Erased(rows)


def _refuse_written(session: Session, address: str) -> None:
    """Organiser, coordinator, invited by address, a remark: in the file as applied, or as it would be printed now."""
    places = []
    for programme in session.exec(select(Programme).order_by(Programme.slug)):
        exported = export_programme(session, programme.slug)
        lines = lines_naming(address, programme.source) or lines_naming(address, exported)
        places += [f"{programme.slug} line {number}" for number in lines]
    if places:
        raise ConflictError(
            f"Programme files name that address themselves: {', '.join(places)}.",
            "take it out of the file (convene export prints it), apply the file, then erase",
        )
