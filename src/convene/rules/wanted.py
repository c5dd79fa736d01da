"""Which notices there should be: a pure function of an event, its people, its rules, what they were told, and now.

The planner compares the answer with the notices it has stored; nothing here knows what was stored.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from convene.rules.corrections import corrections
from convene.rules.due import Due, Subject, due, occurrence, subjects, unshifted
from convene.rules.planned_event import Cause, Invitees, NotWritten, Plan, PlannedEvent, Wanted
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import FOLLOW_UPS, PARTICIPANTS_ONLY, Rule
from convene.rules.usefulness import (
    follow_up_useful_until,
    invitation_useful_until,
    reminder_useful_until,
)
from convene.rules.vocabulary import EventStatus, NoticeKind, Role
from convene.rules.waking import after_waking, next_day


def wanted_notices(event: PlannedEvent, now: datetime) -> Plan:
    """Every notice that the event calls for at `now`, reminders still one by one (`store/digests.py` joins them)."""
    plan = Plan()
    calls = _Calls(event)
    for invitees in event.invitees:
        plan.wanted += corrections(event, invitees, now)
        if not invitees.gets_reminders or not calls.stands:
            continue
        plan.wanted += _invitation(event, invitees, calls, now)
        plan.wanted += _nearest_per_date(_by_rules(invitees, calls, plan.never_due), calls.first_day)
    return plan


@dataclass(frozen=True)
class _Call:
    """One rule about one subject: what everybody it concerns shares. Nothing due before `since` is written: since the
    rule applies (`rule_since`) and the subject has its present date.
    """

    rule: Rule
    subject: Subject
    cause: Cause
    rule_since: datetime
    since: datetime


@dataclass(slots=True)
class _Timing:
    """When the notice of a call is due for people at one place, and what follows from it. `by_rule` is the moment
    before quiet hours.
    """

    by_rule: Due
    due: Due
    useful_until: datetime
    joins_on: date | None
    distance: timedelta


class _Calls:
    """The calls of an event's rules, each timed once per place: hundreds of people share a handful of moments."""

    def __init__(self, event: PlannedEvent) -> None:
        self.stands = event.facts.status is EventStatus.CONFIRMED and bool(event.facts.days)
        self.event = event
        self.first_day = event.day_ids[event.facts.days[0].slug] if event.facts.days else None
        rules = event.rules if self.stands else ()
        self.all = [call for item in rules for call in _calls(event, item.rule, item.since)]
        self.invitation = Cause(NoticeKind.INVITATION, event.event_id, None, AT_ONCE, "")
        self._progress = [call for call in self.all if call.rule.kind is NoticeKind.PROGRESS]
        self._timings: dict[tuple[object, ...], _Timing | None] = {}
        self._progress_due: dict[tuple[object, ...], list[datetime]] = {}
        self._invited_until: dict[str, datetime] = {}

    def timing(self, call: _Call, invitees: Invitees) -> _Timing | None:
        """None where the rule finds nothing to count from."""
        joining = invitees.invited_at if call.rule.anchor == "joining" else None
        key = (id(call), invitees.whereabouts, invitees.is_free, joining)
        if key in self._timings:
            return self._timings[key]
        moment = due(call.rule, call.subject, invitees.whereabouts, invitees.is_free, joining)
        timing = self._timings[key] = self._timed(call, moment, invitees) if moment else None
        return timing

    def unshifted(self, call: _Call, timing: _Timing, invitees: Invitees) -> _Timing:
        """The same without the shift to a working day."""
        return self._timed(call, unshifted(timing.by_rule), invitees)

    def invited_until(self, zone: str) -> datetime:
        """How long an invitation is of use to people in `zone`."""
        if zone not in self._invited_until:
            self._invited_until[zone] = invitation_useful_until(self.event.facts, zone)
        return self._invited_until[zone]

    def _timed(self, call: _Call, moment: Due, invitees: Invitees) -> _Timing:
        rule, useful_until = call.rule, self._useful_until(call, moment, invitees)
        if rule.kind is not NoticeKind.REMINDER or rule.counts_instants:
            begins_at = useful_until if rule.kind is NoticeKind.REMINDER else None
            waits = moment if rule.counts_instants else after_waking(moment, self.event.quiet_hours, begins_at)
            return _Timing(moment, waits, useful_until, None, timedelta(0))
        waits = after_waking(moment, self.event.quiet_hours, useful_until)
        distance = abs(useful_until - unshifted(moment).at)
        return _Timing(moment, waits, useful_until, waits.local.date(), distance)

    def _useful_until(self, call: _Call, moment: Due, invitees: Invitees) -> datetime:
        if call.rule.kind is NoticeKind.REMINDER:
            return reminder_useful_until(call.rule, call.subject, invitees.whereabouts.zone)
        following = self._next_progress(moment, invitees) if call.rule.kind is NoticeKind.PROGRESS else None
        return follow_up_useful_until(call.rule.kind, moment.at, following)

    def _next_progress(self, after: Due, invitees: Invitees) -> datetime | None:
        if len(self._progress) < 2:
            return None
        key = (invitees.whereabouts, invitees.is_free)
        if key not in self._progress_due:
            found = (due(call.rule, call.subject, *key) for call in self._progress)
            self._progress_due[key] = [moment.at for moment in found if moment]
        return min((at for at in self._progress_due[key] if at > after.at), default=None)


