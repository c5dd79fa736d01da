"""People as commands show them: the coordinator's own list, with addresses."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from convene.model.person import GroupMember, Membership, OptOut, Person
from convene.model.programme import Programme
from convene.store.people_without_mail import ONLY_CORRECTIONS
from convene.store.programme_rows import row_id
from convene.usecases.planning.list_notices import utc_text


@dataclass(frozen=True)
class OptOutView:
    """From which programme somebody unsubscribed; None: from every one."""

    programme: str | None
    row: OptOut

    @property
    def words(self) -> str:
        """What they get no more: "unsubscribed", or "only corrections", and of which programme."""
        left = "unsubscribed" if self.row.all_mail else ONLY_CORRECTIONS
        return f"{self.programme}: {left}" if self.programme else left

    def as_json(self) -> dict[str, Any]:
        return {"programme": self.programme, "all_mail": self.row.all_mail, "at": utc_text(self.row.at)}


@dataclass(frozen=True)
class PersonView:
    """A person and the programmes they belong to; `groups` as `programme: group`; `opt_outs` by when they were made."""

    row: Person
    programmes: tuple[str, ...]
    groups: tuple[str, ...]
    opt_outs: tuple[OptOutView, ...]

    @property
    def no_mail(self) -> str:
        """Why nothing, or not everything, is written to them; empty where they get all mail."""
        refused = ["refused"] if self.row.refused_at else []
        return ", ".join([*(each.words for each in self.opt_outs), *refused])

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
            "unsubscribed_at": utc_text(self.opt_outs[0].row.at) if self.opt_outs else None,
            "unsubscribed": [each.as_json() for each in self.opt_outs],
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
    opt_outs: dict[int, list[OptOutView]] = {}
    for opt_out in session.exec(select(OptOut).order_by(col(OptOut.at), col(OptOut.id))):
        view = OptOutView(names[opt_out.programme_id] if opt_out.programme_id else None, opt_out)
        opt_outs.setdefault(opt_out.person_id, []).append(view)
    people = session.exec(select(Person).order_by(Person.address))
    views = [
        PersonView(
            row,
            tuple(sorted(member_of.get(row_id(row), ()))),
            tuple(sorted(groups.get(row_id(row), ()))),
            tuple(opt_outs.get(row_id(row), ())),
        )
        for row in people
    ]
    return [view for view in views if programme is None or programme in view.programmes]
