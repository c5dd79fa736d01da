"""Rules that make no notice: hours where no hour is known, the closing of a window that is not there, a reminder that
would come after what it speaks of, a follow-up that would come before it. Reminders that come before the invitation.
And alarms that ring on no day.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from convene.errors import Problem
from convene.programme_file.checks.document_facts import document_facts, rules_in_effect
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.resolve import own_or_general, resolve_day
from convene.programme_file.document import DayEntry, EventEntry
from convene.rules.due import Subject, due, subjects
from convene.rules.facts import EventFacts, Whereabouts
from convene.rules.rule import Rule
from convene.rules.usefulness import invitation_useful_until, reminder_useful_until
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.zones import instant

_FIRST_CLOCK, _LAST_CLOCK = "Etc/GMT-14", "Etc/GMT+12"
"""Where on earth an hour of a date is shown first, and where last."""


def check_rules(dossier: Dossier) -> Iterator[Problem]:
    """One warning per written rule of an event that can make no notice of it."""
    for name, event in dossier.effective.items():
        days = [day for day in event.days or () if day.on]
        if not days and event.due is None:
            continue
        for key, number, rule in _written_rules(dossier, event):
            own = getattr(dossier.document.events[name].rules, key) is not None
            where = f"events.{name}.{key}" if own else f"events.{name}"
            why = _why_off(dossier, event, key, rule) if rule.on else _why_too_late(key, rule)
            why = why or _why_nothing(dossier, event, days, rule)
            if why and own:
                yield from dossier.at_item(where, number, f'"{rule.text}" gives nothing: {why}.', level="warning")
            elif why:
                yield from dossier.at(where, f'{name}: "{rule.text}" gives nothing: {why}.', level="warning")


def check_invited_first(dossier: Dossier) -> Iterator[Problem]:
    """One warning per event of which a reminder leaves before the rule that invites to it."""
    for name, event in dossier.effective.items():
        invitations = own_or_general(event.rules, dossier.document.rules).invitations
        if not isinstance(invitations, tuple) or not _knows_venues(dossier, event):
            continue
        facts = document_facts(dossier.document, event)
        clock = facts.days[0].clock_zone(dossier.document.programme.timezone) if facts.days else ""
        reminders = (rule for rule in rules_in_effect(dossier.document, event) if rule.kind is NoticeKind.REMINDER)
        reminded, invited = (_earliest(rules, facts, clock) for rules in (reminders, invitations))
        if reminded and invited and reminded[0] < invited[0] < invitation_useful_until(facts, clock):
            own = dossier.document.events[name].rules.invitations is not None
            where, about = (f"events.{name}.invitations", "") if own else (f"events.{name}", f"{name}: ")
            what = f'{about}"{invited[1]}" invites only after a reminder has left: {reminded[1]}.'
            yield from dossier.at(where, what, "invite earlier, or leave the reminder out", level="warning")


def _earliest(rules: Iterable[Rule], facts: EventFacts, clock: str) -> tuple[datetime, str] | None:
    """When the first of these rules writes to somebody who lives by `clock`, and its text; None where none does."""
    reader = Whereabouts(clock)
    found = ((due(rule, subject, reader), rule.text) for rule in rules for subject in subjects(rule, facts))
    return min(((moment.at, text) for moment, text in found if moment), default=None)


def check_alarms(dossier: Dossier) -> Iterator[Problem]:
    """One warning per alarm that no entry of its event has: what takes no time rings no bell (`ical/alarms.py`)."""
    for name, event in dossier.effective.items():
        own = bool(dossier.document.events[name].alarms)
        days = [day for day in event.days or () if day.on]
        for number, rule in enumerate(event.alarms if days or event.due else (), 1):
            if why := _why_silent(dossier, event, days, rule):
                what = f'"{rule.text}" rings on no day: {why}.'
                if own:
                    yield from dossier.at_item(f"events.{name}.alarms", number, what, level="warning")
                else:
                    yield from dossier.at(f"events.{name}", f"{name}: {what}", level="warning")


def _why_silent(dossier: Dossier, event: EventEntry, days: list[DayEntry], rule: Rule) -> str:
    if event.due:
        return "a deadline takes no time"
    modes = [(day, _mode(dossier, event, day)) for day in days]
    taking_time = [mode for day, mode in modes if day.start and mode is not Mode.ON_DEMAND]
    if not taking_time:
        return "no day has an hour"
    if rule.each == "live day" and not any(_speaks_of(rule, mode) for mode in taking_time):
        return "no day with an hour is live"
    return ""


def _written_rules(dossier: Dossier, event: EventEntry) -> Iterator[tuple[str, int, Rule]]:
    """The rules that somebody wrote for the event or the programme; those of its kind's plan are not."""
    plan = own_or_general(event.rules, dossier.document.rules)
    for key in ("reminders", "follow_ups", "invitations"):
        rules = getattr(plan, key)
        if isinstance(rules, tuple):
            for number, rule in enumerate(rules, 1):
                yield key, number, rule


