"""Dates, hours and days ahead in a reader's language. Every text is NFC, without ZWSP, its digits the reader's."""

from datetime import date, time

from babel.dates import format_date

from convene.language.catalogue import catalogue
from convene.language.date_styles import DateStyle, date_style, day_part
from convene.language.digits import localise_digits
from convene.language.languages import LANGUAGES
from convene.language.texts import one_line
from convene.rules.vocabulary import Digits

# CLDR 47 has the older spellings; those of the Bangla Academy came with CLDR 48.
_NEWER_SPELLINGS = {"জানুয়ারী": "জানুয়ারি", "ফেব্রুয়ারী": "ফেব্রুয়ারি"}


def long_date(on: date, language: str, digits: Digits | None = None) -> str:
    """With its weekday: "Monday, 20 January 2020", "ថ្ងៃចន្ទ ទី20 ខែមករា ឆ្នាំ2020"."""
    return _localised(_written(on, date_style(language).long, language), language, digits)


def short_date(on: date, language: str, digits: Digits | None = None) -> str:
    """Day and month, for subjects: "20 January", "1月20日(月)"."""
    return _localised(_written(on, date_style(language).short, language), language, digits)


def date_range(first: date, last: date, language: str, digits: Digits | None = None) -> str:
    """Both dates with their year, without weekdays: "2–3 July 2015". One date where they are equal."""
    style = date_style(language)
    if first == last:
        return _localised(_written(first, style.medium, language), language, digits)
    if first.year != last.year:
        return _range(first, last, (style.medium, style.medium), style.wide_dash, language, digits)
    if first.month != last.month:
        return _range(first, last, style.within_year, style.wide_dash, language, digits)
    return _range(first, last, style.within_month, style.dash, language, digits)


def short_date_range(first: date, last: date, language: str, digits: Digits | None = None) -> str:
    """Days and months alone, for subjects: "2–3 July", "30 June – 2 July"."""
    style = date_style(language)
    if first == last:
        return short_date(first, language, digits)
    if (first.year, first.month) != (last.year, last.month):
        return _range(first, last, (style.short, style.short), style.wide_dash, language, digits)
    return _range(first, last, style.short_within_month, style.dash, language, digits)


def clock_time(at: time, language: str, digits: Digits | None = None) -> str:
    """One hour: "09:00", "ម៉ោង 09:00", "ເວລາ 9:00 ໂມງ", "সকাল ৯:০০", "9時00分"."""
    style = date_style(language)
    text = style.time_frame.format(time=_after_day_part(at, style, language))
    return _localised(text, language, digits)


def time_range(start: time, end: time | None, language: str, digits: Digits | None = None) -> str:
    """From `start` to `end` on one date; without `end` the start alone. Over midnight, print both dates instead."""
    if end is None:
        return clock_time(start, language, digits)
    style = date_style(language)
    dash, last = style.dash, _bare_time(end, style)
    if day_part(start.hour, language) != day_part(end.hour, language):
        dash, last = style.wide_dash, _after_day_part(end, style, language)
    text = style.time_frame.format(time=_after_day_part(start, style, language) + dash + last)
    return _localised(text, language, digits)


def day_word(days_ahead: int, language: str, digits: Digits | None = None) -> str:
    """ "today", "tomorrow", "in 3 days": calendar days on the reader's clock, never hours; 0 or more."""
    words = catalogue(language)
    if days_ahead == 0:
        return words.gettext("today")
    if days_ahead == 1:
        return words.gettext("tomorrow")
    number = localise_digits(str(days_ahead), language, digits)
    return words.ngettext("in %(days)s day", "in %(days)s days", days_ahead, days=number)


def _range(first: date, last: date, patterns: tuple[str, str], dash: str, language: str, digits: Digits | None) -> str:
    text = _written(first, patterns[0], language) + dash + _written(last, patterns[1], language)
    return _localised(text, language, digits)


def _bare_time(at: time, style: DateStyle) -> str:
    return style.time.format(hour=at.hour, minute=at.minute, twelve=(at.hour - 1) % 12 + 1)


def _after_day_part(at: time, style: DateStyle, language: str) -> str:
    part = day_part(at.hour, language)
    return f"{part} {_bare_time(at, style)}" if part else _bare_time(at, style)


def _written(on: date, pattern: str, language: str) -> str:
    text = one_line(format_date(on, pattern, LANGUAGES[language].locale))
    for older, newer in _NEWER_SPELLINGS.items():
        text = text.replace(one_line(older), one_line(newer))
    return text


def _localised(text: str, language: str, digits: Digits | None) -> str:
    return localise_digits(one_line(text), language, digits)
