"""A day's hours on the clocks a reader sees (design promise 2), as lines of text."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from convene.language.catalogue import catalogue
from convene.language.dates import clock_time, long_date, short_date, time_range
from convene.language.lists import and_list
from convene.language.titles import SEPARATOR
from convene.language.zone_labels import offset_label, place_name, zone_label
from convene.rules.clock import WorldClockEntry, clocks, first_clock_date, world_clock
from convene.rules.facts import DayFacts, Whereabouts
from convene.rules.letter import Reader
from convene.rules.vocabulary import Mode
from convene.rules.zones import offset, wall_clock

_MIDNIGHT = time(0, 0)


@dataclass(frozen=True)
class _Span:
    """A day on one clock: naive local datetimes."""

    start: datetime
    end: datetime | None


def date_span(days: tuple[DayFacts, ...], reader: Reader) -> tuple[date, date]:
    """The first and the last date of `days`, on the first clocks printed. Needs one day at least."""
    firsts = [first_clock_date(day, reader.whereabouts) for day in days]
    return min(firsts), max([*firsts, *(day.until for day in days if day.until)])


def hour_lines(day: DayFacts, reader: Reader) -> tuple[str, ...]:
    """The hours on the first clock and, where it shows another hour, on the one beneath; none without an hour."""
    if day.start is None:
        return ()
    shown = clocks(day, reader.whereabouts)
    first = _hours(_span(day, shown.first), first_clock_date(day, reader.whereabouts), reader)
    if shown.beneath is None:
        label = zone_label(_place(day, shown.first, reader), reader.language)
        return (first + SEPARATOR + label if shown.label_first else first,)
    beneath = _hours(_span(day, shown.beneath), first_clock_date(day, reader.whereabouts), reader)
    return (
        first + SEPARATOR + clock_label(day, shown.first, reader),
        beneath + SEPARATOR + clock_label(day, shown.beneath, reader),
    )


def world_clock_line(day: DayFacts, audience: tuple[Whereabouts, ...], reader: Reader) -> str:
    """The start on the clocks of all invited: "Belgium 15:00 · India 18:30"; empty where one clock serves all."""
    shown_date = first_clock_date(day, reader.whereabouts)
    return SEPARATOR.join(_world_clock_part(entry, shown_date, reader) for entry in world_clock(day, audience))


def deadline_lines(day: DayFacts, reader: Reader) -> tuple[str, ...]:
    """Until when: the date as written, and beneath it the reader's own moment where the place's clock differs."""
    words, zone = catalogue(reader.language), day.clock_zone(reader.whereabouts.zone)
    written_date = long_date(day.on, reader.language, reader.digits)
    if day.start is None:
        written = words.gettext("Until the end of %(date)s", date=written_date)
    else:
        hour = clock_time(day.start, reader.language, reader.digits)
        written = words.gettext("Until %(date)s, %(time)s", date=written_date, time=hour)
    ends = day.ends_at(reader.whereabouts.zone)
    if not day.reader_shift and offset(ends, zone) == offset(ends, reader.whereabouts.zone):
        return (written,)
    own = _own_moment(wall_clock(ends, reader.whereabouts.zone) + day.reader_shift, reader)
    return (
        written + SEPARATOR + clock_label(day, zone, reader),
        own + SEPARATOR + clock_label(day, reader.whereabouts.zone, reader),
    )


def clock_label(day: DayFacts, zone: str, reader: Reader) -> str:
    """The name of a clock with its offset, for two clocks side by side: "Cambodia time (UTC+7)". The name alone for
    what they showed by an earlier zone database, whose offsets are not those of now.
    """
    moment = day.ends_at(reader.whereabouts.zone) if day.mode is Mode.DEADLINE else day.starts_at()
    ahead = offset_label(offset(moment, zone), reader.language, reader.digits)
    label = zone_label(_place(day, zone, reader), reader.language)
    return label if day.reader_shift or label == ahead else f"{label} ({ahead})"


def _own_moment(local: datetime, reader: Reader) -> str:
    words = catalogue(reader.language)
    if local.time() == _MIDNIGHT:
        # 00:00 is read as the wrong day by half of the readers: the day before has ended.
        before = date.fromordinal(local.toordinal() - 1)
        return words.gettext("Until the end of %(date)s", date=long_date(before, reader.language, reader.digits))
    hour = clock_time(local.time(), reader.language, reader.digits)
    on = long_date(local.date(), reader.language, reader.digits)
    return words.gettext("Until %(date)s, %(time)s", date=on, time=hour)


def _world_clock_part(entry: WorldClockEntry, shown_date: date, reader: Reader) -> str:
    names = dict.fromkeys(place_name(place, reader.language) for place in entry.whereabouts)
    words, places = catalogue(reader.language), and_list(list(names), reader.language)
    hour = clock_time(entry.local.time(), reader.language, reader.digits)
    if entry.local.date() == shown_date:
        # Translators: places are countries or cities, time as language.toml has it: Cambodia and Thailand 20:00
        return words.gettext("%(places)s %(time)s", places=places, time=hour)
    on = short_date(entry.local.date(), reader.language, reader.digits)
    # Translators: Like the one without a date, where the clock shows another day: Japan 03:00 (13 June)
    return words.gettext("%(places)s %(time)s (%(date)s)", places=places, time=hour, date=on)


def _span(day: DayFacts, zone: str) -> _Span:
    shift = timedelta(0) if zone == day.zone else day.reader_shift
    start, end = wall_clock(day.starts_at(), zone), wall_clock(day.ends_at(), zone)
    return _Span(start + shift, end + shift if day.end else None)


def _hours(span: _Span, shown_date: date, reader: Reader) -> str:
    """The hours alone where they lie on the date already shown, else with their dates."""
    if span.end and span.end.date() != span.start.date():
        start, last = _moment(span.start, reader), _moment(span.end, reader)
        return catalogue(reader.language).gettext("From %(start)s to %(end)s", start=start, end=last)
    end = span.end.time() if span.end else None
    hours = time_range(span.start.time(), end, reader.language, reader.digits)
    if span.start.date() == shown_date:
        return hours
    return f"{long_date(span.start.date(), reader.language, reader.digits)}{SEPARATOR}{hours}"


def _moment(local: datetime, reader: Reader) -> str:
    on = long_date(local.date(), reader.language, reader.digits)
    hour = clock_time(local.time(), reader.language, reader.digits)
    # Translators: One moment: Monday, 20 January 2020, 22:00; it stands in From ... to ...
    return catalogue(reader.language).gettext("%(date)s, %(time)s", date=on, time=hour)


def _place(day: DayFacts, zone: str, reader: Reader) -> Whereabouts:
    """Whose clock `zone` is here: the venue's, the reader's, or its own country's."""
    if day.venue and zone == day.venue.zone:
        return Whereabouts(zone, day.venue.country)
    return reader.whereabouts if zone == reader.whereabouts.zone else Whereabouts(zone)
