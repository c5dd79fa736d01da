"""Which notices there should be: a pure function of an event, its people, its rules, what they were told, and now.

The planner compares the answer with the notices it has stored; nothing here knows what was stored, except `told`
and `settled` (what has left already and must not be planned again in another shape).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from convene.rules.due import Due, Subject, due, occurrence, subjects, unshifted
from convene.rules.facts import DayFacts, EventFacts, Whereabouts, same_day, same_facts
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import Rule
from convene.rules.usefulness import (
    correction_useful_until,
    follow_up_useful_until,
    invitation_useful_until,
    reminder_useful_until,
)
from convene.rules.vocabulary import EventStatus, NoticeKind, Role
from convene.rules.working_days import FreeDay

DIGEST = "digest"
_SOON = timedelta(hours=2)
_LONGEST_HOLD = timedelta(hours=1)
_PARTICIPANTS_ONLY = (NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS)


@dataclass(frozen=True)
class RuleInForce:
    """A rule of an event, and since when it applies: what was due before is never written."""

    rule: Rule
    since: datetime


@dataclass(frozen=True)
class Told:
    """What a person was told last of this event, in which round of their invitation."""

    facts: EventFacts
    round: int


@dataclass(frozen=True)
class Invitee:
    """Somebody invited. `left`: taken off the list again. `is_free` knows the free days of their country."""

    person_id: int
    role: Role
    round: int
    invited_at: datetime
    whereabouts: Whereabouts
    is_free: FreeDay
    declined: bool = False
    left: bool = False
    told: Told | None = None


@dataclass(frozen=True)
class PlannedEvent:
    """One event with everything that decides its notices. `day_ids` and `days_since` are by day slug: the row's id,
    and since when the day has its present date and hour. `invitations` is "at once", "by hand" or rules.
    """

    event_id: int
    facts: EventFacts
    revision: int
    facts_changed_at: datetime
    hold: timedelta
    rules: tuple[RuleInForce, ...]
    invitations: str | tuple[RuleInForce, ...]
    invitees: tuple[Invitee, ...]
    day_ids: Mapping[str, int]
    days_since: Mapping[str, datetime]


@dataclass(frozen=True)
class Identity:
    """What makes two notices the same one (design section 5). `rule` is (kind, canonical words)."""

    person_id: int
    event_id: int | None
    day_id: int | None
    rule: tuple[str, str]
    occurrence: str
    round: int
    revision: int = 0


@dataclass(frozen=True)
class Wanted:
    """A notice that should be there. `keeps_due`: stored already, its moment stays (an invitation due at once)."""

    identity: Identity
    kind: NoticeKind
    due: Due
    useful_until: datetime
    role: Role
    keeps_due: bool = False
    counts_dates: bool = False
    distance: timedelta = timedelta(0)
    parts: tuple["Wanted", ...] = ()


@dataclass
class Plan:
    """The answer for one event. `never_due` counts what is not written: due before its rule or invitation, or only
    after what it speaks of.
    """

    wanted: list[Wanted] = field(default_factory=list)
    never_due: int = 0


def wanted_notices(event: PlannedEvent, now: datetime) -> Plan:
    """Every notice that the event calls for at `now`, reminders still one by one (`join_digests` comes after)."""
    plan = Plan()
    moments = _Moments(event)
    for invitee in event.invitees:
        plan.wanted += _corrections(event, invitee, now)
        if invitee.left or event.facts.status is not EventStatus.CONFIRMED or not event.facts.days:
            continue
        if invitee.declined:
            continue
        plan.wanted += _invitation(event, invitee, moments, now)
        reminders, skipped = _by_rules(event, invitee, moments)
        plan.wanted += _nearest_per_date(reminders)
        plan.never_due += skipped
    return plan


def join_digests(reminders: Iterable[Wanted], programme_id: int, settled: frozenset[Identity]) -> list[Wanted]:
    """Reminders of one person that fall on one date of their clock become one digest, due at the earliest of them.

    Only rules that count dates join; `settled` ones have left already, alone or in a digest.
    """
    result: list[Wanted] = []
    by_date: dict[tuple[int, date], list[Wanted]] = {}
    for notice in reminders:
        if notice.kind is not NoticeKind.REMINDER or not notice.counts_dates:
            result.append(notice)
        elif notice.identity not in settled:
            by_date.setdefault((notice.identity.person_id, notice.due.local.date()), []).append(notice)
    for (person_id, on), parts in by_date.items():
        result += parts if len(parts) == 1 else [_digest(person_id, on, parts, programme_id, settled)]
    return result


def _digest(person_id: int, on: date, parts: list[Wanted], programme_id: int, settled: frozenset[Identity]) -> Wanted:
    parts = sorted(parts, key=lambda part: (part.due.at, part.identity.event_id or 0, part.identity.day_id or 0))
    identity = Identity(person_id, None, None, (DIGEST, f"of programme {programme_id}"), on.isoformat(), 1)
    # What came up after the digest of that date had left makes another one.
    while identity in settled:
        identity = replace(identity, round=identity.round + 1)
    return replace(
        parts[0],
        identity=identity,
        kind=NoticeKind.DIGEST,
        useful_until=max(part.useful_until for part in parts),
        parts=tuple(parts),
    )


class _Moments:
    """Due moments, worked out once per rule, subject and place: hundreds of people share a handful of them."""

    def __init__(self, event: PlannedEvent) -> None:
        self._event = event
        self._known: dict[tuple[object, ...], Due | None] = {}

    def of(self, rule: Rule, subject: Subject, invitee: Invitee) -> Due | None:
        joining = invitee.invited_at if rule.anchor == "joining" else None
        day = subject.day.slug if subject.day else None
        key = (rule, day, invitee.whereabouts, invitee.is_free, joining)
        if key not in self._known:
            self._known[key] = due(rule, subject, invitee.whereabouts, invitee.is_free, joining)
        return self._known[key]


def _invitation(event: PlannedEvent, invitee: Invitee, moments: _Moments, now: datetime) -> list[Wanted]:
    zone = invitee.whereabouts.zone
    useful_until = invitation_useful_until(event.facts, zone)
    if event.invitations == BY_HAND or useful_until <= now:
        return []
    at = _invitation_due(event, invitee, moments, now)
    if at.at >= useful_until:
        return []
    identity = Identity(invitee.person_id, event.event_id, None, (NoticeKind.INVITATION, AT_ONCE), "", invitee.round)
    keeps = isinstance(event.invitations, str)
    return [Wanted(identity, NoticeKind.INVITATION, at, useful_until, invitee.role, keeps_due=keeps)]


def _invitation_due(event: PlannedEvent, invitee: Invitee, moments: _Moments, now: datetime) -> Due:
    """The earliest moment of the rules; at once without rules, and for who was added after that moment."""
    zone = invitee.whereabouts.zone
    if isinstance(event.invitations, str):
        return Due(now, zone)
    added = Due(max(invitee.invited_at, min(item.since for item in event.invitations)), zone)
    found = [moments.of(item.rule, Subject(event.facts), invitee) for item in event.invitations]
    first = min((moment for moment in found if moment), key=lambda moment: moment.at, default=added)
    return first if first.at >= added.at else added


def _by_rules(event: PlannedEvent, invitee: Invitee, moments: _Moments) -> tuple[list[Wanted], int]:
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
    event: PlannedEvent, rule: Rule, subject: Subject, invitee: Invitee, moment: Due, moments: _Moments
) -> Wanted:
    day_id = event.day_ids[subject.day.slug] if subject.day else None
    identity = Identity(
        invitee.person_id, event.event_id, day_id, (rule.kind, rule.text), occurrence(rule, subject), invitee.round
    )
    zone = invitee.whereabouts.zone
    if rule.kind is NoticeKind.REMINDER:
        useful_until = reminder_useful_until(rule, subject, zone)
    else:
        useful_until = follow_up_useful_until(rule.kind, moment.at, _next_progress(event, invitee, moments, moment))
    opening = subject.opening
    distance = abs(opening.starts_at(zone) - unshifted(moment).at) if opening else timedelta(0)
    counts_dates = not rule.counts_instants
    return Wanted(identity, rule.kind, moment, useful_until, invitee.role, counts_dates=counts_dates, distance=distance)


def _next_progress(event: PlannedEvent, invitee: Invitee, moments: _Moments, after: Due) -> datetime | None:
    rules = [item.rule for item in event.rules if item.rule.kind is NoticeKind.PROGRESS]
    found = [moments.of(rule, Subject(event.facts), invitee) for rule in rules]
    return min((moment.at for moment in found if moment and moment.at > after.at), default=None)


def _earliest(event: PlannedEvent, item: RuleInForce, subject: Subject, invitee: Invitee) -> datetime:
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
        if notice.kind is NoticeKind.REMINDER and notice.counts_dates:
            key: tuple[object, ...] = (notice.identity.day_id, notice.due.local.date())
        else:
            key = (notice.identity,)
        if key not in kept or notice.distance < kept[key].distance:
            kept[key] = notice
    return list(kept.values())


def _corrections(event: PlannedEvent, invitee: Invitee, now: datetime) -> list[Wanted]:
    """The one mail to somebody who was told otherwise; none where the facts are the same again."""
    told = invitee.told
    if told is None or event.facts.status is EventStatus.DRAFT or _awaits_invitation(event, invitee, told):
        return []
    ends = invitee.left or event.facts.status is EventStatus.CANCELLED
    if same_facts(told.facts, event.facts) and not invitee.left:
        return []
    if ends and told.facts.status is EventStatus.CANCELLED:
        return []
    if invitee.declined and not ends and not _has_new_date(told.facts, event.facts):
        return []
    kind = NoticeKind.CANCELLATION if ends else NoticeKind.CHANGE
    concerned = list(told.facts.days) if ends else changed_days(told.facts, event.facts)
    zone = invitee.whereabouts.zone
    if not concerned or correction_useful_until(concerned, zone) <= now:
        return []
    identity = Identity(
        invitee.person_id, event.event_id, None, (kind, "told otherwise"), "", invitee.round, event.revision
    )
    at = _correction_due(event, concerned, zone, now)
    useful_until = correction_useful_until(concerned, zone)
    return [Wanted(identity, kind, at, useful_until, invitee.role, keeps_due=True)]


def _awaits_invitation(event: PlannedEvent, invitee: Invitee, told: Told) -> bool:
    """Whether somebody added again will be told by the invitation of the new round; until then, they know they left."""
    if told.round == invitee.round:
        return False
    invited_now = event.facts.status is EventStatus.CONFIRMED and not invitee.left
    return invited_now or told.facts.status is EventStatus.CANCELLED


def changed_days(old: EventFacts, new: EventFacts) -> list[DayFacts]:
    """The days that differ between two tellings, old and new ones; all of them where the status differs."""
    if old.status is not new.status:
        return [*old.days, *new.days]
    gone = [day for day in old.days if not any(same_day(day, other) for other in new.days)]
    return gone + [day for day in new.days if not any(same_day(other, day) for other in old.days)]


def _has_new_date(old: EventFacts, new: EventFacts) -> bool:
    """Whether a date or an hour stands that was not told: all that somebody who declined still wants to know."""
    told, now = ({(day.slug, day.starts_at(), day.ends_at()) for day in facts.days} for facts in (old, new))
    return new.status is EventStatus.CONFIRMED and not now <= told


def _correction_due(event: PlannedEvent, concerned: list[DayFacts], zone: str, now: datetime) -> Due:
    """`hold` after the change (at most an hour), so that a slip can be mended; at once when a day concerned starts
    within two hours.
    """
    soon = any(now <= day.starts_at(zone) <= now + _SOON for day in concerned)
    return Due(now if soon else max(now, event.facts_changed_at + min(event.hold, _LONGEST_HOLD)), zone)
