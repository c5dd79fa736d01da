"""One event as a mail shows it: title, days with their rows, description, materials."""

from dataclasses import dataclass, replace

from convene.language.catalogue import catalogue
from convene.language.dates import date_range
from convene.language.ordinals import day_label
from convene.language.texts import Spoken, pick_text
from convene.language.titles import Title, event_title, short_event_title, spelled_out
from convene.mail.clock_lines import date_span
from convene.mail.day_rows import WHEN_AND_WHERE, day_rows, undated_row
from convene.mail.rows import Row, Value
from convene.rules.facts import DayFacts, EventBrief
from convene.rules.letter import Reader
from convene.rules.vocabulary import EventStatus


@dataclass(frozen=True)
class DayView:
    """`heading` is the day's number where there are several, else empty; `title` is the day's own."""

    heading: str
    title: Spoken | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class EventView:
    """`acronym` is the short name of the series and what it stands for, where the title shows the short one."""

    title: Title
    acronym: tuple[Spoken, Spoken] | None
    days: tuple[DayView, ...]
    description: Spoken | None
    reason: Spoken | None
    materials: tuple[Value, ...]


def event_view(brief: EventBrief, reader: Reader, days: tuple[DayFacts, ...], *, called_off: bool = False) -> EventView:
    """The event with `days` of it. `called_off` leaves out what only those who come need: links, maps, materials; its
    days are those that the reader was told, and have the numbers that they had among these.
    """
    acronym = _acronym(brief, reader)
    title = short_event_title if acronym else event_title
    return EventView(
        title=title(brief, reader.language, reader.digits),
        acronym=acronym,
        days=tuple(_day_view(day, brief, reader, days if called_off else ()) for day in days)
        or _undated(brief, reader),
        description=None if called_off else pick_text(brief.description, reader.language, brief.programme_language),
        reason=pick_text(brief.reason, reader.language, brief.programme_language),
        materials=() if called_off else materials(brief, reader),
    )


def past_event_view(brief: EventBrief, reader: Reader) -> EventView:
    """The event as follow-ups recall it: its title and its dates in one line."""
    view = event_view(brief, reader, (), called_off=True)
    if not brief.facts.days:
        return view
    first, last = date_span(brief.facts.days, reader)
    dates = Value(date_range(first, last, reader.language, reader.digits), reader.language)
    row = Row("date", catalogue(reader.language).gettext("Date"), (dates,))
    return replace(view, days=(DayView("", None, (row,)),))


def materials(brief: EventBrief, reader: Reader) -> tuple[Value, ...]:
    """The papers of the event by title; a link that is not of the web is left out."""
    language, fallback = reader.language, brief.programme_language
    titled = ((pick_text(paper.title, language, fallback), paper.link) for paper in brief.materials)
    return tuple(
        Value(title.text, title.language, link)
        for title, link in titled
        if title and link.startswith(("https://", "http://"))
    )


def day_heading(slug: str, brief: EventBrief, reader: Reader) -> str:
    """ "Day 2" where several days stand; empty for the only day, and for one that fell away."""
    number = next((entry.number for entry in brief.entries if entry.day.slug == slug and not entry.removed), 0)
    several = len(brief.facts.days) > 1
    return day_label(number, reader.language, reader.digits) if number and several else ""


def day_own_title(slug: str, brief: EventBrief, reader: Reader) -> Spoken | None:
    entry = next((entry for entry in brief.entries if entry.day.slug == slug), None)
    return pick_text(entry.title, reader.language, brief.programme_language) if entry else None


def _day_view(day: DayFacts, brief: EventBrief, reader: Reader, called_off: tuple[DayFacts, ...]) -> DayView:
    rows = day_rows(day, brief, reader)
    title = day_own_title(day.slug, brief, reader)
    if not called_off:
        return DayView(day_heading(day.slug, brief, reader), title, rows)
    number = called_off.index(day) + 1
    heading = day_label(number, reader.language, reader.digits) if len(called_off) > 1 else ""
    return DayView(heading, title, tuple(row for row in rows if row.key in WHEN_AND_WHERE))


def _undated(brief: EventBrief, reader: Reader) -> tuple[DayView, ...]:
    """The one line of an event that goes on without any date; none for one that was put off."""
    stands = brief.facts.status is EventStatus.CONFIRMED and brief.undated and not brief.facts.days
    return (DayView("", None, (undated_row(reader),)),) if stands else ()


def _acronym(brief: EventBrief, reader: Reader) -> tuple[Spoken, Spoken] | None:
    """Spelled out once per mail, and only where the title shows the short name."""
    pair = spelled_out(brief, reader.language)
    if pair is None:
        return None
    shown = short_event_title(brief, reader.language, reader.digits).text
    return pair if pair[0].text in shown and pair[1].text not in shown else None
