"""Entries that were written once: found again, whatever was forgotten meanwhile."""

from datetime import date

from convene.ical.vevent import Vevent, View
from convene.usecases.feeds.written_entries import WrittenEntries

ENGLISH, KHMER = View("en"), View("km")
ENTRIES = {str(number): Vevent.of(date(2030, 1, number), b"entry %d" % number) for number in range(1, 9)}
ROOM_FOR_FOUR = 4 * 2 * 1010


def test_what_was_written_is_found_in_the_order_asked_for_and_in_no_other_view() -> None:
    written = WrittenEntries()
    written.keep(ENGLISH, {"1": ENTRIES["1"], "2": ENTRIES["2"]})

    assert written.find(ENGLISH, ["2", "3", "1"]) == [ENTRIES["2"], None, ENTRIES["1"]]
    assert written.find(KHMER, ["1"]) == [None]


def test_what_was_asked_for_since_is_not_forgotten() -> None:
    written = WrittenEntries(most_bytes=ROOM_FOR_FOUR)
    written.keep(ENGLISH, {line: ENTRIES[line] for line in "12345"})

    assert written.find(ENGLISH, ["1", "2"]) == [ENTRIES["1"], ENTRIES["2"]]
    written.keep(ENGLISH, {line: ENTRIES[line] for line in "678"})

    assert written.find(ENGLISH, ["1", "2", "3"]) == [ENTRIES["1"], ENTRIES["2"], None]


def test_all_is_found_also_when_finding_it_makes_room() -> None:
    written = WrittenEntries(most_bytes=ROOM_FOR_FOUR)
    written.keep(ENGLISH, {line: ENTRIES[line] for line in "12345"})

    assert written.find(ENGLISH, list("54321")) == [ENTRIES[line] for line in "54321"]
