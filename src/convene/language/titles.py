"""The titles of events and days (design promise 3): frame, separator, name; never a foreign name inside a sentence.

The frame is the kind of the event with its number, in the reader's language. A name in that language joins it ("3rd
DAC meeting"); any other stands behind it, marked with its own ("កិច្ចប្រជុំលើកទី3 · DAC").
"""

import re
import unicodedata
from dataclasses import dataclass

from convene.language.catalogue import catalogue
from convene.language.direction import isolated
from convene.language.kind_words import KIND_WORDS
from convene.language.ordinals import day_label, ordinal
from convene.language.series_events import series_event, stands_at_an_end
from convene.language.texts import Spoken, one_line, pick_text
from convene.rules.facts import Entry, EventBrief, Text
from convene.rules.vocabulary import Digits

SEPARATOR = " · "


@dataclass(frozen=True)
class Title:
    """A title by its parts, each with its language; `text` is one line, NFC, without ZWSP."""

    parts: tuple[Spoken, ...]

    @property
    def text(self) -> str:
        return SEPARATOR.join(part.text for part in self.parts)

    @property
    def line(self) -> str:
        """The same for mails, where a part that runs from right to left keeps to its place."""
        return SEPARATOR.join(isolated(part.text) for part in self.parts)


def event_title(brief: EventBrief, language: str, digits: Digits | None = None) -> Title:
    """The whole title, with the long names."""
    return _Namer(brief, language, digits).title(brief.title, brief.series_title)


def short_event_title(brief: EventBrief, language: str, digits: Digits | None = None) -> Title:
    """The title with the short names where there are any, for subjects and calendar grids."""
    own, series = _short_names(brief)
    return _Namer(brief, language, digits).title(own, series)


def day_title(brief: EventBrief, entry: Entry, language: str, digits: Digits | None = None) -> Title:
    """The short title of the event, the day's number where several days stand, and the day's own title."""
    parts = list(short_event_title(brief, language, digits).parts)
    if entry.number and sum(not other.removed for other in brief.entries) > 1:
        parts.append(Spoken(day_label(entry.number, language, digits), language))
    own = pick_text(entry.title, language, brief.programme_language)
    if own:
        parts.append(_tidy(own))
    return Title(tuple(parts))


def sentence_name(brief: EventBrief, language: str, digits: Digits | None = None) -> str:
    """What a sentence calls the event, in the reader's language alone: "3rd DAC meeting", "online programme"."""
    own, series = _short_names(brief)
    namer = _Namer(brief, language, digits)
    return (None if own else namer.of_series(namer.spoken(series))) or namer.counted()


def title_says_kind(title: Title, brief: EventBrief, language: str) -> bool:
    """Whether the title names the kind of the event by itself, as every composed one does."""
    noun = one_line(catalogue(language).gettext(KIND_WORDS[brief.kind].noun))
    return any(part.language == language and stands_at_an_end(noun, part.text, language) for part in title.parts)


def spelled_out(brief: EventBrief, language: str) -> tuple[Spoken, Spoken] | None:
    """The short name of the series and what it stands for (EWC, Enlarged Working Committee), if both are known."""
    short = pick_text(brief.series_short_title, language, brief.programme_language)
    long = pick_text(brief.series_title, language, brief.programme_language)
    return (_tidy(short), _tidy(long)) if short and long and short.text != long.text else None


@dataclass(frozen=True)
class _Namer:
    brief: EventBrief
    language: str
    digits: Digits | None

    def title(self, own: Text, series: Text) -> Title:
        name = self.spoken(own)
        if name is None:
            return self._of_series(self.spoken(series))
        if name.language != self.language:
            return Title((self._frame(), name))
        number = self.brief.number
        return Title((name,) if number is None or _holds_number(name.text, number) else (self._frame(), name))

    def spoken(self, text: Text) -> Spoken | None:
        picked = pick_text(text, self.language, self.brief.programme_language)
        return picked and _tidy(picked)

    def counted(self) -> str:
        """The kind with its number: "3rd meeting"; the kind alone without one."""
        words, kind = catalogue(self.language), KIND_WORDS[self.brief.kind]
        return one_line(words.gettext(kind.counted, nth=self._nth()) if self._nth() else words.gettext(kind.noun))

    def of_series(self, series: Spoken | None) -> str | None:
        """The kind with its number and the name of the series, where that is one phrase of the reader's language."""
        if series is None or series.language != self.language or not self._nth():
            return None
        return series_event(KIND_WORDS[self.brief.kind], self._nth(), series.text, self.language)

    def _nth(self) -> str:
        number = self.brief.number
        return "" if number is None else ordinal(number, self.brief.kind, self.language, self.digits)

    def _of_series(self, series: Spoken | None) -> Title:
        if series is None:
            return Title((self._frame(),))
        if series.language == self.language and self.brief.number is None:
            return Title((series,))
        phrase = self.of_series(series)
        return Title((Spoken(_capitalised(phrase), self.language),) if phrase else (self._frame(), series))

    def _frame(self) -> Spoken:
        return Spoken(_capitalised(self.counted()), self.language)


def _short_names(brief: EventBrief) -> tuple[Text, Text]:
    """The short name of the event itself, or nothing where the short name of its series serves it; then that."""
    series = brief.series_short_title or brief.series_title
    return brief.short_title or brief.title, series


def _holds_number(name: str, number: int) -> bool:
    digits = [str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in name]
    return re.search(rf"(?<!\d){number}(?!\d)", "".join(digits)) is not None


def _tidy(spoken: Spoken) -> Spoken:
    return Spoken(one_line(spoken.text), spoken.language)


def _capitalised(text: str) -> str:
    return one_line(text[:1].upper() + text[1:])
