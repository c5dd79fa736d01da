"""Ordinals without ICU, which prints Thai letters for Lao and has no rules for Bengali."""

from collections.abc import Callable, Mapping

from convene.language.digits import localise_digits
from convene.language.texts import one_line
from convene.rules.vocabulary import Digits

_BENGALI_ENDINGS = {1: "ম", 2: "য়", 3: "য়", 4: "র্থ", 5: "ম", 6: "ষ্ঠ", 7: "ম", 8: "ম", 9: "ম", 10: "ম"}
_ENGLISH_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal(number: int, language: str, digits: Digits | None = None) -> str:
    """The piece that counts meetings in the titles of `language`: "3rd", "លើកទី3", "ຄັ້ງທີ 3", "৩য়", "第3回"."""
    return localise_digits(one_line(_ORDINALS.get(language, _plain)(number)), language, digits)


def day_label(number: int, language: str, digits: Digits | None = None) -> str:
    """The name of a day of an event of several: "Day 1", "ມື້ທີ 1", "১ম দিন", "1日目"."""
    return localise_digits(one_line(_DAYS.get(language, _plain)(number)), language, digits)


def _english(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_ENGLISH_ENDINGS.get(number % 10, 'th')}"


def _bengali(number: int) -> str:
    return f"{number}{_BENGALI_ENDINGS.get(number, 'তম')}"


def _plain(number: int) -> str:
    return str(number)


_ORDINALS: Mapping[str, Callable[[int], str]] = {
    "en": _english,
    "km": "លើកទី{}".format,
    "lo": "ຄັ້ງທີ {}".format,
    "bn": _bengali,
    "ja": "第{}回".format,
}

_DAYS: Mapping[str, Callable[[int], str]] = {
    "en": "Day {}".format,
    # The bare ថ្ងៃទី1 is also "the 1st" of a month.
    "km": "ថ្ងៃទី{} នៃកម្មវិធី".format,
    "lo": "ມື້ທີ {}".format,
    "bn": lambda number: f"{_bengali(number)} দিন",
    "ja": "{}日目".format,
}
