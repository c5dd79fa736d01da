"""Corrections: who was told otherwise gets one mail with old and new (design promise 5)."""

from datetime import datetime, timedelta

from convene.rules.due import Due
from convene.rules.facts import DayFacts, EventFacts, same_day, same_facts
from convene.rules.planned_event import Identity, Invitee, PlannedEvent, Told, Wanted
from convene.rules.usefulness import correction_useful_until
from convene.rules.vocabulary import EventStatus, NoticeKind

_SOON = timedelta(hours=2)
_LONGEST_HOLD = timedelta(hours=1)


def corrections(event: PlannedEvent, invitee: Invitee, now: datetime) -> list[Wanted]:
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
    concerned = list(told.facts.days) if ends else _changed_days(told.facts, event.facts)
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


def _changed_days(old: EventFacts, new: EventFacts) -> list[DayFacts]:
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
