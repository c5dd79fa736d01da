"""An event that is deleted and written again goes on where its calendar entries stopped: feeds have shown them."""

from pathlib import Path

import pytest
from tests.programmes import INVITED_AT, apply_file, query, write_programme

from convene.rules.feed_entries import FeedOptions
from convene.store.database import Database
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed

FIRST, SECOND = "{on: 2020-01-20, from: 09:00}", "{on: 2020-01-21, from: 09:00}"
OTHER = "  other: {kind: meeting, title: {en: Other}, days: [{on: 2020-02-03}], invite: [members]}\n"


def apply(database: Database, folder: Path, *days: str, title: str = "Planning") -> None:
    event = f"  planning: {{kind: meeting, title: {{en: {title}}}, days: [{', '.join(days)}], invite: [members]}}\n"
    apply_file(database, write_programme(folder, OTHER + (event if days else "")), INVITED_AT)


def sequences(database: Database, *, one_bar: bool = False) -> dict[str, int]:
    """By UID, as a subscriber of the programme sees them."""
    with database.reading() as session:
        feed = publish_feed(session, FeedSubject(programme="small"), "en", FeedOptions(one_bar=one_bar))
    lines = feed.body.decode().splitlines()
    uids = [line.removeprefix("UID:") for line in lines if line.startswith("UID:")]
    numbers = [int(line.removeprefix("SEQUENCE:")) for line in lines if line.startswith("SEQUENCE:")]
    return dict(zip(uids, numbers, strict=True))


@pytest.mark.parametrize(
    ("again", "one_bar"), [((FIRST, SECOND), True), ((FIRST, SECOND), False), ((FIRST,), False), ((SECOND,), False)]
)
def test_an_entry_that_is_written_again_has_a_higher_sequence_than_before(
    database: Database, tmp_path: Path, again: tuple[str, ...], one_bar: bool
) -> None:
    apply(database, tmp_path, FIRST, SECOND)
    apply(database, tmp_path, FIRST, SECOND, title="Planning the year")
    before = sequences(database, one_bar=one_bar)
    apply(database, tmp_path)
    apply(database, tmp_path, *again)

    after = sequences(database, one_bar=one_bar)

    known = {uid: number for uid, number in before.items() if uid in after and uid not in _untouched(database)}
    assert known
    assert all(after[uid] > number for uid, number in known.items())


def test_a_day_that_comes_back_later_goes_on_too(database: Database, tmp_path: Path) -> None:
    apply(database, tmp_path, FIRST, SECOND)
    apply(database, tmp_path, FIRST, SECOND, title="Planning the year")
    before = sequences(database)
    apply(database, tmp_path)
    apply(database, tmp_path, FIRST)
    apply(database, tmp_path, FIRST, SECOND)

    after = sequences(database)

    assert all(after[uid] > number for uid, number in before.items() if uid not in _untouched(database))


def test_it_may_be_deleted_again_and_again(database: Database, tmp_path: Path) -> None:
    seen = []
    for _ in range(3):
        apply(database, tmp_path, FIRST)
        seen.append(
            query(
                database,
                "SELECT day.sequence FROM day JOIN event ON event.id = day.event_id WHERE event.slug = 'planning'",
            )[0][0]
        )
        apply(database, tmp_path)

    assert seen == sorted(set(seen))


def test_an_event_that_was_never_there_begins_at_zero(database: Database, tmp_path: Path) -> None:
    apply(database, tmp_path, FIRST)

    assert set(sequences(database).values()) == {0}


def _untouched(database: Database) -> set[str]:
    """The UIDs of the event that stays as it is."""
    found = query(
        database, "SELECT event.uid, day.uid FROM event JOIN day ON day.event_id = event.id WHERE event.slug = 'other'"
    )
    return {uid for row in found for uid in row}