def _why_too_late(key: str, rule: Rule) -> str:
    """Reminders leave until the start (or end) that they count from, invitations until the last day begins."""
    if not rule.after or rule.amount == 0:
        return ""
    if key == "reminders" and rule.anchor != "joining":
        return f"a reminder after the {rule.anchor} is of no use to anybody"
    return (
        "an invitation after the end is of no use to anybody" if key == "invitations" and rule.anchor == "end" else ""
    )


def _why_off(dossier: Dossier, event: EventEntry, key: str, rule: Rule) -> str:
    """Why a written date is of no use, whatever clock its readers live by."""
    facts = document_facts(dossier.document, event) if _knows_venues(dossier, event) else None
    if facts is None or rule.on is None or rule.at is None:
        return ""
    if key == "follow_ups":
        begins = min(day.starts_at(_LAST_CLOCK) for day in facts.days)
        return "it comes before the event" if instant(rule.on, rule.at, _LAST_CLOCK) < begins else ""
    due = instant(rule.on, rule.at, _FIRST_CLOCK)
    if key == "reminders" and due >= reminder_useful_until(rule, Subject(facts), _LAST_CLOCK):
        return "a reminder after the start is of no use to anybody"
    if key == "invitations" and due >= invitation_useful_until(facts, _LAST_CLOCK):
        return "an invitation after the last day has begun is of no use to anybody"
    return ""


def _why_nothing(dossier: Dossier, event: EventEntry, days: list[DayEntry], rule: Rule) -> str:
    modes = [_mode(dossier, event, day) for day in days]
    if rule.anchor == "closing" and Mode.ON_DEMAND not in modes:
        return "no day is on-demand, so nothing closes"
    if rule.each == "live day" and not {Mode.LIVE, Mode.HYBRID} & {*modes}:
        return "no day is live"
    if event.due or not rule.counts_instants or rule.anchor not in ("start", "end"):
        return ""
    return _why_no_hour([(day, mode) for day, mode in zip(days, modes, strict=True) if _speaks_of(rule, mode)], rule)


def _speaks_of(rule: Rule, mode: Mode | None) -> bool:
    return rule.each != "live day" or mode in (Mode.LIVE, Mode.HYBRID)


def _why_no_hour(days: list[tuple[DayEntry, Mode | None]], rule: Rule) -> str:
    """Hours count from a start or an end: that of the first or last day, or of any with `each`."""
    if rule.anchor == "start":
        counted = days if rule.each else [min(days, key=lambda item: str(item[0].on))]
        return "" if any(day.start for day, _ in counted) else _lacks(rule, "first day", "hour")
    counted = days if rule.each else [max(days, key=lambda item: str(item[0].until or item[0].on))]
    ends = any(day.end or mode is Mode.ON_DEMAND for day, mode in counted)
    return "" if ends else _lacks(rule, "last day", "end")


def _lacks(rule: Rule, day: str, what: str) -> str:
    return f"no {rule.each} has an {what}" if rule.each else f"the {day} has no {what}"


def _mode(dossier: Dossier, event: EventEntry, day: DayEntry) -> Mode | None:
    """The mode of a day; None where a venue is unknown, which is another check's business."""
    return resolve_day(dossier.document, event, day).mode if _knows_venues(dossier, event, day) else None


def _knows_venues(dossier: Dossier, event: EventEntry, *days: DayEntry) -> bool:
    """Whether the venues of these days are there: of all days where none is named."""
    named = (event.venue, *(day.venue for day in days or event.days or ()))
    return all(name in dossier.document.venues for name in named if name)
