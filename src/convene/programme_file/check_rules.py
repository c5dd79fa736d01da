"""Rules that find nothing to count from: hours where no hour is known, the closing of a window that is not there."""

from collections.abc import Iterator

from convene.errors import Problem
from convene.programme_file.document import DayEntry, EventEntry
from convene.programme_file.dossier import Dossier
from convene.programme_file.resolve import own_or_general, resolve_day
from convene.rules.rule import Rule
from convene.rules.vocabulary import Mode


def check_rules(dossier: Dossier) -> Iterator[Problem]:
    """One warning per written rule of an event that can make no notice of it."""
    for name, event in dossier.effective.items():
        days = [day for day in event.days or () if day.on]
        if not days:
            continue
        for key, number, rule in _written_rules(dossier, event):
            own = getattr(dossier.document.events[name].rules, key) is not None
            where = f"events.{name}.{key}" if own else f"events.{name}"
            why = _why_nothing(dossier, event, days, rule)
            if why and own:
                yield from dossier.at_item(where, number, f'"{rule.text}" gives nothing: {why}.', level="warning")
            elif why:
                yield from dossier.at(where, f'{name}: "{rule.text}" gives nothing: {why}.', level="warning")


def _written_rules(dossier: Dossier, event: EventEntry) -> Iterator[tuple[str, int, Rule]]:
    """The rules that somebody wrote for the event or the programme; those of its kind's plan are not."""
    plan = own_or_general(event.rules, dossier.document.rules)
    for key in ("reminders", "follow_ups", "invitations"):
        rules = getattr(plan, key)
        if isinstance(rules, tuple):
            for number, rule in enumerate(rules, 1):
                yield key, number, rule


def _why_nothing(dossier: Dossier, event: EventEntry, days: list[DayEntry], rule: Rule) -> str:
    modes = {_mode(dossier, event, day) for day in days}
    if rule.anchor == "closing" and Mode.ON_DEMAND not in modes:
        return "no day is on-demand, so nothing closes"
    if rule.each == "live day" and not {Mode.LIVE, Mode.HYBRID} & modes:
        return "no day is live"
    if rule.each or not rule.counts_instants or rule.anchor not in ("start", "end"):
        return ""
    if rule.anchor == "start":
        return "" if min(days, key=_date).start else "the first day has no hour"
    last = max(days, key=_date)
    return "" if last.end or _mode(dossier, event, last) is Mode.ON_DEMAND else "the last day has no end"


def _mode(dossier: Dossier, event: EventEntry, day: DayEntry) -> Mode | None:
    """The mode of a day; None where a venue is unknown, which is another check's business."""
    if any(name not in dossier.document.venues for name in (day.venue, event.venue) if name):
        return None
    return resolve_day(dossier.document, event, day).mode


def _date(day: DayEntry) -> str:
    return (day.until or day.on).isoformat() if day.on else ""
