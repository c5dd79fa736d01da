"""What a calendar entry says in the reader's language: SUMMARY, LOCATION and DESCRIPTION."""

from collections.abc import Iterable
from typing import NamedTuple

from convene.ical.entry_dates import is_all_day, is_visit
from convene.ical.plain_text import LOCATION_LIMIT, SUMMARY_LIMIT, safe_line, safe_paragraphs
from convene.language.catalogue import catalogue
from convene.language.dates import clock_time, long_date, time_range
from convene.language.texts import Spoken, pick_text
from convene.language.titles import SEPARATOR, day_title, event_title, short_event_title
from convene.language.zone_labels import zone_label
from convene.rules.facts import DayFacts, Entry, EventBrief, Text, Whereabouts
from convene.rules.vocabulary import READER_ZONE, Digits, EventStatus, Mode


class Said(NamedTuple):
    """A cleaned text and the language that stands in its LANGUAGE parameter."""

    text: str
    language: str


class EntryWords:
    """The words of one entry for one language. Without `links` no address of a room or a video is given away."""

    def __init__(self, brief: EventBrief, entry: Entry, language: str, digits: Digits | None, *, links: bool) -> None:
        self._brief = brief
        self._entry = entry
        self._language = language
        self._digits = digits
        self._links = links
        self._catalogue = catalogue(language)

    def summary(self, *, marked: bool) -> Said:
        """The day's title; with `marked`, the word for what became of it stands in front ("Cancelled · ...")."""
        title = day_title(self._brief, self._entry, self._language, self._digits)
        languages = [part.language for part in title.parts]
        if not marked:
            return Said(safe_line(title.text, SUMMARY_LIMIT), _shared(languages, self._language))
        return Said(safe_line(f"{self._mark()}{SEPARATOR}{title.text}", SUMMARY_LIMIT), self._language)

    def location(self) -> Said | None:
        """Venue and address; the word "Online" for a live day without a venue."""
        day = self._entry.day
        if day.venue is None:
            # Translators: What a calendar shows as the place of a day that has none
            return Said(self._catalogue.gettext("Online"), self._language) if day.mode is Mode.LIVE else None
        spoken = self._spoken(day.venue.title, day.venue.address)
        text = safe_line(", ".join(part.text for part in spoken), LOCATION_LIMIT)
        return Said(text, _shared([part.language for part in spoken], self._language)) if text else None

    def description(self) -> Said | None:
        """One line per thing to know; None where there is nothing to say beyond title, time and place."""
        text = safe_paragraphs("\n".join(line for line in self._lines() if line))
        return Said(text, self._language) if text else None

    def join(self) -> Said:
        """What the button to the room says."""
        return Said(self._catalogue.pgettext("label of a link to an online meeting", "Join"), self._language)

    def _mark(self) -> str:
        given_up = self._entry.removed and not self._entry.undated
        if self._brief.facts.status is not EventStatus.CANCELLED and not given_up:
            # Translators: In front of any kind of event in a calendar, agreeing with none: Postponed · 3rd DAC meeting
            return self._catalogue.gettext("Postponed")
        # Translators: In front of any kind of event in a calendar, agreeing with none: Cancelled · 3rd DAC meeting
        return self._catalogue.gettext("Cancelled")

    def _lines(self) -> Iterable[str]:
        yield self._long_title()
        yield from (part.text for part in self._spoken(self._brief.reason, self._brief.description))
        yield from self._time_lines()
        yield from self._link_lines()
        yield from (part.text for part in self._spoken(self._brief.programme_title))

    def _long_title(self) -> str:
        """The event's whole name, where the title is the short one (which spells EWC out)."""
        long = event_title(self._brief, self._language, self._digits).text
        return "" if long == short_event_title(self._brief, self._language, self._digits).text else long

    def _time_lines(self) -> Iterable[str]:
        """What DTSTART cannot say: until when a window is open, when the date of a deadline ends, at what hours a visit
        begins and ends, and the days that a bar stands for.
        """
        day = self._entry.day
        if self._entry.bar_of:
            yield from map(self._bar_line, self._entry.bar_of)
        elif day.mode is Mode.ON_DEMAND:
            yield self._catalogue.gettext("On-demand video")
            yield self._window(day)
        elif day.mode is Mode.DEADLINE and is_all_day(day):
            yield self._until(day)
        elif is_visit(day) and day.start is not None:
            yield self._hours(day)

    def _bar_line(self, entry: Entry) -> str:
        """One day of a bar: when it is, on the clock it was written in, and what it is about."""
        day, own = entry.day, self._spoken(entry.title)
        if day.mode is Mode.ON_DEMAND:
            parts = [self._catalogue.gettext("On-demand video"), self._window(day)]
        elif day.mode is Mode.DEADLINE:
            parts = [self._until(day)]
        elif day.start is None:
            parts = [self._dates(day)]
        else:
            parts = [self._hours(day), zone_label(Whereabouts(day.zone), self._language)]
        return SEPARATOR.join([*parts, *(part.text for part in own)])

    def _dates(self, day: DayFacts) -> str:
        first = long_date(day.on, self._language, self._digits)
        if not is_visit(day):
            return first
        last = long_date(day.last_date, self._language, self._digits)
        return self._catalogue.gettext("From %(start)s to %(end)s", start=first, end=last)

    def _hours(self, day: DayFacts) -> str:
        """From one hour to another; with both dates where they differ."""
        assert day.start is not None  # the caller asks only then
        first = long_date(day.on, self._language, self._digits)
        if day.end_date == day.on:
            return first + SEPARATOR + time_range(day.start, day.end, self._language, self._digits)
        start = first + SEPARATOR + clock_time(day.start, self._language, self._digits)
        end = long_date(day.end_date, self._language, self._digits)
        if day.end is not None:
            end += SEPARATOR + clock_time(day.end, self._language, self._digits)
        return self._catalogue.gettext("From %(start)s to %(end)s", start=start, end=end)

    def _window(self, day: DayFacts) -> str:
        first = long_date(day.on, self._language, self._digits)
        if day.last_date == day.on:
            return self._catalogue.gettext("Open on %(date)s", date=first)
        last = long_date(day.last_date, self._language, self._digits)
        return self._catalogue.gettext("Open from %(first)s to %(last)s", first=first, last=last)

    def _until(self, day: DayFacts) -> str:
        """The end of a deadline; its place is named where it is not the reader's own."""
        on = long_date(day.on, self._language, self._digits)
        if day.start is None:
            # Translators: date is whole with weekday; the value of Deadline
            text = self._catalogue.gettext("Until the end of %(date)s", date=on)
        else:
            at = clock_time(day.start, self._language, self._digits)
            # Translators: date is whole with weekday, time as language.toml has it; the value of Deadline
            text = self._catalogue.gettext("Until %(date)s, %(time)s", date=on, time=at)
        if day.zone == READER_ZONE:
            return text
        return f"{text} ({zone_label(Whereabouts(day.zone), self._language)})"

    def _link_lines(self) -> Iterable[str]:
        day = self._entry.day
        for link in [each.day.link for each in self._entry.bar_of] or [day.link]:
            if self._links and link:
                yield self._catalogue.gettext("Link: %(link)s", link=link)
        if day.venue and day.venue.map_link:
            yield self._catalogue.gettext("Map: %(link)s", link=day.venue.map_link)

    def _spoken(self, *texts: Text) -> list[Spoken]:
        picked = (pick_text(text, self._language, self._brief.programme_language) for text in texts)
        return [spoken for spoken in picked if spoken]


def _shared(languages: list[str], reader_language: str) -> str:
    """The one language of all parts; the reader's where they differ (a composed title is read in theirs)."""
    return languages[0] if len(set(languages)) == 1 else reader_language
