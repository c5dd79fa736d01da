"""An event loop that stays awake for a moment: it looks for what comes next without going to sleep in between.

Who sleeps is woken by the kernel, which takes longer than an answer from memory where the news come from another core
of a virtual machine: an answer over one connection took 119 microseconds on two cores, and 31 on one.
"""

import asyncio
import os
from collections.abc import Callable

AWAKE_SECONDS = 100e-6
"""Longer than who asks again and again over one connection takes for the next question: with 60 and with 120
microseconds as many were answered. It is spent once for each answer, and none while nobody asks.
"""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_HAS_CORE_TO_SPARE = _cores() > 1
"""On a single one, who stays awake keeps from asking who is to ask."""


class Wakefulness:
    """Of one connection. `seconds` is a clock that only ever rises."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: Callable[[], float]) -> None:
        self._loop = loop
        self._seconds = seconds
        self._until = 0.0
        self._is_awake = False

    def stay(self) -> None:
        """Stay awake for a moment from now on."""
        self._until = self._seconds() + AWAKE_SECONDS
        if not self._is_awake and _HAS_CORE_TO_SPARE:
            self._is_awake = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        # A loop that has something to call looks at its sockets, and does not wait for them.
        self._is_awake = self._seconds() < self._until
        if self._is_awake:
            self._loop.call_soon(self._turn)
