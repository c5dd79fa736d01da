"""What the other tests go by: which letters are foreign to a language."""

import pytest
from tests.language.scripts import foreign_words, native_digits, scripts_of

from convene.language.languages import LANGUAGES


@pytest.mark.parametrize(
    ("language", "script"), [("km", "KHMER"), ("lo", "LAO"), ("bn", "BENGALI"), ("th", "THAI"), ("ne", "DEVANAGARI")]
)
def test_the_script_of_a_language_is_that_of_its_own_name(language: str, script: str) -> None:
    assert scripts_of(language) == {script}


def test_languages_of_europe_and_the_islands_are_written_in_latin() -> None:
    assert [code for code in LANGUAGES if scripts_of(code) == {"LATIN"}] == ["en", "id", "vi", "fil", "fr", "es"]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("กิจกรรม", "lo", {"กิจกรรม"}),
        ("ກອງປະຊຸມ ຄັ້ງທີ 3", "lo", set()),
        ("ກອງปະຊຸມ", "lo", {"ກອງปະຊຸມ"}),
        ("3rd সভা", "bn", {"rd"}),
        ("第3回会議 ワーク・ショップ、々", "ja", set()),
        ("ngày mai: cuộc họp", "vi", set()),
        ("cuo\u0323\u0302c", "vi", set()),
        ("réunion 会", "fr", {"会"}),
        ("3.ª reunión", "es", set()),
    ],
)
def test_letters_of_another_script_are_found(text: str, language: str, words: set[str]) -> None:
    assert foreign_words(text, language) == words


def test_digits_of_other_scripts_are_found() -> None:
    assert native_digits("20 ២០ २") == {"២", "០", "२"}