def _calls(event: PlannedEvent, rule: Rule, since: datetime) -> list[_Call]:
    calls = []
    for subject in subjects(rule, event.facts):
        day_id = event.day_ids[subject.day.slug] if subject.day else None
        cause = Cause(rule.kind, event.event_id, day_id, rule.text, occurrence(rule, subject))
        dates_known = [event.days_since[day.slug] for day in (subject.opening, subject.ending) if day]
        calls.append(_Call(rule, subject, cause, since, max(since, *dates_known)))
    return calls


def _invitation(event: PlannedEvent, invitees: Invitees, calls: _Calls, now: datetime) -> list[Wanted]:
    useful_until = calls.invited_until(invitees.whereabouts.zone)
    if event.invitations == BY_HAND or useful_until <= now:
        return []
    at = _invitation_due(event, invitees, now)
    if at.at >= useful_until:
        return []
    keeps = isinstance(event.invitations, str)
    role, round_ = invitees.role, invitees.round
    awake = after_waking(at, event.quiet_hours, next_day(event.facts.days, at, useful_until))
    return [Wanted(invitees.group, calls.invitation, awake, useful_until, role, round_, keeps_due=keeps)]


def _invitation_due(event: PlannedEvent, invitees: Invitees, now: datetime) -> Due:
    """The earliest moment of the rules; at once without rules, and for who was added after that moment."""
    zone = invitees.whereabouts.zone
    if isinstance(event.invitations, str):
        return Due(now, zone)
    added = Due(max(invitees.invited_at, min(item.since for item in event.invitations)), zone)
    subject, whereabouts, joined = Subject(event.facts), invitees.whereabouts, invitees.invited_at
    found = [due(item.rule, subject, whereabouts, invitees.is_free, joined) for item in event.invitations]
    first = min((moment for moment in found if moment), key=lambda moment: moment.at, default=added)
    return first if first.at >= added.at else added


def _by_rules(invitees: Invitees, calls: _Calls, never_due: Counter[tuple[str, NotWritten]]) -> list[Wanted]:
    """The notices of one group by its event's rules; those that are not written are added to `never_due`."""
    wanted = []
    for call in calls.all:
        if call.rule.kind in PARTICIPANTS_ONLY and invitees.role is not Role.PARTICIPANT:
            continue
        timing = calls.timing(call, invitees)
        if timing is None:
            continue
        earliest = max(call.since, invitees.invited_at)
        if timing.by_rule.at < earliest and timing.by_rule.shifted_from:
            timing = calls.unshifted(call, timing, invitees)
        in_time = not _precedes_event(call, timing) and timing.due.at < timing.useful_until
        if earliest <= timing.by_rule.at and in_time:
            wanted.append(_notice(call, timing, invitees))
        else:
            never_due[call.cause.rule, _why_not(call, timing, invitees)] += invitees.size
    return wanted


def _why_not(call: _Call, timing: _Timing, invitees: Invitees) -> NotWritten:
    if timing.by_rule.at < call.rule_since:
        return NotWritten.BEFORE_RULE
    if timing.by_rule.at < call.since:
        return NotWritten.BEFORE_DATE
    if timing.by_rule.at < invitees.invited_at:
        return NotWritten.BEFORE_INVITATION
    return NotWritten.TOO_EARLY if _precedes_event(call, timing) else NotWritten.TOO_LATE


def _precedes_event(call: _Call, timing: _Timing) -> bool:
    """Whether a follow-up would leave before there is anything to follow up: a written date, or "0 days after"."""
    opening = call.subject.opening
    if call.rule.kind not in FOLLOW_UPS.values() or opening is None:
        return False
    return timing.due.at < opening.starts_at(timing.due.zone)


def _notice(call: _Call, timing: _Timing, invitees: Invitees) -> Wanted:
    return Wanted(
        invitees.group,
        call.cause,
        timing.due,
        timing.useful_until,
        invitees.role,
        invitees.round,
        joins_on=timing.joins_on,
        distance=timing.distance,
    )


def _nearest_per_date(notices: list[Wanted], first_day: int | None) -> list[Wanted]:
    """Two reminders of one event that a shift brings onto one date are one: the rule nearest to the event stays, to the
    end of it where that is what the reminder speaks of.

    One for each day speaks of another thing, but for that of the first day (its row's id), with which the event starts.
    """
    kept: dict[tuple[object, ...], Wanted] = {}
    for notice in notices:
        day = notice.cause.day_id or first_day
        key: tuple[object, ...] = (day, notice.joins_on) if notice.joins_on else (id(notice),)
        if key not in kept or notice.distance < kept[key].distance:
            kept[key] = notice
    return list(kept.values())
