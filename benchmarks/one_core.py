"""A server and who asks it on one processor core: on two, most of an answer's time goes by in waking the other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def on_one_core() -> Iterator[None]:
    """What is started in the block runs on one core, always the same, and stays there."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
