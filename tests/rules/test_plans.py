"""The rules of an event that names none: the plan of its kind (`programme-file`, "Rules")."""

import pytest

from convene.rules.plans import kind_follow_ups, kind_reminders
from convene.rules.vocabulary import EventKind

ORDINARY = ["7 days before at 09:00", "1 day before at 17:00"]
THANKS = "thanks 1 day after at 10:00"
LEARNING = [
    THANKS,
    "action plan 3 days after at 10:00",
    *(f"progress {months} after at 10:00" for months in ("1 month", "3 months", "6 months", "12 months")),
]
LEARNING_KINDS = {"training", "training-of-trainers", "seminar", "workshop", "online-programme", "exchange-visit"}


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_has_the_reminders_of_the_specification(kind: EventKind) -> None:
    found = [rule.text for rule in kind_reminders(kind)]

    if kind == "deadline":
        assert found == ["14 days before at 09:00", "3 days before at 09:00", "1 day before at 09:00"]
    elif kind in ("webinar", "online-programme"):
        assert found == [*ORDINARY, "1 hour before each live day"]
    else:
        assert found == ORDINARY


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_has_the_follow_ups_of_the_specification(kind: EventKind) -> None:
    found = [rule.text for rule in kind_follow_ups(kind)]

    if kind == "deadline":
        assert found == []
    else:
        assert found == (LEARNING if kind in LEARNING_KINDS else [THANKS])
