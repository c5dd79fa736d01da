"""Calendar entries that were written once and are kept in memory, for every feed that shows them the same way."""

from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock

from convene.ical.vevent import Vevent, View
from convene.store.feed_listing import DayRow

ListedEntry = DayRow | tuple[DayRow, ...]
"""What one entry is written from: of a day its row, of a bar over an event the rows of all its days."""

_MOST_BYTES = 64 * 1024 * 1024
_OVERHEAD_BYTES = 1000
"""Of an entry, beside its text: its keys and objects."""

UNWRITTEN = Vevent(b"", None, date.min, date.min)
"""Stands for an entry that was not written yet. Known by identity."""

_Shelf = dict[View, dict[ListedEntry, Vevent | None]]


class WrittenEntries:
    """By view and rows; None where the rows make no entry (a day that never had a date). Safe to use from several
    threads. Half of what is kept is forgotten at a time: what was asked for since is not in that half.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._recent: _Shelf = {}
        self._older: _Shelf = {}
        self._recent_bytes = 0

    def find(self, view: View, listed: Sequence[ListedEntry]) -> list[Vevent | None]:
        """What `listed` make, in that order: UNWRITTEN for those that nobody wrote before."""
        with self._lock:
            recent = self._recent.get(view, {})
            found = [recent.get(rows, UNWRITTEN) for rows in listed]
            older = self._older.get(view)
            if not older:
                return found
            again = {rows: older[rows] for rows in unwritten(listed, found) if rows in older}
            self._put(view, again)
            return filled(listed, found, again)

    def keep(self, view: View, written: Mapping[ListedEntry, Vevent | None]) -> None:
        with self._lock:
            self._put(view, written)

    def _put(self, view: View, written: Mapping[ListedEntry, Vevent | None]) -> None:
        self._recent.setdefault(view, {}).update(written)
        self._recent_bytes += sum(_OVERHEAD_BYTES + len(entry.body if entry else b"") for entry in written.values())
        if self._recent_bytes > self._most_bytes // 2:
            self._older, self._recent, self._recent_bytes = self._recent, {}, 0


def unwritten(listed: Sequence[ListedEntry], found: Sequence[Vevent | None]) -> list[ListedEntry]:
    """Those of `listed` that are still to be written, by what `find` gave for them."""
    return [listed[place] for place, entry in enumerate(found) if entry is UNWRITTEN]


def filled(
    listed: Sequence[ListedEntry], found: Sequence[Vevent | None], written: Mapping[ListedEntry, Vevent | None]
) -> list[Vevent | None]:
    """`found` with what was written since."""
    return [written.get(listed[place], UNWRITTEN) if entry is UNWRITTEN else entry for place, entry in enumerate(found)]
