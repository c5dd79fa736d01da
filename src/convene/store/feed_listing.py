"""Which days stand in a feed, and in which state: one question for the whole feed, answered without reading any text.

A day says something else than before only with another row here, so what was written for a row stays right
(`usecases/publish_feed.py`).
"""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection

from convene.store.driver_sql import DriverSql, read_moment

DayRow = tuple[Any, ...]
"""A row as the driver gives it: thousands are only compared. `ListedDay(*row)` names its columns."""


class ListedDay(NamedTuple):
    """One row. Every visible change of a day raises `sequence` or `changed_at`; `day_id` is never given again, so a day
    that was deleted and made anew is another one. `shown` holds two flags: the day has a date (1), it is in feeds (2).
    `left_at` and `rejoined_at` are of the person whose feed it is. Moments are as the driver has them.
    """

    programme_id: int
    event_id: int
    day_id: int
    sequence: int
    changed_at: Any
    shown: int
    left_at: Any = None
    rejoined_at: Any = None


_CHANGED_AT = itemgetter(ListedDay._fields.index("changed_at"))
_LISTED = """
    SELECT event.programme_id, event.id, day.id, day.sequence, day.changed_at,
        CASE WHEN day.on_date IS NULL THEN 0 ELSE 1 END + CASE WHEN day.in_feeds THEN 2 ELSE 0 END {of_person}
    FROM {tables} JOIN day ON day.event_id = event.id
    WHERE {chosen} AND event.status <> 'draft' AND (day.in_feeds OR :whole_events)
    ORDER BY event.id, day.id
"""


def _listing(chosen: str, tables: str = "event", of_person: str = "") -> DriverSql:
    return DriverSql(_LISTED.format(chosen=chosen, tables=tables, of_person=of_person))


_OF_EVENT = _listing("event.id = :number")
_OF_PROGRAMME = _listing("event.programme_id = :number")
_OF_PERSON = _listing(
    """
    invitation.person_id = :number AND coalesce(invitation.answer, '') <> 'declined'
    AND (invitation.left_at IS NULL OR EXISTS (
        SELECT 1 FROM told WHERE told.person_id = invitation.person_id AND told.event_id = invitation.event_id))
    AND (invitation.left_at IS NULL OR day.created_at <= invitation.left_at)
    """,
    "invitation JOIN event ON event.id = invitation.event_id",
    ", invitation.left_at, CASE WHEN invitation.round > 1 THEN invitation.invited_at END",
)
_HELD_AT = """
    SELECT held.event_id FROM day AS held
    JOIN event AS of_day ON of_day.id = held.event_id
    JOIN venue ON venue.programme_id = of_day.programme_id AND venue.slug = held.resolved_venue
"""
_OF_COUNTRY = _listing(
    f"""
    (
        event.id IN ({_HELD_AT} WHERE venue.country = :country AND (held.removed_at IS NULL OR held.in_feeds))
        OR event.id NOT IN ({_HELD_AT} WHERE held.removed_at IS NULL) AND event.id IN (
            SELECT invitation.event_id FROM person
            JOIN invitation ON invitation.person_id = person.id AND invitation.left_at IS NULL
            JOIN event AS theirs ON theirs.id = invitation.event_id
            LEFT JOIN organisation
                ON organisation.programme_id = theirs.programme_id AND organisation.name = person.organisation
            WHERE coalesce(nullif(person.country, ''), organisation.country) = :country
        )
    )
    """
)


def days_of_event(connection: Connection, event_id: int, *, whole_events: bool) -> list[DayRow]:
    """The days of an event. `whole_events`: all of them, as a bar over the event needs; else those that feeds show."""
    return _rows(_OF_EVENT.run(connection, number=event_id, whole_events=whole_events))


def days_of_programme(connection: Connection, programme_id: int, *, whole_events: bool) -> list[DayRow]:
    return _rows(_OF_PROGRAMME.run(connection, number=programme_id, whole_events=whole_events))


def days_of_person(connection: Connection, person_id: int, *, whole_events: bool) -> list[DayRow]:
    """The days that a person is invited to and did not decline; of an event they left only if they were told of it, and
    only what it had then.
    """
    return _rows(_OF_PERSON.run(connection, number=person_id, whole_events=whole_events))


def days_of_country(connection: Connection, country: str, *, whole_events: bool) -> list[DayRow]:
    """The days of events with a venue in the country, also of a day that was called off or lost its date; of events
    without any venue, where people there are invited.
    """
    return _rows(_OF_COUNTRY.run(connection, country=country, whole_events=whole_events))


def _rows(cursor: Any) -> list[DayRow]:
    rows: list[DayRow] = cursor.fetchall()
    return rows


def newest_change(rows: Sequence[DayRow]) -> datetime | None:
    """When the newest of them changed; None without any."""
    return read_moment(max(map(_CHANGED_AT, rows))) if rows else None
