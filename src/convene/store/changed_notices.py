"""What the last planning pass added or changed, counted person by person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, String, bindparam, text
from sqlmodel import Session

from convene.model.columns import UtcMoment
from convene.store.digests import PART_OF_DIGEST

# Those that were compared with nothing are in no list person by person.
_UNCOMPARED = """
    SELECT seat.person_id, moment.id AS moment_id, moment.cause_id, moment.date_number + seat.person_id AS reader_date
    FROM moment JOIN seat ON seat.group_id = moment.group_id
    WHERE moment.uncompared
"""
_CHANGED = f"""
    FROM (
        SELECT person_id, moment_id, cause_id, reader_date FROM wanted WHERE changed AND NOT {PART_OF_DIGEST}
        UNION ALL
        SELECT person_id, moment_id, cause_id, reader_date FROM ({_UNCOMPARED}) AS uncompared
        WHERE reader_date IS NULL OR reader_date NOT IN (SELECT id FROM digest)
    ) AS notice
    JOIN moment ON moment.id = notice.moment_id
    JOIN cause ON cause.id = notice.cause_id
    JOIN person_place ON person_place.person_id = notice.person_id
"""
_COUNTED = text(f"""
    SELECT cause.kind, notice.person_id, person_place.language,
        sum(CASE WHEN moment.due_at <= :now THEN 1 ELSE 0 END) AS at_once,
        sum(CASE WHEN moment.due_at > :now AND moment.due_at <= :soon THEN 1 ELSE 0 END) AS soon,
        sum(CASE WHEN moment.due_at > :soon THEN 1 ELSE 0 END) AS later
    {_CHANGED}
    GROUP BY cause.kind, notice.person_id, person_place.language
    ORDER BY min(moment.due_at), cause.kind, notice.person_id
""").bindparams(bindparam("now", type_=UtcMoment()), bindparam("soon", type_=UtcMoment()))
_FIRST = text(f"""
    SELECT cause.kind, moment.due_at, moment.timezone
    {_CHANGED} WHERE moment.due_at > :now
    ORDER BY moment.due_at, moment.timezone LIMIT 1
""").bindparams(bindparam("now", type_=UtcMoment()))

# Reminders that join a digest are moved each by itself, and leave with it: at the earliest of its parts.
_SHIFTED = text(f"""
    SELECT cause.kind, cause.rule, coalesce(person.country, organisation.country) AS country,
        moment.shifted_from, moment.shifted_why, moment.timezone,
        coalesce((SELECT min(part.due_at) FROM part WHERE part.digest_id = notice.reader_date), moment.due_at)
            AS leaves_at,
        count(DISTINCT notice.person_id) AS people
    FROM (
        SELECT person_id, moment_id, cause_id, reader_date FROM wanted
        WHERE digest_id IS NULL AND (
            changed AND NOT {PART_OF_DIGEST}
            OR reader_date IN (SELECT digest_id FROM wanted WHERE digest_id IS NOT NULL AND changed)
        )
        UNION ALL {_UNCOMPARED}
    ) AS notice
    JOIN moment ON moment.id = notice.moment_id
    JOIN cause ON cause.id = notice.cause_id
    JOIN person ON person.id = notice.person_id
    LEFT JOIN organisation
        ON organisation.programme_id = cause.programme_id AND organisation.name = person.organisation
    WHERE moment.shifted_from IS NOT NULL
    GROUP BY cause.kind, cause.rule, coalesce(person.country, organisation.country), moment.shifted_from,
        moment.shifted_why, moment.timezone, leaves_at
    ORDER BY moment.shifted_from, cause.rule, country, leaves_at, moment.timezone
""")
_PROGRAMMES = text(f"SELECT DISTINCT cause.programme_id {_CHANGED}")


@dataclass(frozen=True)
class ChangedNotices:
    """The notices of one kind that one person gets: due at once, within the span asked for, later."""

    kind: str
    person_id: int
    language: str
    at_once: int
    soon: int
    later: int


@dataclass(frozen=True)
class FirstChanged:
    """The one that is due first after now."""

    kind: str
    due_at: datetime
    timezone: str


@dataclass(frozen=True)
class ShiftedNotices:
    """The notices of one rule and country, moved from one local moment, that leave at another (UTC), and why."""

    kind: str
    rule: str
    country: str | None
    shifted_from: str
    shifted_why: str
    leaves_at: datetime
    timezone: str
    people: int


def changed_notices(session: Session, now: datetime, soon: datetime) -> Iterator[ChangedNotices]:
    """By kind and person, those due earliest first."""
    columns = dict.fromkeys(("person_id", "at_once", "soon", "later"), Integer)
    query = _COUNTED.columns(kind=String, language=String, **columns)
    for row in session.execute(query, {"now": now, "soon": soon}):
        yield ChangedNotices(*row)


def first_changed(session: Session, now: datetime) -> FirstChanged | None:
    query = _FIRST.columns(kind=String, due_at=UtcMoment, timezone=String)
    row = session.execute(query, {"now": now}).first()
    return FirstChanged(row.kind, row.due_at, row.timezone) if row else None


def changed_programmes(session: Session) -> set[int]:
    """The programmes whose notices were added or changed."""
    return {row.programme_id for row in session.execute(_PROGRAMMES)}


def shifted_notices(session: Session) -> Iterator[ShiftedNotices]:
    """Those that do not leave on the day or at the hour that their rule names, by that moment."""
    names = ("kind", "rule", "country", "shifted_from", "shifted_why", "timezone")
    query = _SHIFTED.columns(**dict.fromkeys(names, String), leaves_at=UtcMoment, people=Integer)
    for row in session.execute(query):
        yield ShiftedNotices(leaves_at=row.leaves_at, people=row.people, **{name: getattr(row, name) for name in names})
