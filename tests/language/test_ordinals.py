"""Ordinals and day numbers, without ICU."""

import unicodedata

import pytest

from convene.language.ordinals import day_label, ordinal
from convene.rules.vocabulary import Digits, EventKind

MEETING = EventKind.MEETING


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd"), (112, "112th")],
)
def test_english_ordinals(number: int, text: str) -> None:
    assert ordinal(number, MEETING, "en") == text


@pytest.mark.parametrize(
    ("number", "text"), [(1, "১ম"), (2, "২য়"), (3, "৩য়"), (4, "৪র্থ"), (5, "৫ম"), (6, "৬ষ্ঠ"), (10, "১০ম"), (11, "১১তম")]
)
def test_bengali_ordinals(number: int, text: str) -> None:
    assert ordinal(number, MEETING, "bn") == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(("language", "text"), [("km", "លើកទី3"), ("lo", "ຄັ້ງທີ 3"), ("ja", "第3回")])
def test_meetings_are_counted_in_each_language(language: str, text: str) -> None:
    assert ordinal(3, MEETING, language) == text


def test_the_lao_ordinal_holds_no_thai_letter() -> None:
    assert not any("\u0e00" <= sign <= "\u0e7f" for sign in ordinal(3, MEETING, "lo"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Day 2"), ("km", "ថ្ងៃទី2 នៃកម្មវិធី"), ("lo", "ມື້ທີ 2"), ("bn", "২য় দিন"), ("ja", "2日目")],
)
def test_days_are_numbered(language: str, text: str) -> None:
    assert day_label(2, language) == unicodedata.normalize("NFC", text)


def test_ordinals_take_the_digits_a_person_wants() -> None:
    assert ordinal(3, MEETING, "km", Digits.NATIVE) == "លើកទី៣"
    assert ordinal(12, MEETING, "bn", Digits.LATIN) == "12তম"
