"""What a change is to those who were told otherwise: old and new facts, how many people, what leaves when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from convene.model.columns import UtcMoment
from convene.model.notice import Cause, Notice, Told
from convene.rules.facts import EventBrief, EventFacts, same_facts
from convene.rules.notice_states import UNSENT
from convene.rules.vocabulary import NoticeKind
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.describe_events import event_facts

_CORRECTIONS = (NoticeKind.CHANGE, NoticeKind.CANCELLATION)


@dataclass(frozen=True)
class EventNews:
    """An event whose facts changed. `told` people know older ones; `corrections` wait for them, the first of which is
    due at `due_at` (UTC); `invitations` wait for people who were told nothing yet, and will have the new facts.
    """

    name: str
    old: EventFacts
    new: EventFacts
    told: int
    corrections: int
    due_at: datetime | None
    invitations: int


def event_news(session: Session, rows: ProgrammeRows, before: Mapping[int, EventBrief]) -> Iterator[EventNews]:
    """The events of `rows` whose facts are not those of `before` (by row id); to be asked once all is planned."""
    for event in rows.events:
        old, new = before.get(row_id(event)), event_facts(rows, event)
        if old is None or same_facts(old.facts, new):
            continue
        corrections, due_at = _waiting(session, row_id(event), _CORRECTIONS)
        invitations, _ = _waiting(session, row_id(event), (NoticeKind.INVITATION,))
        told = select(func.count()).select_from(Told).where(Told.event_id == row_id(event), col(Told.ended).is_(False))
        name = f"{rows.programme.slug}/{event.slug}"
        yield EventNews(name, old.facts, new, session.exec(told).one(), corrections, due_at, invitations)


def _waiting(session: Session, event_id: int, kinds: tuple[NoticeKind, ...]) -> tuple[int, datetime | None]:
    """How many notices of these kinds wait, and when the first of them is due."""
    query = (
        select(func.count(), func.min(Notice.due_at, type_=UtcMoment()))
        .join(Cause, col(Cause.id) == Notice.cause_id)
        .where(Cause.event_id == event_id, col(Cause.kind).in_(kinds), col(Notice.state).in_(UNSENT))
    )
    count, due_at = session.exec(query).one()
    return count, due_at
