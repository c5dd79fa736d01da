"""Calendar entries that were written once and are kept in memory, for every feed that shows them the same way."""

from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock

from convene.ical.vevent import Vevent, View

_MOST_BYTES = 64 * 1024 * 1024
_OVERHEAD_BYTES = 1000
"""Of an entry, beside its text: its keys and objects."""

NO_ENTRY = Vevent.of(date.min, b"")
"""What a line makes whose days never had a date. Known by identity."""

_Shelf = dict[View, dict[str, Vevent]]


class WrittenEntries:
    """By view and the line of a listing (`store/feed_listing.py`). Safe to use from several threads. Half of what is
    kept is forgotten at a time: what was asked for since is not in that half.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._recent: _Shelf = {}
        self._older: _Shelf = {}
        self._recent_bytes = 0

    def find(self, view: View, lines: Sequence[str]) -> list[Vevent | None]:
        """What `lines` make, in that order: None for those that nobody wrote before."""
        with self._lock:
            found = list(map(self._recent.get(view, {}).get, lines))
            older = self._older.get(view)
            if not older or all(found):
                return found
            again = {line: older[line] for line, entry in zip(lines, found, strict=True) if not entry and line in older}
            self._put(view, again)
            return [entry or again.get(line) for line, entry in zip(lines, found, strict=True)]

    def keep(self, view: View, written: Mapping[str, Vevent]) -> None:
        with self._lock:
            self._put(view, written)

    def _put(self, view: View, written: Mapping[str, Vevent]) -> None:
        self._recent.setdefault(view, {}).update(written)
        self._recent_bytes += sum(_OVERHEAD_BYTES + len(entry.body) for entry in written.values())
        if self._recent_bytes > self._most_bytes // 2:
            self._older, self._recent, self._recent_bytes = self._recent, {}, 0
