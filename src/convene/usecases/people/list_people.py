"""People as commands show them: the coordinator's own list, with addresses."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from convene.model.person import GroupMember, Membership, Person
from convene.model.programme import Programme
from convene.store.programme_rows import row_id
from convene.usecases.planning.list_notices import utc_text


@dataclass(frozen=True)
class PersonView:
    """A person and the programmes they belong to; `groups` as `programme: group`."""

    row: Person
    programmes: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def no_mail(self) -> str:
        """Why nothing is written to them; empty where they get mail."""
        if self.row.unsubscribed_at:
            return "unsubscribed"
        return "refused" if self.row.refused_at else ""

    def as_json(self) -> dict[str, Any]:
        row = self.row
        return {
            "address": row.address,
            "name": row.name or None,
            "salutation": row.salutation or None,
            "country": row.country,
            "language": row.language,
            "timezone": row.timezone,
            "digits": row.digits,
            "gender": row.gender,
            "organisation": row.organisation,
            "side": row.side,
            "unsubscribed_at": utc_text(row.unsubscribed_at),
            "refused_at": utc_text(row.refused_at),
            "refused_reply": row.refused_reply,
            "created_at": utc_text(row.created_at),
            "programmes": list(self.programmes),
            "groups": list(self.groups),
        }


def list_people(session: Session, programme: str | None) -> list[PersonView]:
    """Everybody, or the members of one programme, by address."""
    names = {row_id(row): row.slug for row in session.exec(select(Programme))}
    member_of: dict[int, set[str]] = {}
    for member in session.exec(select(Membership)):
        member_of.setdefault(member.person_id, set()).add(names[member.programme_id])
    groups: dict[int, set[str]] = {}
    for row in session.exec(select(GroupMember)):
        groups.setdefault(row.person_id, set()).add(f"{names[row.programme_id]}: {row.group_name}")
    people = session.exec(select(Person).order_by(Person.address))
    views = [
        PersonView(row, tuple(sorted(member_of.get(row_id(row), ()))), tuple(sorted(groups.get(row_id(row), ()))))
        for row in people
    ]
    return [view for view in views if programme is None or programme in view.programmes]
