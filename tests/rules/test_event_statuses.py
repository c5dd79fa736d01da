"""The arrows between the statuses of an event."""

from convene.rules.event_statuses import next_statuses
from convene.rules.vocabulary import EventStatus


def test_the_arrows_are_those_of_the_programme_file() -> None:
    arrows = {(old.value, new.value) for old in EventStatus for new in next_statuses(old)}

    assert arrows == {
        ("draft", "confirmed"),
        ("confirmed", "postponed"),
        ("confirmed", "cancelled"),
        ("postponed", "confirmed"),
        ("postponed", "cancelled"),
        ("cancelled", "confirmed"),
    }
