"""Digits: Bengali and Nepali readers see their own, the others Latin ones, and everybody may choose."""

import pytest

from convene.language.digits import localise_digits
from convene.rules.vocabulary import Digits


@pytest.mark.parametrize(("language", "text"), [("bn", "২০:১৫"), ("ne", "२०:१५")])
def test_bengali_and_nepali_digits_are_native_by_default(language: str, text: str) -> None:
    assert localise_digits("20:15", language) == text


@pytest.mark.parametrize("language", ["km", "lo", "ja", "en", "th", "hi"])
def test_other_languages_print_latin_digits_by_default(language: str) -> None:
    assert localise_digits("20:15", language) == "20:15"


@pytest.mark.parametrize(("language", "text"), [("km", "២០"), ("lo", "໒໐"), ("th", "๒๐"), ("ne", "२०"), ("hi", "२०")])
def test_native_digits_are_a_choice(language: str, text: str) -> None:
    assert localise_digits("20", language, Digits.NATIVE) == text


def test_latin_digits_are_a_choice_in_bengali() -> None:
    assert localise_digits("20", "bn", Digits.LATIN) == "20"


def test_a_language_without_digits_of_its_own_keeps_latin_ones() -> None:
    assert localise_digits("20", "ja", Digits.NATIVE) == "20"
