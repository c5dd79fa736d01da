"""The feeds that this process keeps in memory, and how long it may believe them.

A copy is given out only while the database is as it was when the copy was read; asking that takes microseconds
(`store/content_watch.py`). Of what changed, each feed is written anew when somebody asks for it next, once for all who
wait. A feed that nobody asks for costs nothing.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from convene.store.content_watch import ContentWatch, Seen
from convene.usecases.feeds.open_feed import OpenedFeed
from convene.web.feed_copy import FeedCopy, Variant

PATIENCE_SECONDS = 5.0
"""How long a database may take to answer. Who asks later than that is not kept waiting for the same answer."""

_MOST_BYTES = 128 * 1024 * 1024
_OVERHEAD_BYTES = 1000
_READ_AT_ONCE = 4

logger = logging.getLogger(__name__)

_Found = TypeVar("_Found")

ReadFeed = Callable[[str, Seen, OpenedFeed | None], OpenedFeed]
"""Looks a token up and writes its calendar, given what it opened before. Runs in a thread; may raise anything."""

IsOurs = Callable[[str, int], bool]
"""Whether a token was signed here, for a generation up to that one. In microseconds, without a look-up."""


@dataclass(frozen=True)
class _Work(Generic[_Found]):
    """Something that several wait for, until a moment of the event loop's clock."""

    task: asyncio.Task[_Found]
    until: float

    async def outcome(self) -> _Found:
        """Raises TimeoutError where it takes too long; the work goes on."""
        return await asyncio.wait_for(asyncio.shield(self.task), self.until - asyncio.get_running_loop().time())


@dataclass(frozen=True)
class Held:
    """What a token opens, as of `epoch` and the version in it; `copy` None: nothing, or nothing any more."""

    epoch: int
    opened: OpenedFeed
    copy: FeedCopy | None

    @property
    def size(self) -> int:
        """At most so many bytes: a calendar, as much again for its compressed form, and what it was outlined by."""
        lines = self.opened.outline.lines if self.opened.outline else ""
        return _OVERHEAD_BYTES + len(lines) + 2 * (len(self.copy.plain.found.body) if self.copy else 0)

    def is_as_of(self, seen: Seen) -> bool:
        """Whether it stands. It may be newer than what was seen, where that is trusted for a while."""
        return self.epoch == seen.epoch and self.opened.version >= seen.version


class FeedShelf:
    """Belongs to one event loop. What it holds is bounded in bytes; what was asked for least lately goes first."""

    def __init__(self, read: ReadFeed, is_ours: IsOurs, watch: ContentWatch, most_bytes: int = _MOST_BYTES) -> None:
        self._read = read
        self._is_ours = is_ours
        self._watch = watch
        self._most_bytes = most_bytes
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._bytes = 0
        self._curious: list[Callable[[Seen | None], None]] = []
        self._looking: _Work[Seen] | None = None
        self._readings: dict[tuple[str, Seen], _Work[Held]] = {}
        self._free = asyncio.Semaphore(_READ_AT_ONCE)
        self._compressing = asyncio.Semaphore(1)
        self._compressions: set[asyncio.Task[Variant]] = set()

    def kept(self, token: str) -> Held | None:
        """What is known of the token, whether it stands or not."""
        held = self._held.get(token)
        if held is not None:
            self._held.move_to_end(token)
        return held

    def see(self) -> Seen | None:
        """What stands now. None: `get` must find out, and raises where nobody can."""
        try:
            return self._watch.seen()
        except Exception:  # many may wait for this one look
            return None

    def see_soon(self, tell: Callable[[Seen | None], None]) -> None:
        """Tell what stands when all is read that is read in this turn of the event loop. It is asked once for all that:
        asking is most of the work of answering.
        """
        if not self._curious:
            asyncio.get_running_loop().call_soon(self._tell)
        self._curious.append(tell)

    def at_hand(self, token: str) -> Held | None:
        """What is known of the token and stands. None: `get` must find out."""
        held = self.kept(token)
        seen = self.see() if held else None
        return held if held and seen and held.is_as_of(seen) else None

    async def get(self, token: str) -> Held | None:
        """What the token opens; None where it is not one of ours. Raises whatever reading the database raises."""
        seen = await self._seen()
        held = self._held.get(token)
        if held is not None and held.is_as_of(seen):
            return held
        if not self._is_ours(token, seen.newest_generation):
            return None
        # By what was seen, too: who asks after a change must not be given what somebody began to read before it.
        reading = self._readings.get((token, seen))
        if reading is None:
            reading = self._readings[token, seen] = _begun(self._read_anew(token, seen))
            reading.task.add_done_callback(lambda done: self._settle(token, seen, done))
        return await reading.outcome()

    def compress_later(self, copy: FeedCopy) -> None:
        """Compress a copy, once, while nobody waits for it."""
        if not copy.gzip_begun:
            copy.gzip_begun = True
            task = asyncio.create_task(self.compress(copy))
            self._compressions.add(task)
            task.add_done_callback(self._compressions.discard)

    async def compress(self, copy: FeedCopy) -> Variant:
        """The compressed form of a copy, made by one thread at a time."""
        async with self._compressing:
            return await run_in_threadpool(copy.compress)

    def _tell(self) -> None:
        curious, self._curious = self._curious, []
        seen = self.see()
        for tell in curious:
            try:
                tell(seen)
            except Exception as error:  # the others are still to be told
                logger.error("an answer could not be given: %s", type(error).__qualname__)

    async def _seen(self) -> Seen:
        seen = self._watch.seen()
        if seen is None:
            if self._looking is None:
                self._looking = _begun(run_in_threadpool(self._watch.look))
                self._looking.task.add_done_callback(self._looked)
            looked = await self._looking.outcome()
            # Somebody may have begun to look before the change that this request comes after.
            seen = self._watch.seen() or looked
        return seen

    def _looked(self, done: asyncio.Task[Seen]) -> None:
        self._looking = None
        _take_note(done)

    async def _read_anew(self, token: str, seen: Seen) -> Held:
        before = self._held.get(token)
        kept = before if before is not None and before.epoch == seen.epoch else None
        async with self._free:
            opened = await run_in_threadpool(self._read, token, seen, kept.opened if kept else None)
        if opened.feed is None:
            return Held(seen.epoch, opened, None)
        if kept is not None and opened.feed is kept.opened.feed:
            return Held(seen.epoch, opened, kept.copy)
        return Held(seen.epoch, opened, await run_in_threadpool(FeedCopy, opened.feed))

    def _settle(self, token: str, seen: Seen, done: asyncio.Task[Held]) -> None:
        del self._readings[token, seen]
        if _take_note(done):
            self._keep(token, done.result())

    def _keep(self, token: str, held: Held) -> None:
        """Keep it, unless a newer one is there: readings may end in another order than they began."""
        before = self._held.get(token)
        if before is not None and (before.epoch, before.opened.version) > (held.epoch, held.opened.version):
            return
        self._forget(token)
        self._held[token] = held
        self._bytes += held.size
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._held)))

    def _forget(self, token: str) -> None:
        held = self._held.pop(token, None)
        self._bytes -= held.size if held else 0


def _begun(work: Coroutine[Any, Any, _Found]) -> _Work[_Found]:
    return _Work(asyncio.create_task(work), asyncio.get_running_loop().time() + PATIENCE_SECONDS)


def _take_note(done: asyncio.Task[_Found]) -> bool:
    """Whether it went well. Asking keeps asyncio from complaining of a fault that nobody waited for."""
    return not done.cancelled() and done.exception() is None
