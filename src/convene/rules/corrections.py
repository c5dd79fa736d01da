"""Corrections: who was told otherwise gets one mail with old and new (design promise 5)."""

from dataclasses import replace
from datetime import datetime, timedelta

from convene.rules.clock import as_read
from convene.rules.due import Due
from convene.rules.facts import DayFacts, EventFacts, is_known, same_day
from convene.rules.planned_event import Cause, Invitees, PlannedEvent, Told, Wanted
from convene.rules.usefulness import correction_useful_until, lies_ahead_until, no_date_useful_until, open_until
from convene.rules.vocabulary import EventStatus, NoticeKind
from convene.rules.waking import after_waking, next_day

_SOON = timedelta(hours=2)
LONGEST_WAIT = timedelta(hours=1)

CORRECTIONS = (NoticeKind.CHANGE, NoticeKind.CANCELLATION)

TOLD_OTHERWISE = "told otherwise"
"""The rule of a change or a cancellation."""

AS_TOLD = "the facts are again as they were told"
"""Why a correction is cancelled: the mail that told them last is right again."""

NOT_REPEATED = "the facts changed before the repeat"
"""Why a mail that may have arrived does not leave again."""


def corrections(event: PlannedEvent, invitee: Invitees, now: datetime) -> list[Wanted]:
    """The one mail to people who were told otherwise; none where the facts are the same again."""
    if invitee.told is None or event.facts.status is EventStatus.DRAFT:
        return []
    told = as_understood(invitee.told)
    if told.ended and told.round != invitee.round:
        return []  # they know that they left, and the invitation of the new round is to tell them the rest
    ends = invitee.left or event.facts.status is EventStatus.CANCELLED
    if knows(invitee, event.facts) and not invitee.left:
        return []
    if ends and told.ended:
        return []
    if invitee.declined and not ends and not _has_new_date(told.facts, event.facts):
        return []
    concerned = list(told.facts.days) if ends else _changed_days(told.facts, event.facts)
    useful_until = _useful_until(event, invitee, told, concerned)
    if useful_until <= now:
        return []
    kind = NoticeKind.CANCELLATION if ends else NoticeKind.CHANGE
    cause = Cause(kind, event.event_id, None, TOLD_OTHERWISE, "", event.revision)
    due = _correction_due(event, invitee, told, concerned, now)
    # Old days as well as new ones: whoever was to be there tomorrow morning hears of it tonight.
    awake = after_waking(due, event.quiet_hours, next_day([*concerned, *event.facts.days], due, useful_until))
    return [Wanted(invitee.group, cause, awake, useful_until, invitee.role, invitee.round, keeps_due=True)]


def knows(invitee: Invitees, facts: EventFacts) -> bool:
    """Whether people who were told of the event know `facts`: a mail would have nothing to show them."""
    assert invitee.told is not None
    told, reader = as_understood(invitee.told), invitee.whereabouts
    return is_known(as_read(facts, reader), as_read(told.facts, reader))


def as_understood(told: Told) -> Told:
    """Who was told that it is off for them knows a cancelled event, whatever it is to others."""
    ended = told.ended or told.facts.status is EventStatus.CANCELLED
    facts = replace(told.facts, status=EventStatus.CANCELLED) if ended else told.facts
    return replace(told, facts=facts, ended=ended)


def _useful_until(event: PlannedEvent, invitee: Invitees, told: Told, concerned: list[DayFacts]) -> datetime:
    """The start of the last day concerned, of a window its end. Who waits for a date, and gets none, is told anyway."""
    waits = told.facts.status is EventStatus.POSTPONED or not told.facts.days
    takes_place = event.facts.status is EventStatus.CONFIRMED and event.facts.days and not invitee.left
    if waits and not takes_place:
        return no_date_useful_until(_news(event, invitee, told)[1])
    return correction_useful_until(concerned, invitee.whereabouts.zone)


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


def _correction_due(
    event: PlannedEvent, invitee: Invitees, told: Told, concerned: list[DayFacts], now: datetime
) -> Due:
    """`hold` after the last change, so that a slip can be mended; at most an hour after the first one; at once when a
    day concerned starts, or a window closes, within two hours.
    """
    zone = invitee.whereabouts.zone
    turns = (turn(day, zone) for day in concerned for turn in (lies_ahead_until, open_until))
    if any(now <= at <= now + _SOON for at in turns):
        return Due(now, zone)
    first, last = _news(event, invitee, told)
    return Due(max(now, min(last + event.hold, first + LONGEST_WAIT)), zone)


def _news(event: PlannedEvent, invitee: Invitees, told: Told) -> tuple[datetime, datetime]:
    """When the first and the last thing happened that these people do not know: a change, their leaving the list."""
    moments = [invitee.left_at] if invitee.left_at else []
    if told.misinformed_since or not moments:
        moments += [told.misinformed_since or event.facts_changed_at, event.facts_changed_at]
    return min(moments), max(moments)
