"""What a change is to those who were told otherwise: old and new facts, how many people, what leaves when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, and_, col, func, or_, select

from convene.model.notice import Cause, EventRevision, Notice, Told
from convene.model.person import Invitation
from convene.rules.corrections import CORRECTIONS
from convene.rules.facts import EventBrief, EventFacts, facts_from_json, is_known, same_facts
from convene.rules.notice_states import UNSENT
from convene.rules.vocabulary import EventStatus, NoticeKind
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.describe_events import event_brief


@dataclass(frozen=True)
class Leaving:
    """So many mails are due at one moment (UTC), on the clock of readers in `zone`."""

    due_at: datetime
    zone: str
    mails: int


@dataclass(frozen=True)
class EventNews:
    """An event of which people, or their calendars, see something else than before.

    `told_otherwise` people know other facts than the new ones, `told_so` know these already. `corrections` are what
    leaves for the former, by moment; `invitations` wait for people who were told nothing yet, and will have the new
    facts. Where the facts are the same, only the calendar entries change. `corrected`: the record of an event that was
    held is mended, and what people were told counts as what was.
    """

    name: str
    old: EventFacts
    new: EventFacts
    told_otherwise: int = 0
    told_so: int = 0
    corrections: tuple[Leaving, ...] = ()
    invitations: int = 0
    corrected: bool = False

    @property
    def same(self) -> bool:
        return same_facts(self.old, self.new)


def event_news(
    session: Session, rows: ProgrammeRows, before: Mapping[int, EventBrief], corrected: str | None = None
) -> Iterator[EventNews]:
    """The events of `rows` that are not as in `before` (by row id); to be asked once all is planned. `corrected` is the
    id of a held one whose record was mended.
    """
    for event in rows.events:
        old, new = before.get(row_id(event)), event_brief(rows, event)
        if old is None:
            continue
        name = f"{rows.programme.slug}/{event.slug}"
        if not same_facts(old.facts, new.facts):
            news = _news(session, name, row_id(event), old.facts, new.facts)
            yield replace(news, corrected=event.slug == corrected)
        elif [entry.sequence for entry in old.entries] != [entry.sequence for entry in new.entries]:
            yield EventNews(name, old.facts, new.facts)


def _news(session: Session, name: str, event_id: int, old: EventFacts, new: EventFacts) -> EventNews:
    told_otherwise = told_so = 0
    for facts, people in _told(session, event_id):
        if is_known(new, facts):
            told_so += people
        else:
            told_otherwise += people
    corrections = _leaving(session, event_id, CORRECTIONS)
    invitations = sum(leaving.mails for leaving in _leaving(session, event_id, (NoticeKind.INVITATION,)))
    return EventNews(name, old, new, told_otherwise, told_so, corrections, invitations)


def _told(session: Session, event_id: int) -> Iterator[tuple[EventFacts, int]]:
    """What people were told last of the event, and how many; who knows that they left its list is none of them."""
    stays = and_(col(Invitation.left_at).is_(None), col(Invitation.round) == Told.round)
    counted = (
        select(Told.revision, Told.ended, func.count().label("people"))
        .join(Invitation, and_(Invitation.event_id == Told.event_id, Invitation.person_id == Told.person_id))
        .where(Told.event_id == event_id, or_(col(Told.ended).is_(False), stays))
        .group_by(col(Told.revision), col(Told.ended))
        .subquery()
    )
    query = select(EventRevision, counted.c.ended, counted.c.people).join(
        counted, counted.c.revision == EventRevision.revision
    )
    for revision, ended, people in session.exec(query.where(EventRevision.event_id == event_id)):
        facts = facts_from_json(revision.facts)
        yield (replace(facts, status=EventStatus.CANCELLED) if ended else facts), people


def _leaving(session: Session, event_id: int, kinds: tuple[NoticeKind, ...]) -> tuple[Leaving, ...]:
    """The notices of these kinds that wait, by moment."""
    query = (
        select(Notice.due_at, Notice.timezone, func.count())
        .join(Cause, col(Cause.id) == Notice.cause_id)
        .where(Cause.event_id == event_id, col(Cause.kind).in_(kinds), col(Notice.state).in_(UNSENT))
        .where(~col(Notice.uncertain))  # whoever may have got it counts as told
        .group_by(col(Notice.due_at), col(Notice.timezone))
        .order_by(col(Notice.due_at), col(Notice.timezone))
    )
    return tuple(Leaving(*found) for found in session.exec(query))
