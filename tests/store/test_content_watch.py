"""Whether what was read still stands: asked of either database before every feed that is served from memory."""

from pathlib import Path

import pytest
from sqlalchemy import text
from tests.programmes import replace_database_file

from convene.store.content_watch import TRUSTED_SECONDS, ContentWatch, Seen, watch_content
from convene.store.database import Database


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def watch(database: Database, seconds: Seconds) -> ContentWatch:
    found = watch_content(database, seconds)
    assert found.seen() is None, "nobody looked yet"
    found.look()
    return found


def current(watch: ContentWatch, seconds: Seconds) -> Seen:
    """What is seen once PostgreSQL is trusted no more."""
    seconds.now += TRUSTED_SECONDS
    return watch.seen() or watch.look()


def run(database: Database, statement: str) -> None:
    with database.recording() as session:
        session.execute(text(statement))


def test_what_was_seen_stands_while_nothing_is_written(watch: ContentWatch, seconds: Seconds) -> None:
    first = current(watch, seconds)

    assert first is not None
    assert (watch.seen(), current(watch, seconds)) == (first, first)


def test_a_change_of_content_is_seen_and_what_the_delivery_notes_down_is_none(
    database: Database, watch: ContentWatch, seconds: Seconds
) -> None:
    first = current(watch, seconds)
    run(database, "UPDATE installation SET tzdata_version = '2020a'")
    noted = current(watch, seconds)
    with database.writing():
        pass

    assert noted == first
    assert current(watch, seconds) == first._replace(version=first.version + 1)


def test_the_newest_generation_of_all_links_is_seen(database: Database, watch: ContentWatch, seconds: Seconds) -> None:
    assert current(watch, seconds).newest_generation == 1
    with database.writing() as session:
        columns = "public_id, country, language, one_bar, generation, created_at"
        session.execute(text(f"INSERT INTO feedlink ({columns}) VALUES ('a', 'KH', 'en', FALSE, 4, '2020-01-01')"))

    assert current(watch, seconds).newest_generation == 4


def test_a_database_that_was_put_back_is_another_one(database: Database, watch: ContentWatch, seconds: Seconds) -> None:
    with database.writing():
        pass
    before = current(watch, seconds)
    run(database, "UPDATE installation SET content_version = content_version - 1")
    older = current(watch, seconds)
    run(database, "UPDATE installation SET restores = restores + 1, content_version = content_version + 1")

    assert older.epoch > before.epoch
    assert current(watch, seconds).epoch > older.epoch


def test_sqlite_is_asked_every_time_and_postgresql_once_a_second(
    database: Database, watch: ContentWatch, seconds: Seconds
) -> None:
    first = watch.seen()
    with database.writing():
        pass

    if database.engine.dialect.name == "sqlite":
        assert watch.seen() != first
        return
    assert watch.seen() == first
    seconds.now += TRUSTED_SECONDS - 0.01
    assert watch.seen() == first
    seconds.now += 0.01
    assert watch.seen() is None
    assert watch.look() != first


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_vanished_is_not_there_and_none_is_made(
    database: Database, watch: ContentWatch, tmp_path: Path
) -> None:
    file = tmp_path / "convene.db"
    file.rename(tmp_path / "aside.db")

    assert watch.seen() is None
    with pytest.raises(OSError, match="No such file"):
        watch.look()
    assert not file.exists()

    (tmp_path / "aside.db").rename(file)
    assert watch.look() == watch.seen()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_was_replaced_is_read_by_everybody(database: Database, watch: ContentWatch, tmp_path: Path) -> None:
    before = watch.seen()
    assert before is not None
    replace_database_file(tmp_path)

    assert watch.seen() is None
    after = watch.look()
    with database.writing():
        pass

    assert after.epoch > before.epoch
    assert (watch.seen() or watch.look()).version == after.version + 1
