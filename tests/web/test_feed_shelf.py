"""The feeds kept in memory: given out while the database stands, written once when it moved, bounded in bytes."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable

import pytest
from tests.web.shelved_feeds import KEYS, StillWatch, opens, shelf_of, token_named

from convene.rules.link_token import is_signed_token
from convene.store.content_watch import Seen
from convene.usecases.feeds.open_feed import OpenedFeed
from convene.web import feed_shelf
from convene.web.feed_copy import FeedCopy
from convene.web.feed_shelf import FeedShelf, Held

TOKEN, OTHER = token_named("known"), token_named("other")
LARGE = b"".join(b"%d\r\n" % number for number in range(100_000))


class Reader:
    """A database that is read in threads: what it holds, and how often it was asked."""

    def __init__(self) -> None:
        self.body = b"old"
        self.version = 0
        self.reads: list[tuple[str, OpenedFeed | None]] = []
        self.open = threading.Event()
        self.open.set()

    def read(self, token: str, seen: Seen, kept: OpenedFeed | None) -> OpenedFeed:
        found = opens(self.body, self.version)
        self.reads.append((token, kept))
        self.open.wait(10)
        return found


def shelf(reader: Reader, watch: StillWatch, most_bytes: int = 10_000_000) -> FeedShelf:
    return FeedShelf(reader.read, lambda token, newest: is_signed_token(token, "feed", newest, KEYS), watch, most_bytes)


def body(held: Held | None) -> bytes:
    assert held is not None
    assert held.copy is not None
    return held.copy.plain.found.body


def run(play: Callable[[Reader, StillWatch], Awaitable[None]]) -> None:
    async def played() -> None:
        await play(Reader(), StillWatch())

    asyncio.run(played())


def test_a_feed_is_read_once_while_nothing_changes() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        assert feeds.at_hand(TOKEN) is None
        first = await feeds.get(TOKEN)

        assert feeds.at_hand(TOKEN) is first
        assert await feeds.get(TOKEN) is first
        assert len(reader.reads) == 1

    run(play)


def test_all_who_wait_for_one_feed_have_it_written_once() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        reader.open.clear()
        waiting = [asyncio.create_task(feeds.get(TOKEN)) for _ in range(20)]
        await asyncio.sleep(0)
        reader.open.set()

        assert {body(held) for held in await asyncio.gather(*waiting)} == {b"old"}
        assert len(reader.reads) == 1

    run(play)


def test_who_asks_after_a_change_is_not_given_what_somebody_began_to_read_before_it() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        reader.open.clear()
        early = asyncio.create_task(feeds.get(TOKEN))
        while not reader.reads:
            await asyncio.sleep(0.001)
        reader.body, reader.version, watch.now = b"new", 1, Seen(0, 1, 1)
        late = asyncio.create_task(feeds.get(TOKEN))
        while len(reader.reads) < 2:
            await asyncio.sleep(0.001)
        reader.open.set()

        assert (body(await early), body(await late)) == (b"old", b"new")
        assert body(feeds.at_hand(TOKEN)) == b"new"

    run(play)


def test_a_change_elsewhere_keeps_the_copy_with_all_that_was_made_of_it() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        reader.body = LARGE
        feeds = shelf(reader, watch)
        first = await feeds.get(TOKEN)
        assert first is not None
        kept = first.opened

        def same(token: str, seen: Seen, before: OpenedFeed | None) -> OpenedFeed:
            assert before is kept
            return OpenedFeed(1, before.feed)

        feeds._read = same
        watch.now = Seen(0, 1, 1)
        second = await feeds.get(TOKEN)

        assert second is not None
        assert (second.copy, second.opened.version) == (first.copy, 1)

    run(play)


def test_a_database_that_was_put_back_is_asked_for_everything_again() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        await feeds.get(TOKEN)
        reader.body, watch.now = b"another", Seen(1, 0, 1)

        assert feeds.at_hand(TOKEN) is None
        assert body(await feeds.get(TOKEN)) == b"another"
        assert reader.reads[-1] == (TOKEN, None)

    run(play)


def test_what_was_asked_for_least_lately_is_forgotten_first() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        reader.body = b"x" * 10_000
        feeds = shelf(reader, watch, most_bytes=50_000)
        third = token_named("third")
        await feeds.get(TOKEN)
        await feeds.get(OTHER)
        feeds.at_hand(TOKEN)
        await feeds.get(third)

        assert [feeds.at_hand(token) is not None for token in (TOKEN, OTHER, third)] == [True, False, True]

    run(play)


def test_a_feed_larger_than_all_that_is_kept_is_served_all_the_same() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch, most_bytes=10)

        assert body(await feeds.get(TOKEN)) == b"old"
        assert feeds.at_hand(TOKEN) is None

    run(play)


def test_a_token_that_was_never_ours_costs_no_look_up() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        foreign = TOKEN[:-1] + ("a" if TOKEN[-1] != "a" else "b")

        assert await feeds.get(foreign) is None
        assert reader.reads == []

    run(play)


def test_a_database_that_is_away_ends_the_trust_and_asks_once_for_all_who_wait() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        await feeds.get(TOKEN)
        watch.now = None
        answers = await asyncio.gather(*(feeds.get(TOKEN) for _ in range(10)), return_exceptions=True)

        assert {type(answer) for answer in answers} == {ConnectionError}
        assert watch.looks == 1
        watch.now = Seen(0, 0, 1)
        assert feeds.at_hand(TOKEN) is not None

    run(play)


def test_a_database_that_does_not_answer_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_shelf, "PATIENCE_SECONDS", 0.01)

    async def play(reader: Reader, watch: StillWatch) -> None:
        feeds = shelf(reader, watch)
        reader.open.clear()
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await feeds.get(TOKEN)
        assert len(reader.reads) == 1
        reader.open.set()

    run(play)


def test_a_reading_that_fails_is_tried_again_by_the_next_who_asks() -> None:
    async def play() -> None:
        table: dict[str, OpenedFeed | Exception] = {TOKEN: ConnectionError()}
        feeds = shelf_of(table)
        with pytest.raises(ConnectionError):
            await feeds.get(TOKEN)
        table[TOKEN] = opens(b"now")

        assert body(await feeds.get(TOKEN)) == b"now"

    asyncio.run(play())


def test_a_large_feed_is_compressed_once_and_while_nobody_waits() -> None:
    async def play(reader: Reader, watch: StillWatch) -> None:
        reader.body = LARGE
        feeds = shelf(reader, watch)
        held = await feeds.get(TOKEN)
        assert held is not None
        copy = held.copy
        assert copy is not None
        assert copy.gzip is None
        for _ in range(3):
            feeds.compress_later(copy)
        assert copy.gzip is None
        await feeds.compress(copy)
        made = copy.gzip
        assert made is not None
        await feeds.compress(copy)

        assert gzip.decompress(made.found.body) == LARGE
        assert copy.gzip is made
        assert made.etag not in (copy.plain.etag, b"")

    run(play)


def test_the_compressed_form_has_the_same_bytes_wherever_it_is_made() -> None:
    feed = opens(LARGE).feed
    assert feed is not None
    copies = [FeedCopy(feed) for _ in range(2)]
    for copy in copies:
        copy.compress()
    one, other = (copy.gzip for copy in copies)

    assert one is not None
    assert other is not None
    assert (one.found.body, one.etag) == (other.found.body, other.etag)
