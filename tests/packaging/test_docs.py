"""What the documents draw from the code is as the code has it."""

from tests.packaging.states_in_docs import DELIVERY, with_states


def test_the_states_of_a_notice_are_drawn_from_their_table() -> None:
    text = DELIVERY.read_text("utf-8")

    assert "planned --> claimed" in text
    assert with_states(text) == text
