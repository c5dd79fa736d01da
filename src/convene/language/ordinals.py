"""Ordinals without ICU, which prints Thai letters for Lao and has no rules for Bengali."""

from convene.language.digits import localise_digits
from convene.language.style_file import language_style
from convene.language.texts import one_line
from convene.rules.vocabulary import Digits, EventKind


def ordinal(number: int, kind: EventKind, language: str, digits: Digits | None = None) -> str:
    """The piece that counts events of `kind` in titles: "3rd", "លើកទី3", "ຄັ້ງທີ 3", "৩য়", "第3回"."""
    form = language_style(language).ordinals.of(number, kind)
    return localise_digits(one_line(form.format(n=number)), language, digits)


def day_label(number: int, language: str, digits: Digits | None = None) -> str:
    """The name of a day of an event of several: "Day 1", "ມື້ທີ 1", "১ম দিন", "1日目"."""
    style = language_style(language)
    nth = style.ordinals.of(number, None).format(n=number)
    return localise_digits(one_line(style.day_label.of(number).format(n=number, nth=nth)), language, digits)
