"""What the documents draw from the code is as the code has it."""

from tests.packaging.languages_in_readme import README, with_languages
from tests.packaging.states_in_docs import DELIVERY, with_states


def test_the_states_of_a_notice_are_drawn_from_their_table() -> None:
    text = DELIVERY.read_text("utf-8")

    assert "planned --> claimed" in text
    assert with_states(text) == text


def test_the_languages_are_listed_as_their_catalogues_stand() -> None:
    text = README.read_text("utf-8")

    assert "| km | Khmer |" in text
    assert with_languages(text) == text, "run: make messages"
