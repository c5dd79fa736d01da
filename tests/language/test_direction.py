"""A text that runs from right to left keeps to its place, and only such a text is marked."""

import pytest

from convene.language.direction import direction, isolated
from convene.language.languages import LANGUAGES

ARABIC = "ندوة العمال 3"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (ARABIC, "rtl"),
        ("ورشة EWC", "rtl"),
        ("EWC ورشة", "ltr"),
        ("3. ندوة", "rtl"),
        ("סמינר", "rtl"),
        ("Seminar", ""),
        ("៣ · ", ""),
        ("", ""),
        ("\u0600\u0661", ""),  # an Arabic number sign and a digit: no letter
    ],
)
def test_the_first_letter_says_which_way_a_text_runs(text: str, way: str) -> None:
    assert direction(text) == way


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_no_language_of_convenes_own_is_marked(language: object) -> None:
    assert direction(getattr(language, "native_name", "")) == ""


def test_it_is_set_apart_line_by_line() -> None:
    assert isolated(f"{ARABIC}\nSeminar") == f"\u2068{ARABIC}\u2069\nSeminar"
