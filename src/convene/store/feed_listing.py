"""Which days stand in a feed, and in which state: one question for the whole feed, answered without reading any text.

A day says something else than before only with another line here, so what was written for a line stays right
(`usecases/feeds/publish_feed.py`).
"""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from convene.store.driver_sql import DriverSql, read_moment

_BETWEEN_DAYS = ";"


class Listing(NamedTuple):
    """What a feed is about to show. `lines` has one line for each entry, of a day or of the days that one bar is for;
    the database joins it, since thousands of lines are only compared. `newest` is when the newest day changed (UTC);
    None without any.
    """

    lines: str
    newest: datetime | None


class ListedDay(NamedTuple):
    """A line read back. Every visible change of a day raises `sequence` or `changed_at`; `day_id` is never given again,
    so a day that was deleted and made anew is another one. `state`: whether it has no date; for a bar also whether
    feeds show it. `left_at` and `rejoined_at` are of the person whose feed it is. Moments are written as each database
    does.
    """

    event_id: int
    day_id: int
    sequence: int
    changed_at: str
    state: Any
    left_at: str | None = None
    rejoined_at: str | None = None


class _Question:
    """The lines of the days that are chosen; or of their events, with all their days, as bars over them need.

    In no order: that of a calendar is its own, and lines in another one cost a feed that it is joined anew.
    """

    def __init__(self, chosen: str, tables: str = "event", of_person: str = "") -> None:
        of_all = f"FROM {tables} JOIN day ON day.event_id = event.id WHERE {chosen} AND event.status <> 'draft'"
        day = _line("day.on_date IS NULL", of_person)
        of_bar = _line("{json_array}(day.on_date IS NULL, day.in_feeds)", of_person)
        of_events = f"""
            SELECT {{joined}}({of_bar}, '{_BETWEEN_DAYS}') AS line, max(day.changed_at) AS newest {of_all}
            GROUP BY event.id
        """
        self._days = DriverSql(f"SELECT {{joined}}({day}, '\n'), max(day.changed_at) {of_all} AND day.in_feeds")
        self._events = DriverSql(f"SELECT {{joined}}(line, '\n'), max(newest) FROM ({of_events}) AS of_events")

    def ask(self, connection: Connection, *, whole_events: bool, **values: Any) -> Listing:
        question = self._events if whole_events else self._days
        lines, newest = question.run(connection, **values).fetchone()
        return Listing(lines or "", read_moment(newest) if newest else None)


def _line(state: str, of_person: str) -> str:
    columns = f"event.id, day.id, day.sequence, day.changed_at, {state} {of_person}"
    return f"CAST({{json_array}}({columns}) AS text)"


_OF_EVENT = _Question("event.id = :number")
_OF_PROGRAMME = _Question("event.programme_id = :number")
_OF_PERSON = _Question(
    """
    invitation.person_id = :number AND coalesce(invitation.answer, '') <> 'declined'
    AND (invitation.left_at IS NULL OR EXISTS (
        SELECT 1 FROM told WHERE told.person_id = invitation.person_id AND told.event_id = invitation.event_id))
    AND (invitation.left_at IS NULL OR day.created_at <= invitation.left_at)
    """,
    "invitation JOIN event ON event.id = invitation.event_id",
    ", invitation.left_at, invitation.rejoined_at",
)
_HELD_AT = """
    SELECT held.event_id FROM day AS held
    JOIN event AS of_day ON of_day.id = held.event_id
    JOIN venue ON venue.programme_id = of_day.programme_id AND venue.slug = held.resolved_venue
"""
_OF_COUNTRY = _Question(
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


def days_of_event(connection: Connection, event_id: int, *, whole_events: bool) -> Listing:
    """The days of an event. `whole_events`: all of them, as a bar over the event needs; else those that feeds show."""
    return _OF_EVENT.ask(connection, whole_events=whole_events, number=event_id)


def days_of_programme(connection: Connection, programme_id: int, *, whole_events: bool) -> Listing:
    return _OF_PROGRAMME.ask(connection, whole_events=whole_events, number=programme_id)


def days_of_person(connection: Connection, person_id: int, *, whole_events: bool) -> Listing:
    """The days that a person is invited to and did not decline; of an event they left only if they were told of it, and
    only what it had then.
    """
    return _OF_PERSON.ask(connection, whole_events=whole_events, number=person_id)


def days_of_country(connection: Connection, country: str, *, whole_events: bool) -> Listing:
    """The days of events with a venue in the country, also of a day that was called off or lost its date; of events
    without any venue, where people there are invited.
    """
    return _OF_COUNTRY.ask(connection, whole_events=whole_events, country=country)


def days_of_line(line: str) -> list[ListedDay]:
    """The days of one entry: one, or for a bar those of its event, in no order."""
    return [ListedDay(*json.loads(day)) for day in line.split(_BETWEEN_DAYS)]
