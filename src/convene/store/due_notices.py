"""What is read of a notice before its mail is made: the notice, why it is there, who reads it, what they know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from convene.model.notice import Cause, Notice, NoticePart, Told
from convene.model.person import Invitation, Person
from convene.rules.notice_states import NoticeState
from convene.rules.vocabulary import NoticeKind


class Why(NamedTuple):
    """The cause of a notice, or of one part of a digest. `event_id` None: a digest."""

    cause_id: int
    kind: str
    programme_id: int
    event_id: int | None
    day_id: int | None
    rule: str


class Who(NamedTuple):
    """The person who reads it, as they are now. `is_silent`: nothing is written to them any more."""

    person_id: int
    public_id: str
    link_generation: int
    address: str
    name: str
    salutation: str
    country: str | None
    language: str | None
    timezone: str | None
    digits: str | None
    gender: str | None
    organisation: str | None
    unsubscribed_at: datetime | None
    refused_at: datetime | None

    @property
    def is_silent(self) -> bool:
        return self.unsubscribed_at is not None or self.refused_at is not None


class DuePart(NamedTuple):
    """One reminder of a digest. `is_invited`: the person is still on the list of its event."""

    why: Why
    is_invited: bool


@dataclass(frozen=True)
class DueNotice:
    """One notice. `told` is the revision that its reader was told last, and whether that it was off; None: nothing.

    `parts` of a digest: those that are still of use, by the moment that each speaks of.
    """

    notice_id: int
    role: str
    state: NoticeState
    attempts: int
    uncertain: bool
    due_at: datetime
    why: Why
    who: Who
    is_invited: bool
    told: tuple[int, bool] | None
    parts: Sequence[DuePart] = ()


_WHY = (Cause.id, Cause.kind, Cause.programme_id, Cause.event_id, Cause.day_id, Cause.rule)
_WHO = tuple(getattr(Person, "id" if name == "person_id" else name) for name in Who._fields)
_NOTICE = (Notice.id, Notice.role, Notice.state, Notice.attempts, Notice.uncertain, Notice.due_at)
_KNOWN = (Invitation.id, Invitation.left_at, Told.revision, Told.ended)


def claimed_notices(session: Session, worker: int, now: datetime) -> list[DueNotice]:
    """What the worker holds and has not begun, by due moment. Parts of digests that are over at `now` are left out."""
    return _read(session, and_(col(Notice.claimed_by) == worker, col(Notice.state) == NoticeState.CLAIMED), now)


def notice_to_come(session: Session, notice_id: int, now: datetime) -> DueNotice:
    """One notice, whatever its state."""
    return _read(session, and_(col(Notice.id) == notice_id), now)[0]


def _read(session: Session, which: ColumnElement[bool], now: datetime) -> list[DueNotice]:
    query = (
        select(*_NOTICE, *_WHY, *_WHO, *_KNOWN)  # type: ignore[call-overload]
        .join(Cause, col(Cause.id) == col(Notice.cause_id))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .outerjoin(
            Invitation,
            and_(col(Invitation.event_id) == col(Cause.event_id), col(Invitation.person_id) == col(Notice.person_id)),
        )
        .outerjoin(Told, and_(col(Told.event_id) == col(Cause.event_id), col(Told.person_id) == col(Notice.person_id)))
        .where(which)
        .order_by(col(Notice.due_at), col(Notice.id))
    )
    rows = [tuple(row) for row in session.exec(query)]
    has_digests = any(row[len(_NOTICE) + 1] == NoticeKind.DIGEST for row in rows)
    parts = _parts(session, which, now) if has_digests else {}
    return [_due(row, parts.get(row[0], ())) for row in rows]


def _due(row: tuple, parts: Sequence[DuePart]) -> DueNotice:  # type: ignore[type-arg]
    after_notice, after_why = len(_NOTICE), len(_NOTICE) + len(_WHY)
    after_who = after_why + len(_WHO)
    notice_id, role, state, attempts, uncertain, due_at = row[:after_notice]
    invitation_id, left_at, revision, ended = row[after_who:]
    return DueNotice(
        notice_id=notice_id,
        role=role,
        state=NoticeState(state),
        attempts=attempts,
        uncertain=uncertain,
        due_at=due_at,
        why=Why(*row[after_notice:after_why]),
        who=Who(*row[after_why:after_who]),
        is_invited=invitation_id is not None and left_at is None,
        told=None if revision is None else (revision, ended),
        parts=parts,
    )


def _parts(session: Session, which: ColumnElement[bool], now: datetime) -> dict[int, list[DuePart]]:
    query = (
        select(NoticePart.notice_id, *_WHY, Invitation.id, Invitation.left_at)  # type: ignore[call-overload]
        .join(Notice, col(Notice.id) == col(NoticePart.notice_id))
        .join(Cause, col(Cause.id) == col(NoticePart.cause_id))
        .outerjoin(
            Invitation,
            and_(col(Invitation.event_id) == col(Cause.event_id), col(Invitation.person_id) == col(Notice.person_id)),
        )
        .where(which, col(NoticePart.useful_until) > now)
        .order_by(col(NoticePart.useful_until), col(Cause.id))
    )
    parts: dict[int, list[DuePart]] = {}
    for notice_id, *row in session.exec(query):
        why, (invitation_id, left_at) = Why(*row[: len(_WHY)]), row[len(_WHY) :]
        is_invited = invitation_id is not None and left_at is None
        parts.setdefault(notice_id, []).append(DuePart(why, is_invited))
    return parts
