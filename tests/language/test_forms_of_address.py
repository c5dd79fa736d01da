"""Names are never split; the title stands where the language puts it."""

import pytest

from convene.language.forms_of_address import addressed
from convene.rules.vocabulary import Gender


def test_a_stored_salutation_precedes_the_name() -> None:
    assert addressed("សុខា", "លោកស្រី", None, "km") == "លោកស្រី សុខា"


def test_in_japanese_it_follows_the_name() -> None:
    assert addressed("山田", "先生", None, "ja") == "山田 先生"
    assert addressed("山田", "", None, "ja") == "山田 様"


@pytest.mark.parametrize(
    ("language", "woman", "man", "anybody"),
    [
        ("km", "លោកស្រី X", "លោក X", "លោក/លោកស្រី X"),
        ("lo", "ທ່ານນາງ X", "ທ່ານ X", "ທ່ານ X"),
        ("bn", "জনাবা X", "জনাব X", "জনাব/জনাবা X"),
        ("en", "X", "X", "X"),
    ],
)
def test_without_a_salutation_the_gender_decides_and_unknown_takes_both_forms(
    language: str, woman: str, man: str, anybody: str
) -> None:
    assert addressed("X", "", Gender.WOMAN, language) == woman
    assert addressed("X", "", Gender.MAN, language) == man
    assert addressed("X", "", None, language) == anybody


def test_a_title_that_is_part_of_the_name_is_not_repeated() -> None:
    assert addressed("Dr Sok", "Dr", None, "en") == "Dr Sok"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("श्री राम", "श्री राम जी"),
        ("राम जी", "श्री राम जी"),
        ("श्री राम जी", "श्री राम जी"),
        ("श्रीराम", "श्री श्रीराम जी"),
    ],
)
def test_what_stands_before_a_name_and_what_stands_behind_it_are_each_said_once(name: str, form: str) -> None:
    assert addressed(name, "", Gender.MAN, "hi") == form


def test_one_of_two_titles_in_the_name_is_enough() -> None:
    assert addressed("លោក សុខ", "", None, "km") == "លោក សុខ"
    assert addressed("Ibu Sari", "", None, "id") == "Ibu Sari"


def test_a_title_is_a_text_and_no_template() -> None:
    assert addressed("{name}", "{name} {0}", None, "en") == "{name} {0} {name}"


def test_nobody_is_addressed_by_a_title_alone() -> None:
    assert addressed("", "លោកស្រី", Gender.WOMAN, "km") == ""
