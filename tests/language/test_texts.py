"""Which of the coordinator's texts a reader is shown."""

from convene.language.texts import Spoken, one_line, pick_text


def test_the_readers_language_comes_first() -> None:
    assert pick_text({"en": "Phnom Penh", "km": "ភ្នំពេញ"}, "km", "en") == Spoken("ភ្នំពេញ", "km")


def test_then_the_programmes_then_english_then_the_first_given() -> None:
    assert pick_text({"en": "A", "ja": "B", "fr": "C"}, "km", "ja") == Spoken("B", "ja")
    assert pick_text({"fr": "C", "en": "A"}, "km", "ja") == Spoken("A", "en")
    assert pick_text({"fr": "C", "es": "D"}, "km", "ja") == Spoken("C", "fr")


def test_an_empty_text_is_passed_over() -> None:
    assert pick_text({"km": "  ", "en": "A"}, "km", "en") == Spoken("A", "en")
    assert pick_text({"km": ""}, "km", "en") is None
    assert pick_text({}, "km", "en") is None


def test_one_line_drops_zero_width_spaces_and_keeps_joiners() -> None:
    assert one_line("ការ\u200bប្រជុំ\n ទី3") == "ការប្រជុំ ទី3"
    assert one_line("র\u200d্য") == "র\u200d্য"


def test_one_line_keeps_the_spaces_at_which_no_line_may_break() -> None:
    assert one_line(" Rappel\u00a0: «\u202fPlan\u202f»\t \n fin\u00a0") == "Rappel\u00a0: «\u202fPlan\u202f» fin"


def test_one_line_has_one_spelling() -> None:
    assert one_line("re\u0301union") == "r\u00e9union"
    assert one_line("সম\u09df") == "সম\u09af\u09bc"
