"""A loop stays awake for a moment after an answer, and then it sleeps."""

import asyncio
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from convene.web import wakefulness
from convene.web.wakefulness import AWAKE_SECONDS, Wakefulness


class CountedLoop:
    """What is to be called soon is called by `turn`, and `seconds` is the time as the test sets it."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []
        self.now = 0.0
        loop = Mock(asyncio.AbstractEventLoop)
        loop.call_soon.side_effect = self.soon.append
        self.wakefulness = Wakefulness(loop, lambda: self.now)

    def turn(self, after: float) -> bool:
        """One turn of the loop, so many seconds later; whether the next one waits for nothing."""
        self.now += after
        called, self.soon[:] = list(self.soon), []
        for call in called:
            call()
        return bool(self.soon)


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakefulness, "_HAS_CORE_TO_SPARE", True)


def test_it_sleeps_once_the_moment_is_over_and_stays_awake_anew_when_asked_to() -> None:
    loop = CountedLoop()
    for _ in range(2):
        loop.wakefulness.stay()
        turns = [loop.turn(AWAKE_SECONDS / 4) for _ in range(6)]

        assert turns == [True, True, True, False, False, False]


def test_a_further_answer_prolongs_the_moment_and_takes_no_turns_of_its_own() -> None:
    loop = CountedLoop()
    loop.wakefulness.stay()
    assert loop.turn(AWAKE_SECONDS / 2)
    loop.wakefulness.stay()

    assert len(loop.soon) == 1
    assert [loop.turn(AWAKE_SECONDS / 2) for _ in range(3)] == [True, False, False]


def test_a_single_core_is_left_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakefulness, "_HAS_CORE_TO_SPARE", False)
    loop = CountedLoop()
    loop.wakefulness.stay()

    assert not loop.soon
