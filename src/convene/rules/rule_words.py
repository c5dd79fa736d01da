"""A rule and the moment that it counts from, as one line: whose clock that is, the venue's or the reader's."""

from datetime import date, datetime

from convene.rules.clock import first_clock_zone
from convene.rules.due import written_occurrence
from convene.rules.facts import DayFacts, Whereabouts
from convene.rules.rule import FOLLOW_UPS, Rule
from convene.rules.vocabulary import READER_ZONE, Mode
from convene.rules.weekdays import written_date, written_moment
from convene.rules.zones import instant, wall_clock


def counted_from(rule: Rule, occurrence: str, day: DayFacts | None, reader: Whereabouts) -> str:
    """ "7 days before at 09:00, counted from Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock".

    `occurrence` is what the notice speaks of (`due.occurrence`), and what most rules count from; `day` is the day that
    the rule counts from, where the event still has one (with `closing`: the window).
    """
    if rule.on is not None:
        return f"{rule.text}, a written date"
    if rule.anchor == "joining":
        return f"{rule.text}, counted from when they were invited"
    if rule.anchor == "closing":
        return f"{rule.text}, counted from the end of the window" + (f", {written_date(day.last_date)}" if day else "")
    speaks_of_end = rule.kind in FOLLOW_UPS.values()
    edge = f"the {rule.anchor}, " if speaks_of_end or rule.anchor == "end" else ""
    if speaks_of_end != (rule.anchor == "end"):
        occurrence = _edge_of(day, rule.anchor)
    moment, _, zone = occurrence.partition(" ")
    if not moment:
        return rule.text
    clock = "on the reader's clock" if zone == READER_ZONE else zone
    return f"{rule.text}, counted from {edge}{_written(moment)} {clock}{_whose(rule, moment, zone, day, reader)}"


def _edge_of(day: DayFacts | None, anchor: str) -> str:
    """The start or end of a day, written as an occurrence: for a reminder that counts from the end, and the like."""
    if day is None:
        return ""
    return written_occurrence(*((day.on, day.start) if anchor == "start" else (day.end_date, day.end)), day.zone)


def _written(moment: str) -> str:
    if "T" in moment:
        return written_moment(datetime.fromisoformat(moment))
    return written_date(date.fromisoformat(moment))


def _whose(rule: Rule, moment: str, zone: str, day: DayFacts | None, reader: Whereabouts) -> str:
    """Whose calendar days, weeks and months count on; nothing where no hour is printed, or the instant counts."""
    if day is None or "T" not in moment or rule.counts_instants or day.mode is Mode.DEADLINE:
        return ""
    if first_clock_zone(day, reader) != reader.zone:
        return f", the venue's clock; {rule.at:%H:%M} is the reader's" if not rule.venue_time else ", the venue's clock"
    if zone == reader.zone:
        return ", the venue's clock and the reader's" if day.mode is Mode.IN_PERSON else ", the reader's clock"
    local = datetime.fromisoformat(moment)
    shown = wall_clock(instant(local.date(), local.time(), zone, day.fold), reader.zone)
    return f", which is {written_moment(shown)} on the reader's clock"
