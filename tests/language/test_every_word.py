"""What holds for all that a language says of dates, hours, places and numbers."""

import json
import subprocess
import sys
import unicodedata
from datetime import date, time

import pytest
from tests.complete_languages import COMPLETE
from tests.language.every_word import every_word
from tests.language.scripts import foreign_words, native_digits

from convene.language.dates import long_date, time_range
from convene.language.languages import LANGUAGES
from convene.rules.vocabulary import Digits

NEW_YEAR, MORNING, NOON = date(2019, 12, 31), time(8, 45), time(12, 30)


def spoken_in_a_process_of_its_own(languages: tuple[str, ...]) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "tests.language.every_word", *languages]
    said: dict[str, list[str]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return said


def test_no_name_leaks_from_one_language_to_another_in_either_order() -> None:
    forwards = spoken_in_a_process_of_its_own(COMPLETE)
    backwards = spoken_in_a_process_of_its_own(COMPLETE[::-1])

    assert list(forwards) == list(COMPLETE)
    assert forwards == backwards


@pytest.mark.parametrize("language", COMPLETE)
def test_everything_is_in_one_spelling_and_without_zero_width_space(language: str) -> None:
    for text in every_word(language):
        assert text == unicodedata.normalize("NFC", text).strip()
        assert "\u200b" not in text
        assert text


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_written_in_another_script(language: str) -> None:
    """UTC is called so everywhere; A, B and C are the test's."""
    assert set().union(*(foreign_words(text, language) for text in every_word(language))) <= {"UTC", "A", "B", "C"}


@pytest.mark.parametrize("language", COMPLETE)
def test_digits_are_all_latin_or_all_native(language: str) -> None:
    own = set(LANGUAGES[language].native_digits)
    for digits in Digits:
        text = long_date(NEW_YEAR, language, digits) + time_range(MORNING, NOON, language, digits)
        latin = {sign for sign in text if sign.isdecimal() and sign.isascii()}
        if digits is Digits.NATIVE and own:
            assert (latin, native_digits(text) <= own) == (set(), True)
        else:
            assert native_digits(text) == set()
