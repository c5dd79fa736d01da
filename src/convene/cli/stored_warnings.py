"""What came up while nobody was there to be told."""

from datetime import datetime, timedelta

from sqlmodel import Session

from convene.cli.tables import say
from convene.usecases.planning.follow_zone_database import warnings_since

_SHOWN_FOR = timedelta(days=7)


def say_warnings(session: Session, now: datetime) -> None:
    """The warnings of the last week, for whoever looks at events or notices."""
    for sentence in warnings_since(session, now - _SHOWN_FOR):
        say(f"warning: {sentence}")
