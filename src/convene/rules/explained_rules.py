"""What each rule of an event comes to: the notices it makes, for whom, and why it makes none for the others."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from convene.rules.due import Subject, due, subjects
from convene.rules.facts import EventFacts
from convene.rules.planned_event import Invitees, PlannedEvent, Wanted
from convene.rules.rule import PARTICIPANTS_ONLY, Rule
from convene.rules.vocabulary import EventStatus, Role
from convene.rules.wanted import wanted_notices

NOT_FOR_THEM = "only participants get it"
SAME_DATE = "another reminder of the event leaves on that date"


@dataclass
class ExplainedRule:
    """One rule: the notices that it makes, group by group, and how many it does not make, by why."""

    rule: Rule
    wanted: list[Wanted] = field(default_factory=list)
    not_written: Counter[str] = field(default_factory=Counter)


def why_silent(facts: EventFacts) -> str:
    """Why an event makes no notices by its rules, whatever they say; empty where it does."""
    if facts.status is not EventStatus.CONFIRMED:
        return "it is a draft" if facts.status is EventStatus.DRAFT else f"it is {facts.status.value}"
    return "" if facts.days else "no day has a date"


def explain_rules(event: PlannedEvent, now: datetime) -> list[ExplainedRule]:
    """The reminders and follow-ups of an event that stands, as planned at `now` (UTC); by their first moment."""
    plan = wanted_notices(event, now)
    explained = [ExplainedRule(item.rule) for item in event.rules]
    for each in explained:
        kind, text = each.rule.kind, each.rule.text
        each.wanted = [notice for notice in plan.wanted if (notice.kind, notice.cause.rule) == (kind, text)]
        each.not_written.update({why.value: count for (rule, why), count in plan.never_due.items() if rule == text})
        each.not_written.update(_without_moment(each.rule, event))
        _note_joined(each, event)
    return sorted(explained, key=_first_moment)


def why_nothing(rule: Rule) -> str:
    """What a rule lacks that finds no moment in a subject."""
    if rule.each == "live day":
        return "no day is live"
    if rule.anchor == "closing":
        return "no day is on-demand, so nothing closes"
    return f"no {'hour' if rule.anchor == 'start' else 'end'} is known"


def _note_joined(each: ExplainedRule, event: PlannedEvent) -> None:
    """What is neither made nor left out for another reason gave way to a reminder of the same date."""
    sizes = {invitees.group: invitees.size for invitees in event.invitees}
    made = sum(sizes[notice.group] for notice in each.wanted)
    found = len(subjects(each.rule, event.facts)) or 1
    missing = found * sum(invitees.size for invitees in _told_by_rules(event)) - made - each.not_written.total()
    if missing > 0:
        each.not_written[SAME_DATE] += missing


def _without_moment(rule: Rule, event: PlannedEvent) -> Counter[str]:
    """The notices that are not made since the reader's role has none, or nothing is there to count from."""
    found: Counter[str] = Counter()
    spoken_of = subjects(rule, event.facts)
    for invitees in _told_by_rules(event):
        if rule.kind in PARTICIPANTS_ONLY and invitees.role is not Role.PARTICIPANT:
            found[NOT_FOR_THEM] += invitees.size * (len(spoken_of) or 1)
            continue
        lacking = sum(not _has_moment(rule, subject, invitees) for subject in spoken_of) if spoken_of else 1
        if lacking:
            found[why_nothing(rule)] += invitees.size * lacking
    return found


def _has_moment(rule: Rule, subject: Subject, invitees: Invitees) -> bool:
    return due(rule, subject, invitees.whereabouts, invitees.is_free, invitees.invited_at) is not None


def _told_by_rules(event: PlannedEvent) -> Iterator[Invitees]:
    """Those whom rules write to at all."""
    return (invitees for invitees in event.invitees if invitees.gets_reminders)


def _first_moment(explained: ExplainedRule) -> tuple[bool, str, timedelta, str]:
    """Rules that make nothing come last, by how far before or after the event they stand."""
    rule = explained.rule
    first = min((notice.due.at.isoformat() for notice in explained.wanted), default="")
    return (not first, first, rule.distance, rule.text)
