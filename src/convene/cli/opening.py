"""What every command begins with: the settings, the database, the clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from convene.settings import Settings, load_settings
from convene.store.database import Database, open_database
from convene.usecases.people.unsubscribe_link import PageLinks, page_links
from convene.worker.system_clock import DatabaseClock, FrozenClock, SystemClock


def settings() -> Settings:
    """The settings of this installation, from the environment and the file."""
    return load_settings(os.environ)


@contextmanager
def opened(chosen: Settings) -> Iterator[Database]:
    """The database, closed at the end of the block."""
    database = open_database(chosen.database_url)
    try:
        yield database
    finally:
        database.close()


def clock(chosen: Settings) -> SystemClock:
    """The host's clock, or the frozen one of CONVENE_NOW."""
    return FrozenClock(chosen.now) if chosen.now else SystemClock()


def worker_clock(chosen: Settings, database: Database) -> SystemClock:
    """The clock of a worker: on PostgreSQL that of the server, so that all workers agree on what is due."""
    if chosen.now is None and database.engine.dialect.name == "postgresql":
        return DatabaseClock(database.engine)
    return clock(chosen)


def links(chosen: Settings) -> PageLinks | None:
    """What makes the links in mails; None where nobody could open them."""
    return page_links(chosen.base_url, [key.encode() for key in chosen.secret_keys])
