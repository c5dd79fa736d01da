"""Which languages there are, and how people may name them."""

import pytest

from convene.language.languages import LANGUAGES, has_catalogue, parse_language


@pytest.mark.parametrize("written", ["Khmer", "km", "KM", "km-KH", "km_KH", "ខ្មែរ", " khmer "])
def test_a_language_is_understood_by_code_name_and_native_name(written: str) -> None:
    assert parse_language(written) == "km"


@pytest.mark.parametrize(("written", "code"), [("Bangla", "bn"), ("Tagalog", "fil"), ("tl", "fil"), ("Laotian", "lo")])
def test_other_names_of_a_language_are_understood(written: str, code: str) -> None:
    assert parse_language(written) == code


@pytest.mark.parametrize("written", ["", "xx", "Klingon", "../../x", "k"])
def test_an_unknown_language_is_none(written: str) -> None:
    assert parse_language(written) is None


def test_thirteen_languages_are_known_at_least() -> None:
    assert {"km", "lo", "bn", "ja", "en", "th", "ne", "hi", "id", "vi", "fil", "fr", "es"} <= LANGUAGES.keys()


def test_mails_are_written_in_a_language_whose_folder_is_complete() -> None:
    assert has_catalogue("km")
    assert has_catalogue("en")


def test_a_language_that_is_not_known_has_no_catalogue() -> None:
    assert not has_catalogue("xx")
    assert not has_catalogue("../km")


def test_native_digits_are_ten_decimal_digits_in_order() -> None:
    for language in LANGUAGES.values():
        if language.native_digits:
            assert [int(sign) for sign in language.native_digits] == list(range(10))
