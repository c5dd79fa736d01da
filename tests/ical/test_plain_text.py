"""Text before it reaches the calendar library: literal, but for what no calendar program can take."""

import unicodedata

import pytest

from convene.ical.plain_text import safe_line, safe_paragraphs


@pytest.mark.parametrize(
    "written", ["a,b;c\\d", "<script>alert(1)</script>", "BEGIN:VEVENT", "الاجتماع", "👩‍👩‍👧‍👦", "C:\\New"]
)
def test_what_was_written_is_kept_literally(written: str) -> None:
    assert safe_line(written, 100) == written
    assert safe_paragraphs(written) == written


@pytest.mark.parametrize(
    "between", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\t", "\0", "\x1b", "\x7f", " \n "]
)
def test_a_line_stays_one_line_without_controls(between: str) -> None:
    assert safe_line(f"A{between}B", 100) == "A B"


def test_paragraphs_keep_their_line_breaks_in_one_form() -> None:
    assert safe_paragraphs("A\r\nB\rC\nD\u2028E\0F") == "A\nB\nC\nD\nE F"


def test_zero_width_space_and_marks_of_direction_leave_titles_but_joiners_stay() -> None:
    assert safe_line("ប្រ\u200bជុំ\u200f", 100) == "ប្រជុំ"
    assert safe_line("র\u200d্যাব", 100) == "র\u200d্যাব"
    assert "\u200b" in safe_paragraphs("ប្រ\u200bជុំ")


def test_both_spellings_of_one_bengali_word_become_the_same() -> None:
    word = "কেন্দ্রীয়"

    assert safe_line(unicodedata.normalize("NFC", word), 100) == safe_line(unicodedata.normalize("NFD", word), 100)


def test_half_a_character_becomes_a_replacement_sign() -> None:
    assert safe_line("A\ud800B", 100) == "A\ufffdB"


def test_a_long_text_is_cut_between_letters() -> None:
    assert safe_line("a" * 11, 10) == "a" * 9 + "…"
    assert safe_line("a" * 10, 10) == "a" * 10
    assert safe_line("ស្ត្រី" * 2, 9) == "ស្ត្រី…"
    assert safe_line("e" + "\u0323" * 20, 10) == "…"
