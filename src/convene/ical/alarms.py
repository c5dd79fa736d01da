"""The alarms of an entry (RFC 5545 3.6.6): those that the event has, and the one that a feed's link asks for.

An entry is a day, so each day that has an hour has them all; "each live day" leaves the days in a room without.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from icalendar import Alarm, vDuration

from convene.ical.content_lines import LiteralText
from convene.ical.entry_words import Said
from convene.rules.facts import DayFacts
from convene.rules.rule import Rule
from convene.rules.vocabulary import Mode

_AT_END = {"RELATED": "END"}


def alarms(day: DayFacts, rules: Iterable[Rule], own_minutes: int | None, said: Said) -> Iterator[Alarm]:
    """The alarms of a day that has an hour, each moment once, the earliest first.

    `own_minutes` before the start: what the link asks for; `said`: the words that the reader is shown.
    """
    in_a_room = day.mode is Mode.IN_PERSON
    triggers = {_trigger(day, rule) for rule in rules if not (in_a_room and rule.each == "live day")}
    if own_minutes is not None:
        triggers.add((False, timedelta(minutes=-own_minutes)))
    for counts_from_end, ahead in sorted(triggers):
        component = Alarm()
        component.add("ACTION", "DISPLAY")
        component.add("DESCRIPTION", LiteralText(said.text), parameters={"LANGUAGE": said.language})
        component.add("TRIGGER", vDuration(ahead), parameters=_AT_END if counts_from_end else {})
        yield component


def _trigger(day: DayFacts, rule: Rule) -> tuple[bool, timedelta]:
    """Whether it counts from the end of the entry, and how long after; an entry without an end has its start alone."""
    length = timedelta(minutes=rule.in_small_units.amount)
    return (rule.anchor == "end" and day.end is not None, length if rule.after else -length)
