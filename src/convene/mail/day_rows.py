"""The rows of one day: date, hours, place and links, by its mode."""

from convene.language.catalogue import catalogue
from convene.language.dates import long_date
from convene.language.texts import pick_text
from convene.mail.clock_lines import deadline_lines, hour_lines, world_clock_line
from convene.mail.rows import Row, Value, link_value, spoken_value
from convene.rules.clock import first_clock_date
from convene.rules.facts import DayFacts, EventBrief
from convene.rules.letter import Reader
from convene.rules.vocabulary import Mode

WORLD_CLOCK = "world-clock"
DATES = frozenset({"window", "deadline", "date"})
WHEN = DATES | {"time"}
WHEN_AND_WHERE = WHEN | {"venue"}
"""The rows of a day that is over or called off: nobody joins it any more."""


def day_rows(day: DayFacts, brief: EventBrief, reader: Reader) -> tuple[Row, ...]:
    """Everything a reader must know of the day; rows without content are left out."""
    rows = (*_when(day, reader), *_world_clock(day, brief, reader), *_venue(day, brief, reader), *_link(day, reader))
    return tuple(row for row in rows if row.values)


def undated_row(reader: Reader) -> Row:
    """What stands in the place of all rows while no date is known."""
    words = catalogue(reader.language)
    # Translators: In the place of a date or an hour
    unknown = words.gettext("not yet known")
    return _row("date", words.gettext("Date"), (unknown,), reader)


def manner_row(day: DayFacts, reader: Reader) -> tuple[Row, ...]:
    """How one takes part, for who knows it otherwise; nothing of a video or a deadline, whose dates say it."""
    words = catalogue(reader.language)
    manners = {
        # Translators: How to take part: In person
        Mode.IN_PERSON: words.pgettext("how to take part", "In person"),
        # Translators: How to take part: Online
        Mode.LIVE: words.pgettext("how to take part", "Online"),
        # Translators: How to take part: In person or online
        Mode.HYBRID: words.pgettext("how to take part", "In person or online"),
    }
    # Translators: Label of In person, Online, In person or online, where that has changed
    label = words.gettext("How to take part")
    return (_row("manner", label, (manners[day.mode],), reader),) if day.mode in manners else ()


def is_window(day: DayFacts) -> bool:
    return day.mode is Mode.ON_DEMAND


def _when(day: DayFacts, reader: Reader) -> tuple[Row, ...]:
    words = catalogue(reader.language)
    if is_window(day):
        # Translators: Label of dates: On-demand video: Open from Monday, ... to Wednesday, ...
        return (_row("window", words.gettext("On-demand video"), (_window(day, reader),), reader),)
    if day.mode is Mode.DEADLINE:
        # Translators: Label of a date: Deadline: Until the end of Friday, ...
        return (_row("deadline", words.gettext("Deadline"), deadline_lines(day, reader), reader),)
    return (
        # Translators: Label of a date, or of first and last
        _row("date", words.gettext("Date"), (_dates(day, reader),), reader),
        # Translators: Time: 09:00–11:30. language.toml writes the hours with their own words, so take another word
        _row("time", words.pgettext("label of the hours of a day", "Time"), hour_lines(day, reader), reader),
    )


def _window(day: DayFacts, reader: Reader) -> str:
    words, first = catalogue(reader.language), long_date(day.on, reader.language, reader.digits)
    if day.last_date == day.on:
        # Translators: date is whole with weekday
        return words.gettext("Open on %(date)s", date=first)
    last = long_date(day.last_date, reader.language, reader.digits)
    # Translators: first and last are whole dates with weekday
    return words.gettext("Open from %(first)s to %(last)s", first=first, last=last)


def _dates(day: DayFacts, reader: Reader) -> str:
    words = catalogue(reader.language)
    first = long_date(first_clock_date(day, reader.whereabouts), reader.language, reader.digits)
    if day.start is not None or day.last_date == day.on:
        return first
    last = long_date(day.last_date, reader.language, reader.digits)
    # Translators: start and end are whole dates with weekday, some with an hour behind them
    return words.gettext("From %(start)s to %(end)s", start=first, end=last)


def _world_clock(day: DayFacts, brief: EventBrief, reader: Reader) -> tuple[Row, ...]:
    if not _read_as_live(day, reader):
        return ()
    line = world_clock_line(day, brief.audience, reader)
    # Translators: Label of: Belgium 15:00 · India 18:30 · Cambodia and Thailand 20:00
    label = catalogue(reader.language).gettext("Start on each clock")
    return (_row(WORLD_CLOCK, label, (line,), reader),) if line else ()


def _read_as_live(day: DayFacts, reader: Reader) -> bool:
    """Live days; and hybrid ones for those who do not live in the country of the venue."""
    country = day.venue.country if day.venue else None
    return day.mode is Mode.LIVE or (day.mode is Mode.HYBRID and (not country or country != reader.whereabouts.country))


def _venue(day: DayFacts, brief: EventBrief, reader: Reader) -> tuple[Row, ...]:
    if day.venue is None:
        return ()
    words = catalogue(reader.language)
    texts = (day.venue.title, day.venue.address)
    lines = (pick_text(text, reader.language, brief.programme_language) for text in texts)
    # Translators: Label of the name and address of a place
    place = Row("venue", words.gettext("Venue"), tuple(spoken_value(line) for line in lines if line))
    if not day.venue.map_link:
        return (place,)
    # Translators: Label of a link to a map
    return place, Row("map", words.gettext("Map"), (link_value(day.venue.map_link, reader.language),))


def _link(day: DayFacts, reader: Reader) -> tuple[Row, ...]:
    if not day.link:
        return ()
    # Two keys: where a day can now be joined online, the link that stood there for something else is another row.
    key = "link" if day.mode in (Mode.IN_PERSON, Mode.DEADLINE) else "online"
    return (Row(key, _link_label(day.mode, reader), (link_value(day.link, reader.language),)),)


def _link_label(mode: Mode, reader: Reader) -> str:
    words = catalogue(reader.language)
    if mode is Mode.ON_DEMAND:
        # Translators: Watch: https://...
        return words.pgettext("label of a link to a video", "Watch")
    if mode in (Mode.LIVE, Mode.HYBRID):
        # Translators: Join: https://...
        return words.pgettext("label of a link to an online meeting", "Join")
    # Translators: Label of a link to something else: Link: https://...
    return words.gettext("Link")


def _row(key: str, label: str, lines: tuple[str, ...], reader: Reader) -> Row:
    return Row(key, label, tuple(Value(line, reader.language) for line in lines))
