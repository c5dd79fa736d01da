"""What it costs inside convene to have a feed ready: cold, warm, after one change; in one process, without a wire."""

from collections.abc import Callable
from time import perf_counter

from benchmarks.feed_programme import SECRET_KEY
from sqlalchemy import text

from convene.store.database import Database
from convene.usecases.feeds.open_feed import OpenedFeed, open_feed
from convene.usecases.feeds.written_entries import WrittenEntries

_KEYS = (SECRET_KEY.encode(),)


class FeedSteps:
    """The steps of one feed of `entries` entries. Each gives seconds, the ETag of the body included."""

    def __init__(self, database: Database, token: str, entries: int) -> None:
        self._database = database
        self._token = token
        self._entries = entries
        self._written = WrittenEntries()
        self._changed = 0

    def cold(self) -> float:
        """Every entry is loaded and written."""
        self._written = WrittenEntries()
        return self._timed(lambda: self._open(None))

    def warm(self) -> float:
        """No entry changed, and the body is joined anew."""
        return self._timed(lambda: self._open(None))

    def unchanged(self) -> float:
        """Something else changed: the body of before is found to be right."""
        kept = self._open(None)
        return self._timed(lambda: self._open(kept))

    def one_change(self) -> float:
        """One entry of all changed: from the question to a body with its ETag."""
        kept = self._open(None)
        self._changed += 1
        with self._database.writing() as session:
            session.execute(
                text("UPDATE day SET sequence = sequence + 1 WHERE id = :number"),
                {"number": self._changed * 37 % self._entries + 1},
            )
        return self._timed(lambda: self._open(kept))

    def _open(self, kept: OpenedFeed | None) -> OpenedFeed:
        with self._database.reading() as session:
            opened = open_feed(session, self._token, _KEYS, self._written, kept)
        assert opened.feed is not None
        return opened

    def _timed(self, step: Callable[[], OpenedFeed]) -> float:
        began = perf_counter()
        opened = step()
        seconds = perf_counter() - began
        assert opened.feed is not None
        assert opened.feed.body.count(b"BEGIN:VEVENT") == self._entries
        return seconds
