"""Plan: compare the notices there should be with those that are stored, and insert, re-time or cancel.

Runs in the transaction of every change; doing it twice changes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from convene.model.event import Event
from convene.model.notice import EventRule, Notice, RuleText
from convene.model.person import Invitation
from convene.rules.digests import join_digests
from convene.rules.due import Due
from convene.rules.facts import facts_from_json
from convene.rules.notice_states import UNSENT, NoticeState
from convene.rules.planned_event import Identity, Invitee, PlannedEvent, RuleInForce, Told, Wanted
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import Rule, parse_rule
from convene.rules.vocabulary import EventStatus, NoticeKind, Role
from convene.rules.wanted import wanted_notices
from convene.rules.working_days import always_working
from convene.store.notice_rows import NoticeWriter, stored_notices
from convene.store.programme_rows import ProgrammeRows, load_programme, row_id
from convene.usecases.describe_events import Standing, event_facts, standing
from convene.usecases.free_days import free_days
from convene.usecases.rules_in_force import chosen_rules


@dataclass(frozen=True)
class MailAhead:
    """One mail that a change brings: what a coordinator is told before it is made."""

    kind: NoticeKind
    person_id: int
    language: str
    due: Due


@dataclass
class Planned:
    """What a planning pass did. `mails` are those it added or re-timed; the rest are numbers of notices.

    `never_due` lie before their rule or invitation and are not written.
    """

    mails: list[MailAhead] = field(default_factory=list)
    cancelled: int = 0
    never_due: int = 0


def plan_programme(session: Session, rows: ProgrammeRows, now: datetime) -> Planned:
    """Bring the stored notices of a programme in line with what its rows call for at `now` (UTC)."""
    standings = {person_id: standing(rows, person) for person_id, person in rows.people.items()}
    stored = stored_notices(session, row_id(rows.programme))
    wanted, never_due = _wanted(session, rows, standings, stored.settled, now)
    writer = NoticeWriter(session, row_id(rows.programme), now)
    planned = Planned(never_due=never_due)
    for notice in wanted:
        known = standings[notice.identity.person_id]
        if _write(writer, stored.by_identity.get(notice.identity), notice, _values(notice, known)):
            ahead = MailAhead(notice.kind, notice.identity.person_id, known.language.language, notice.due)
            planned.mails.append(ahead)
    for row in stored.unsent_but(notice.identity for notice in wanted):
        if row.useful_until <= now:
            continue  # it came too late: the queue marks it as missed
        writer.cancel(row, _why_cancelled(rows, row))
        planned.cancelled += 1
    writer.flush()
    return planned


def _write(writer: NoticeWriter, row: Notice | None, notice: Wanted, values: dict[str, Any]) -> bool:
    """Insert, revive or re-time one notice; whether anything changed. What has left is never touched."""
    if row is None:
        writer.insert(notice, values)
        return True
    if row.state == NoticeState.CANCELLED:
        writer.revive(row, notice, values)
        return True
    return row.state in UNSENT and writer.update(row, notice, values)


def replan(session: Session, rows: ProgrammeRows, now: datetime) -> Planned:
    """Plan from rows read again: for callers that have just written some."""
    session.flush()
    return plan_programme(session, load_programme(session, rows.programme), now)


def _wanted(
    session: Session,
    rows: ProgrammeRows,
    standings: dict[int, Standing],
    settled: frozenset[Identity],
    now: datetime,
) -> tuple[list[Wanted], int]:
    rules = _rules_in_force(session, rows)
    wanted: list[Wanted] = []
    never_due = 0
    for event in rows.events:
        plan = wanted_notices(_planned_event(rows, event, standings, rules.get(row_id(event), [])), now)
        wanted += plan.wanted
        never_due += plan.never_due
    return join_digests(wanted, row_id(rows.programme), settled), never_due


def _planned_event(
    rows: ProgrammeRows, event: Event, standings: dict[int, Standing], rules: list[RuleInForce]
) -> PlannedEvent:
    days = rows.days.get(row_id(event), [])
    invitation_rules = tuple(item for item in rules if item.rule.kind is NoticeKind.INVITATION)
    return PlannedEvent(
        event_id=row_id(event),
        facts=event_facts(rows, event),
        revision=event.revision,
        facts_changed_at=event.facts_changed_at,
        hold=timedelta(minutes=rows.programme.hold_minutes),
        rules=tuple(item for item in rules if item.rule.kind is not NoticeKind.INVITATION),
        invitations=invitation_rules or invitation_mode(rows, event),
        invitees=tuple(
            _invitee(rows, row, standings[row.person_id]) for row in rows.invitations.get(row_id(event), [])
        ),
        day_ids={day.slug: row_id(day) for day in days},
        days_since={day.slug: day.facts_since for day in days},
    )


def invitation_mode(rows: ProgrammeRows, event: Event) -> str:
    """How people are invited: "at once" or "by hand". An empty list of rules invites nobody by itself."""
    written = chosen_rules(rows, event, "invitations")
    if written is None:
        return AT_ONCE
    return written if isinstance(written, str) else BY_HAND


def _invitee(rows: ProgrammeRows, row: Invitation, known: Standing) -> Invitee:
    told = rows.told.get((row.person_id, row.event_id))
    observes = rows.programme.working_days == "observe"
    weekends = {country: tuple(days) for country, days in rows.programme.weekends.items()}
    return Invitee(
        person_id=row.person_id,
        role=Role(row.role),
        round=row.round,
        invited_at=row.invited_at,
        whereabouts=known.whereabouts,
        is_free=free_days(known.country, weekends) if observes else always_working,
        declined=row.answer == "declined",
        left=row.left_at is not None,
        told=Told(facts_from_json(told.facts), told.round) if told else None,
    )


def _rules_in_force(session: Session, rows: ProgrammeRows) -> dict[int, list[RuleInForce]]:
    query = (
        select(EventRule, RuleText)
        .where(EventRule.rule_id == RuleText.id)
        .where(col(EventRule.event_id).in_(list(rows.events_by_id)))
        .order_by(col(EventRule.event_id), col(EventRule.rule_id))
    )
    rules: dict[int, list[RuleInForce]] = {}
    for in_force, text in session.exec(query):
        rule: Rule = parse_rule(text.words, NoticeKind(text.kind))
        rules.setdefault(in_force.event_id, []).append(RuleInForce(rule, in_force.since))
    return rules


def _values(notice: Wanted, known: Standing) -> dict[str, Any]:
    """The columns of a notice that may change while it waits."""
    return {
        "due_at": notice.due.at,
        "due_local": notice.due.local.isoformat(timespec="seconds"),
        "timezone": notice.due.zone,
        "zone_assumed": known.zone.assumed,
        "shifted_from": notice.due.shifted_from and notice.due.shifted_from.isoformat(timespec="seconds"),
        "shifted_why": notice.due.shifted_why,
        "useful_until": notice.useful_until,
        "language": known.language.language,
        "language_source": known.language.source,
        "role": notice.role.value,
    }


def _why_cancelled(rows: ProgrammeRows, row: Notice) -> str:
    """One sentence for the list: why a notice that waited is not wanted any more."""
    if row.event_id is None:
        return "its reminders changed"
    event = rows.events_by_id.get(row.event_id)
    if event is None or event.status == EventStatus.CANCELLED:
        return "the event was cancelled"
    if event.status != EventStatus.CONFIRMED:
        return f"the event is {event.status}"
    invited = next((i for i in rows.invitations.get(row.event_id, []) if i.person_id == row.person_id), None)
    if invited is None or invited.left_at is not None:
        return "the person was taken off the list"
    if invited.round != row.round:
        return "the person was added again"
    return "the event or its rules changed, or it joined a digest"
