"""Which notices there should be: a pure function of an event, its people, its rules, what they were told, and now.

The planner compares the answer with the notices it has stored; nothing here knows what was stored.
"""

from datetime import datetime, timedelta

from convene.rules.corrections import corrections
from convene.rules.due import Due, Subject, due, occurrence, subjects, unshifted
from convene.rules.planned_event import Cause, Invitees, Plan, PlannedEvent, RuleInForce, Wanted
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import Rule
from convene.rules.usefulness import follow_up_useful_until, invitation_useful_until, reminder_useful_until
from convene.rules.vocabulary import EventStatus, NoticeKind, Role

_PARTICIPANTS_ONLY = (NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)


def wanted_notices(event: PlannedEvent, now: datetime) -> Plan:
    """Every notice that the event calls for at `now`, reminders still one by one (`store/digests.py` joins them)."""
    plan = Plan()
    moments = _Moments(event)
    for invitee in event.invitees:
        plan.wanted += corrections(event, invitee, now)
        if invitee.left or event.facts.status is not EventStatus.CONFIRMED or not event.facts.days:
            continue
        if invitee.declined:
            continue
        plan.wanted += _invitation(event, invitee, moments, now)
        reminders, skipped = _by_rules(event, invitee, moments)
        plan.wanted += _nearest_per_date(reminders)
        plan.never_due += skipped * invitee.size
    return plan


class _Moments:
    """Due moments, worked out once per rule, subject and place: hundreds of people share a handful of them."""

    def __init__(self, event: PlannedEvent) -> None:
        self._event = event
        self._known: dict[tuple[object, ...], Due | None] = {}

    def of(self, rule: Rule, subject: Subject, invitee: Invitees) -> Due | None:
        joining = invitee.invited_at if rule.anchor == "joining" else None
        day = subject.day.slug if subject.day else None
        key = (rule, day, invitee.whereabouts, invitee.is_free, joining)
        if key not in self._known:
            self._known[key] = due(rule, subject, invitee.whereabouts, invitee.is_free, joining)
        return self._known[key]


def _invitation(event: PlannedEvent, invitee: Invitees, moments: _Moments, now: datetime) -> list[Wanted]:
    zone = invitee.whereabouts.zone
    useful_until = invitation_useful_until(event.facts, zone)
    if event.invitations == BY_HAND or useful_until <= now:
        return []
    at = _invitation_due(event, invitee, moments, now)
    if at.at >= useful_until:
        return []
    cause = Cause(NoticeKind.INVITATION, event.event_id, None, AT_ONCE, "")
    keeps = isinstance(event.invitations, str)
    return [Wanted(invitee.group, cause, at, useful_until, invitee.role, invitee.round, keeps_due=keeps)]


def _invitation_due(event: PlannedEvent, invitee: Invitees, moments: _Moments, now: datetime) -> Due:
    """The earliest moment of the rules; at once without rules, and for who was added after that moment."""
    zone = invitee.whereabouts.zone
    if isinstance(event.invitations, str):
        return Due(now, zone)
    added = Due(max(invitee.invited_at, min(item.since for item in event.invitations)), zone)
    found = [moments.of(item.rule, Subject(event.facts), invitee) for item in event.invitations]
    first = min((moment for moment in found if moment), key=lambda moment: moment.at, default=added)
    return first if first.at >= added.at else added


def _by_rules(event: PlannedEvent, invitee: Invitees, moments: _Moments) -> tuple[list[Wanted], int]:
    wanted, never_due = [], 0
    for item in event.rules:
        rule = item.rule
        if rule.kind in _PARTICIPANTS_ONLY and invitee.role is not Role.PARTICIPANT:
            continue
        for subject in subjects(rule, event.facts):
            moment = moments.of(rule, subject, invitee)
            if moment is None:
                continue
            kept = _not_before(moment, _earliest(event, item, subject, invitee))
            notice = _notice(event, rule, subject, invitee, kept, moments) if kept else None
            if notice is None or notice.due.at >= notice.useful_until:
                never_due += 1
            else:
                wanted.append(notice)
    return wanted, never_due


def _notice(
    event: PlannedEvent, rule: Rule, subject: Subject, invitee: Invitees, moment: Due, moments: _Moments
) -> Wanted:
    day_id = event.day_ids[subject.day.slug] if subject.day else None
    cause = Cause(rule.kind, event.event_id, day_id, rule.text, occurrence(rule, subject))
    zone = invitee.whereabouts.zone
    if rule.kind is NoticeKind.REMINDER:
        useful_until = reminder_useful_until(rule, subject, zone)
    else:
        useful_until = follow_up_useful_until(rule.kind, moment.at, _next_progress(event, invitee, moments, moment))
    opening = subject.opening
    distance = abs(opening.starts_at(zone) - unshifted(moment).at) if opening else timedelta(0)
    joins = rule.kind is NoticeKind.REMINDER and not rule.counts_instants
    return Wanted(
        invitee.group,
        cause,
        moment,
        useful_until,
        invitee.role,
        invitee.round,
        joins_on=moment.local.date() if joins else None,
        distance=distance,
    )


def _next_progress(event: PlannedEvent, invitee: Invitees, moments: _Moments, after: Due) -> datetime | None:
    rules = [item.rule for item in event.rules if item.rule.kind is NoticeKind.PROGRESS]
    found = [moments.of(rule, Subject(event.facts), invitee) for rule in rules]
    return min((moment.at for moment in found if moment and moment.at > after.at), default=None)


def _earliest(event: PlannedEvent, item: RuleInForce, subject: Subject, invitee: Invitees) -> datetime:
    """Nothing is written that was due before its rule applied, its person was invited, or its date was known."""
    known_since = [event.days_since[day.slug] for day in ((subject.opening, subject.ending)) if day]
    return max(item.since, invitee.invited_at, *known_since)


def _not_before(moment: Due, earliest: datetime) -> Due | None:
    """The moment, else the one before its shift where only the shift puts it too early, else None."""
    if moment.at >= earliest:
        return moment
    original = unshifted(moment)
    return original if original.at >= earliest else None


def _nearest_per_date(notices: list[Wanted]) -> list[Wanted]:
    """Two reminders of one event that a shift brings onto one date are one: the rule nearest to the event stays."""
    kept: dict[tuple[object, ...], Wanted] = {}
    for notice in notices:
        key: tuple[object, ...] = (notice.cause.day_id, notice.joins_on) if notice.joins_on else (notice.cause,)
        if key not in kept or notice.distance < kept[key].distance:
            kept[key] = notice
    return list(kept.values())
