"""Dates and hours in a reader's language. Every text is NFC, without ZWSP, its digits the reader's.

Babel supplies the names of days and months alone, `language.toml` how they are put together. Babel's own formats are
not used: they print km Monday as ច័ន្ទ, drop the native digits, and fall to bare numbers for Lao ranges.
"""

from collections.abc import Mapping
from datetime import date, time
from functools import cache

from babel.dates import get_day_names, get_month_names

from convene.language.date_pattern import DatePattern, Field
from convene.language.digits import localise_digits
from convene.language.language_style import DateStyle, TimeStyle
from convene.language.languages import LANGUAGES
from convene.language.style_file import language_style
from convene.language.texts import one_line
from convene.rules.vocabulary import Digits


def long_date(on: date, language: str, digits: Digits | None = None) -> str:
    """With its weekday: "Monday, 20 January 2020", "ថ្ងៃចន្ទ ទី20 ខែមករា ឆ្នាំ2020"."""
    return _localised(_written(on, _style(language).long, language), language, digits)


def short_date(on: date, language: str, digits: Digits | None = None) -> str:
    """Day and month, for subjects: "20 January", "1月20日(月)"."""
    return _localised(_written(on, _style(language).short, language), language, digits)


def date_range(first: date, last: date, language: str, digits: Digits | None = None) -> str:
    """Both dates with their year, without weekdays: "2–3 July 2015". One date where they are equal."""
    style = _style(language)
    if first == last:
        return _localised(_written(first, style.medium, language), language, digits)
    if first.year != last.year:
        return _range(first, last, (style.medium, style.medium), style.wide_dash, language, digits)
    if first.month != last.month:
        return _range(first, last, style.within_year, style.wide_dash, language, digits)
    return _range(first, last, style.within_month, style.dash, language, digits)


def short_date_range(first: date, last: date, language: str, digits: Digits | None = None) -> str:
    """Days and months alone, for subjects: "2–3 July", "30 June – 2 July"."""
    style = _style(language)
    if first == last:
        return short_date(first, language, digits)
    if (first.year, first.month) != (last.year, last.month):
        return _range(first, last, (style.short, style.short), style.wide_dash, language, digits)
    return _range(first, last, style.short_within_month, style.dash, language, digits)


def clock_time(at: time, language: str, digits: Digits | None = None) -> str:
    """One hour: "09:00", "ម៉ោង 09:00", "ເວລາ 9:00 ໂມງ", "সকাল ৯:০০", "9時00分"."""
    style = language_style(language).times
    return _localised(style.frame.format(time=_after_day_part(at, style)), language, digits)


def time_range(start: time, end: time | None, language: str, digits: Digits | None = None) -> str:
    """From `start` to `end` on one date; without `end` the start alone. Over midnight, print both dates instead."""
    if end is None:
        return clock_time(start, language, digits)
    style, dates = language_style(language).times, _style(language)
    dash, last = dates.dash, _bare_time(end, style)
    if style.day_part(start.hour) != style.day_part(end.hour):
        dash, last = dates.wide_dash, _after_day_part(end, style)
    return _localised(style.frame.format(time=_after_day_part(start, style) + dash + last), language, digits)


def written_date(on: date, pattern: DatePattern, style: DateStyle, names: Mapping[Field, Mapping[int, str]]) -> str:
    """`on` by one pattern, in Latin digits. `names` has those of the weekdays (Monday 0) and months (January 1)."""
    numbers = {
        Field.DAY: style.first_of_month if on.day == 1 and style.first_of_month else str(on.day),
        Field.YEAR: str(on.year + style.year_offset),
        Field.GREGORIAN: str(on.year),
    }
    return "".join(_piece(piece, on, numbers, names) for piece in pattern)


def _piece(piece: Field | str, on: date, numbers: Mapping[Field, str], names: Mapping[Field, Mapping[int, str]]) -> str:
    if isinstance(piece, str):
        return piece
    if piece in numbers:
        return numbers[piece]
    return names[piece][on.month if piece is Field.MONTH else on.weekday()]


def _style(language: str) -> DateStyle:
    return language_style(language).dates


@cache
def _names(language: str) -> Mapping[Field, Mapping[int, str]]:
    """Babel's names in the spellings of `language`."""
    locale, spellings = LANGUAGES[language].locale, _style(language).spellings
    names = {
        Field.WEEKDAY: get_day_names("wide", "format", locale),
        Field.WEEKDAY_ALONE: get_day_names("wide", "stand-alone", locale),
        Field.SHORT_WEEKDAY: get_day_names("abbreviated", "format", locale),
        Field.MONTH: get_month_names("wide", "format", locale),
    }
    tidy = {field: {place: one_line(name) for place, name in by_place.items()} for field, by_place in names.items()}
    return {
        field: {place: spellings.get(name, name) for place, name in by_place.items()}
        for field, by_place in tidy.items()
    }


def _range(
    first: date, last: date, patterns: tuple[DatePattern, DatePattern], dash: str, language: str, digits: Digits | None
) -> str:
    text = _written(first, patterns[0], language) + dash + _written(last, patterns[1], language)
    return _localised(text, language, digits)


def _bare_time(at: time, style: TimeStyle) -> str:
    return style.clock.format(hour=at.hour, minute=at.minute, twelve=(at.hour - 1) % 12 + 1)


def _after_day_part(at: time, style: TimeStyle) -> str:
    part = style.day_part(at.hour)
    return f"{part} {_bare_time(at, style)}" if part else _bare_time(at, style)


def _written(on: date, pattern: DatePattern, language: str) -> str:
    return written_date(on, pattern, _style(language), _names(language))


def _localised(text: str, language: str, digits: Digits | None) -> str:
    return localise_digits(one_line(text), language, digits)
