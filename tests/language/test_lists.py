"""Lists in a sentence."""

import pytest

from convene.language.lists import and_list


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [
        ("en", "A and B", "A, B and C"),
        ("km", "A និង B", "A, B និង C"),
        ("lo", "A ແລະ B", "A, B ແລະ C"),
        ("bn", "A এবং B", "A, B এবং C"),
        ("ja", "A、B", "A、B、C"),
    ],
)
def test_a_list_ends_with_and(language: str, two: str, three: str) -> None:
    assert and_list(["A", "B"], language) == two
    assert and_list(["A", "B", "C"], language) == three


def test_short_lists_need_no_word_between() -> None:
    assert and_list([], "en") == ""
    assert and_list(["A"], "en") == "A"
