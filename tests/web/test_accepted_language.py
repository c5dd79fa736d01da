"""Accept-Language: what the browser likes best of what we speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convene.language.languages import has_catalogue
from convene.web.accepted_language import accepted_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("km", "km"),
        ("km-KH", "km"),
        ("KM", "km"),
        ("en,km", "en"),
        ("km;q=0.3,bn;q=0.7,en;q=0.1", "bn"),
        ("de-DE,de;q=0.9,ja;q=0.1", "ja"),
        ("km;q=0,ja;q=0.001", "ja"),
        ("km;q=0", "en"),
        ("*", "en"),
        (" lo ; q=0.5 , ja ; q=0.4 ", "lo"),
        ("km;q=2,lo;q=0.1", "lo"),
        ("km;q=nan,lo;q=x,bn;q=", "en"),
        (",;,,km", "km"),
        ("de," * 19 + "km", "km"),
        ("de," * 20 + "km", "en"),
        ("ខ្មែរ", "en"),
    ],
)
def test_the_language_liked_best_that_we_speak(header: str, language: str) -> None:
    assert accepted_language(header) == language


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_whatever_is_asked_for_the_answer_is_a_language_we_speak(header: str) -> None:
    assert has_catalogue(accepted_language(header))
