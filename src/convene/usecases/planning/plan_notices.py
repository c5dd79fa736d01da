"""Plan: compare the notices there should be with those that are stored, and insert, re-time or cancel.

Runs in the transaction of every change; doing it twice changes nothing. What is due when is worked out once for each
group of people whom no rule tells apart; the database has it person by person.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from convene.model.notice import Notice, NoticePart
from convene.model.programme import Programme
from convene.rules.planned_event import Invitees, NotWritten, PlannedEvent, Wanted
from convene.rules.vocabulary import Role
from convene.rules.wanted import wanted_notices
from convene.store.invited_groups import (
    InvitedGroup,
    Seating,
    invited_traits,
    note_places,
    set_planned_events,
)
from convene.store.notice_plan import Moments, NoticePlan
from convene.store.planning_tables import open_planning_tables
from convene.store.programme_rows import ProgrammeRows, hold_programme, load_programme, load_readable, row_id
from convene.store.unreadable_rows import UnreadableEvent
from convene.usecases.events.record_revisions import Revisions
from convene.usecases.planning.follow_zone_database import follow_zone_database, refuse_older_zone_database
from convene.usecases.planning.mails_ahead import MailsAhead, mails_ahead
from convene.usecases.planning.planned_events import PlannedEvents
from convene.usecases.planning.reader_places import Places
from convene.usecases.programmes.collector_paused import collector_paused

_FIRST_BATCH, _BATCH = 200, 1_000

Progress = Callable[[int, int], None]
"""Called with how many events are worked out, of how many."""


@dataclass
class Planned:
    """What a planning pass did, in numbers of notices; `changed` are those re-timed or revived.

    `never_due` are not written, by the text of the rule and why. `mails` are those added, changed or called off, where
    somebody wants to be told before.
    """

    added: int = 0
    changed: int = 0
    cancelled: int = 0
    never_due: Counter[tuple[str, NotWritten]] = field(default_factory=Counter)
    mails: MailsAhead = field(default_factory=MailsAhead)


def replan(session: Session, rows: ProgrammeRows, now: datetime, events: Collection[int] | None = None) -> Planned:
    """Plan from rows read again, and say which mails that brings: for callers that have just written some."""
    followed = plan_what_zones_changed(session, now)
    session.flush()
    planned = plan_programme(session, load_programme(session, rows.programme, events), now, events)
    planned.mails = mails_ahead(session, now)
    planned.mails += followed
    return planned


def plan_what_zones_changed(session: Session, now: datetime) -> MailsAhead:
    """Follow a newer zone database; each event that it changes is warned of.

    All are planned: whatever leaves on a reader's clock may be due at another moment, though its event stays.
    """
    mails = MailsAhead()
    for followed in follow_zone_database(session, now):
        session.flush()
        plan_readable(session, followed.programme, now)
        mails += mails_ahead(session, now)
        mails.warnings += followed.warnings
    return mails


def plan_readable(session: Session, programme: Programme, now: datetime) -> list[UnreadableEvent]:
    """Plan all events of a programme but those that cannot be read; these, whose notices stay as they are."""
    rows, unreadable = load_readable(session, programme)
    plan_programme(session, rows, now, list(rows.events_by_id) if unreadable else None)
    return unreadable


@collector_paused()
def plan_programme(
    session: Session,
    rows: ProgrammeRows,
    now: datetime,
    events: Collection[int] | None = None,
    progress: Progress | None = None,
) -> Planned:
    """Bring the stored notices of a programme in line with what its rows call for at `now` (UTC).

    `events` are the ids of those that changed; the others, and their notices, are left alone. None: all of them.
    """
    hold_programme(session, row_id(rows.programme), events)
    refuse_older_zone_database(session)
    session.flush()
    open_planning_tables(session, whole=events is None)
    planned_ids = events if events is not None else [row_id(event) for event in rows.events]
    set_planned_events(session, planned_ids)
    plan = NoticePlan(session, row_id(rows.programme), now, whole=events is None)
    rules = _Rules(session, rows, now, plan)
    planned = Planned()
    done = 0
    seating = Seating(session, row_id(rows.programme), planned_ids)
    with ThreadPoolExecutor(1) as beside:
        # Rows are read while the rules rest: two threads at Python's work at once take longer than one after the other.
        for batch in rules.batches(seating.groups()):
            worked_out = beside.submit(rules.called_for, batch)
            plan.expand()  # meanwhile: what the batch before this one called for
            while not worked_out.done() and seating.seat_next():
                pass  # and seats those of the next
            called_for = worked_out.result()
            plan.add(called_for.moments)
            planned.never_due += called_for.never_due
            done += called_for.events
            if progress is not None:
                progress(done, len(rows.events))
    rules.revisions.write()
    reconciled = plan.reconcile()
    planned.added, planned.changed, planned.cancelled = reconciled.added, reconciled.changed, reconciled.cancelled
    _forget_notices(session)
    return planned


@dataclass(frozen=True)
class _CalledFor:
    """What some events call for, and how much of it is never due."""

    events: int
    moments: Moments
    never_due: Counter[tuple[str, NotWritten]]


class _Rules:
    """The rules at work on the groups of people of a programme."""

    def __init__(self, session: Session, rows: ProgrammeRows, now: datetime, plan: NoticePlan) -> None:
        self._places = _placed(session, rows)
        self.revisions = Revisions(session, rows)
        self._events = PlannedEvents(session, rows, self.revisions)
        self._now = now
        self._plan = plan

    def batches(self, groups: Iterable[list[InvitedGroup]]) -> Iterator[list[InvitedGroup]]:
        """The groups of events behind one another, about _BATCH in all, so that memory stays flat; at first fewer, so
        that the database soon has work.
        """
        batch: list[InvitedGroup] = []
        enough = _FIRST_BATCH
        for alike in groups:
            batch += alike
            if len(batch) >= enough:
                self._events.read_told(batch)
                yield batch
                batch, enough = [], _BATCH
        self._events.read_told(batch)
        yield batch

    def called_for(self, groups: Sequence[InvitedGroup]) -> _CalledFor:
        """What the events of these groups call for. In a thread of its own: it asks nothing of the database."""
        wanted: list[Wanted] = []
        never_due: Counter[tuple[str, NotWritten]] = Counter()
        events = 0
        for event_id, group in groupby(groups, lambda group: group.event_id):
            plan = wanted_notices(self._event(event_id, list(group)), self._now)
            wanted += plan.wanted
            never_due += plan.never_due
            events += 1
        return _CalledFor(events, self._plan.moments(wanted), never_due)

    def _event(self, event_id: int, groups: Sequence[InvitedGroup]) -> PlannedEvent:
        zones = frozenset(self._places.whereabouts(group.whereabouts_id).zone for group in groups)
        self.revisions.keep(event_id, zones)
        return self._events.of(event_id, [invitees_of(group, self._places, self._events) for group in groups])


def invitees_of(group: InvitedGroup, places: Places, events: PlannedEvents) -> Invitees:
    """The group as the rules see it."""
    whereabouts = places.whereabouts(group.whereabouts_id)
    return Invitees(
        group=group.group_id,
        role=Role(group.role),
        round=group.round,
        invited_at=group.invited_at,
        whereabouts=whereabouts,
        is_free=places.is_free(group.whereabouts_id),
        declined=group.declined,
        left_at=group.left_at,
        told=events.told(group, whereabouts),
        only_corrections=group.only_corrections,
        size=group.size,
    )


def _forget_notices(session: Session) -> None:
    """Let go of notices read before: their rows were written without them."""
    for row in list(session.identity_map.values()):
        if isinstance(row, (Notice, NoticePart)):
            session.expire(row)


def _placed(session: Session, rows: ProgrammeRows) -> Places:
    places = Places(rows)
    traits = invited_traits(session)
    people = {person_id: places.of(own) for person_id, own in traits.items()}
    note_places(session, places.columns(), people)
    return places
