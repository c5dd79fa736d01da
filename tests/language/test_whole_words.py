"""Words are compared whole; where blanks part none, letters are."""

import pytest

from convene.language.whole_words import begins_with, ends_with


@pytest.mark.parametrize(
    ("text", "words", "language", "begins", "ends"),
    [
        ("Seminar on wages", "seminar", "en", True, False),
        ("EWC Seminar", "seminar", "en", False, True),
        ("Seminars", "seminar", "en", False, False),
        ("Webseminar", "seminar", "en", False, False),
        ("बैठकें", "बैठक", "hi", False, False),
        ("普及会議", "会議", "ja", False, True),
        ("会議の記録", "会議", "ja", True, False),
        ("កា", "ក", "km", False, False),
        ("Seminar", "", "en", False, False),
    ],
)
def test_only_whole_words_count(text: str, words: str, language: str, begins: bool, ends: bool) -> None:
    assert (begins_with(text, words, language), ends_with(text, words, language)) == (begins, ends)
