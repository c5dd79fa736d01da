"""What came up while nobody was there to be told, and what of the database cannot be read."""

from datetime import datetime, timedelta

from sqlmodel import Session

from convene.cli.tables import say
from convene.store.unreadable_rows import all_unreadable
from convene.usecases.planning.follow_zone_database import warnings_since

_SHOWN_FOR = timedelta(days=7)


def say_warnings(session: Session, now: datetime) -> None:
    """The warnings of the last week, for whoever looks at events or notices, and what of these cannot be read."""
    for sentence in warnings_since(session, now - _SHOWN_FOR):
        say(f"warning: {sentence}")
    for unreadable in all_unreadable(session):
        say(f"warning: {unreadable.sentence}")
