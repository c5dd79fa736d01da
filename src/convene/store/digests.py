"""Digests (design section 5): reminders of one person in one programme on one date become one mail, as sets.

Only reminders by rules that count dates join (`joins_on`); the mail is due at the earliest of them. With one part left
it is a plain reminder again.
"""

from datetime import date, datetime

from sqlalchemy import Date, bindparam, text
from sqlmodel import Session

from convene.model.columns import UtcMoment
from convene.model.notice import OPEN_SQL, REPLANNABLE_SQL
from convene.rules.vocabulary import NoticeKind
from convene.store.planning_tables import DATE_NUMBER, PEOPLE, grouping_by_sorting

_KIND = NoticeKind.DIGEST.value
_RULE = "reminders of one date"

# The dates on which a planned event reminds somebody, or did so far. CROSS JOIN tells SQLite in which order.
_TOUCH_DATES = f"""
    INSERT INTO touched (person_id, joins_on)
    SELECT wanted.person_id, moment.joins_on
    FROM wanted CROSS JOIN moment
    WHERE moment.id = wanted.moment_id AND moment.joins_on IS NOT NULL
    UNION
    SELECT notice.person_id, notice.joins_on
    FROM planned_event CROSS JOIN cause CROSS JOIN notice
    WHERE cause.event_id = planned_event.event_id AND notice.cause_id = cause.id
        AND notice.joins_on IS NOT NULL AND {REPLANNABLE_SQL}
    UNION
    SELECT noticepart.person_id, noticepart.joins_on
    FROM planned_event CROSS JOIN cause CROSS JOIN noticepart CROSS JOIN notice
    WHERE cause.event_id = planned_event.event_id AND noticepart.cause_id = cause.id
        AND notice.id = noticepart.notice_id AND {REPLANNABLE_SQL}
"""
_TOUCHED_DATES = text("SELECT DISTINCT joins_on FROM touched").columns(joins_on=Date)
_TOUCH_CAUSES = text("""
    INSERT INTO touched_cause (joins_on, cause_id)
    SELECT :joins_on, cause.id FROM cause
    LEFT JOIN planned_event ON planned_event.event_id = cause.event_id
    WHERE cause.programme_id = :programme_id AND cause.joins_to >= :joins_on AND cause.joins_from <= :joins_on
        AND planned_event.event_id IS NULL
""").bindparams(bindparam("joins_on", type_=Date()))
_TOUCH_NOTICES = text(f"""
    INSERT INTO touched_notice (notice_id)
    SELECT notice.id
    FROM touched_cause CROSS JOIN touched CROSS JOIN notice
    WHERE touched.joins_on = touched_cause.joins_on AND notice.cause_id = touched_cause.cause_id
        AND notice.person_id = touched.person_id AND notice.joins_on = touched.joins_on
        AND {REPLANNABLE_SQL} AND notice.useful_until > :now
""").bindparams(bindparam("now", type_=UtcMoment()))

_MOMENT = """
    INSERT INTO moment (
        person_id, cause_id, round, role, due_at, timezone, joins_on, date_number, shifted_from, shifted_why,
        useful_until, keeps_due, uncompared
    )
"""
_PLAIN_REMINDERS = text(f"""{_MOMENT}
    SELECT notice.person_id, notice.cause_id, notice.round, notice.role, notice.due_at, notice.timezone,
        notice.joins_on, {DATE_NUMBER.format(joins_on="notice.joins_on")}, notice.shifted_from, notice.shifted_why,
        notice.useful_until, FALSE, FALSE
    FROM touched_notice CROSS JOIN notice CROSS JOIN cause
    WHERE notice.id = touched_notice.notice_id AND cause.id = notice.cause_id AND cause.kind <> '{_KIND}'
""")
_PARTS_OF_DIGESTS = text(f"""{_MOMENT}
    SELECT noticepart.person_id, noticepart.cause_id, noticepart.round, noticepart.role, noticepart.due_at,
        noticepart.timezone, noticepart.joins_on, {DATE_NUMBER.format(joins_on="noticepart.joins_on")},
        noticepart.shifted_from, noticepart.shifted_why, noticepart.useful_until, FALSE, FALSE
    FROM touched_notice CROSS JOIN noticepart CROSS JOIN cause
    WHERE noticepart.notice_id = touched_notice.notice_id AND cause.id = noticepart.cause_id
        AND noticepart.useful_until > :now AND cause.event_id NOT IN (SELECT event_id FROM planned_event)
""").bindparams(bindparam("now", type_=UtcMoment()))
_WANT_STORED = """
    INSERT INTO wanted (person_id, moment_id, cause_id, round, reader_date, changed)
    SELECT person_id, id, cause_id, round, date_number + person_id, TRUE
    FROM moment WHERE person_id IS NOT NULL
"""

# What has left, alone or inside a digest, neither joins nor is sent again. The state is looked up, not joined:
# PostgreSQL could read all notices for each part.
_DROP_SETTLED = f"""
    DELETE FROM wanted WHERE reader_date IS NOT NULL AND (
        EXISTS (
            SELECT 1 FROM notice
            WHERE notice.cause_id = wanted.cause_id AND notice.person_id = wanted.person_id
                AND notice.round = wanted.round AND NOT {OPEN_SQL}
        )
        OR EXISTS (
            SELECT 1 FROM noticepart
            WHERE noticepart.cause_id = wanted.cause_id AND noticepart.person_id = wanted.person_id
                AND noticepart.round = wanted.round
                AND NOT (SELECT {OPEN_SQL} FROM notice WHERE notice.id = noticepart.notice_id)
        )
    )
"""

# What may join, and when: where nothing is compared, nobody is in a list of their own yet.
_WANTED = "SELECT reader_date, moment_id, cause_id FROM wanted WHERE reader_date IS NOT NULL"
_SEATED = """
    SELECT moment.date_number + seat.person_id AS reader_date, moment.id AS moment_id, moment.cause_id
    FROM moment CROSS JOIN seat
    WHERE moment.date_number IS NOT NULL AND seat.group_id = moment.group_id
"""

_FIND = """
    INSERT INTO digest (id)
    SELECT reader_date FROM ({joinable}) AS joinable GROUP BY reader_date HAVING count(*) > 1
"""
PART_OF_DIGEST = """(
    wanted.reader_date IS NOT NULL AND wanted.digest_id IS NULL AND wanted.reader_date IN (SELECT id FROM digest)
)"""
"""Of a wanted notice: it is one of the parts of a digest, and not written itself."""
# In the order of their table. CROSS JOIN tells both databases in which order to look.
_TAKE_PARTS = """
    INSERT INTO part (digest_id, due_at, cause_id, moment_id, useful_until)
    SELECT digest.id, moment.due_at, joinable.cause_id, joinable.moment_id, moment.useful_until
    FROM ({joinable}) AS joinable
    CROSS JOIN digest
    CROSS JOIN moment
    WHERE digest.id = joinable.reader_date AND moment.id = joinable.moment_id
    ORDER BY digest.id, moment.due_at, joinable.cause_id
"""
_ADD_CAUSES = f"""
    INSERT INTO cause (programme_id, kind, rule, occurrence, revision, joins_from, joins_to)
    SELECT DISTINCT CAST(:programme_id AS integer), '{_KIND}', '{_RULE}', CAST(joins_on AS varchar), 0,
        joins_on, joins_on
    FROM moment WHERE id IN (SELECT moment_id FROM part)
    ON CONFLICT DO NOTHING
"""
# Due at the earliest of the parts, useful as long as one of them. What comes up after the digest of a date has left
# makes another one of that date: a further round, unless one that failed waits anew. Without window functions, which
# take SQLite twice as long.
_WANT_DIGESTS = f"""
    INSERT INTO wanted (person_id, moment_id, cause_id, round, reader_date, useful_until, digest_id, changed)
    WITH found AS MATERIALIZED (
        SELECT digest_id AS id, digest_id % {PEOPLE} AS person_id, digest_id - digest_id % {PEOPLE} AS date_number,
            max(useful_until) AS useful_until
        FROM part GROUP BY digest_id
    ), of_date AS MATERIALIZED (
        SELECT id, {DATE_NUMBER.format(joins_on="joins_to")} AS date_number
        FROM cause WHERE programme_id = :programme_id AND kind = '{_KIND}'
    )
    SELECT found.person_id, part.moment_id, of_date.id,
        CASE WHEN :known THEN (
            SELECT coalesce(min(CASE WHEN {OPEN_SQL} THEN notice.round END), 1 + count(*)) FROM notice
            WHERE notice.cause_id = of_date.id AND notice.person_id = found.person_id
        ) ELSE 1 END,
        found.id, found.useful_until, found.id, TRUE
    FROM found
    CROSS JOIN part
    CROSS JOIN of_date
    WHERE part.digest_id = found.id AND of_date.date_number = found.date_number AND NOT EXISTS (
        SELECT 1 FROM part AS earlier
        WHERE earlier.digest_id = part.digest_id AND (earlier.due_at, earlier.cause_id) < (part.due_at, part.cause_id)
    )
"""

# Both sides are joined as wholes: asked digest by digest, PostgreSQL reads all parts for each. CROSS JOIN tells SQLite
# in which order.
_MARK_CHANGED_PARTS = """
    UPDATE wanted SET changed = TRUE
    WHERE digest_id IS NOT NULL AND notice_id IN (
        SELECT stored.notice_id
        FROM wanted AS stored
        CROSS JOIN part
        LEFT JOIN noticepart ON noticepart.notice_id = stored.notice_id AND noticepart.cause_id = part.cause_id
        WHERE part.digest_id = stored.digest_id AND stored.notice_id IS NOT NULL
            AND (noticepart.cause_id IS NULL OR noticepart.due_at <> part.due_at
                OR noticepart.useful_until <> part.useful_until)
        UNION ALL
        SELECT stored.notice_id
        FROM wanted AS stored
        CROSS JOIN noticepart
        LEFT JOIN part ON part.digest_id = stored.digest_id AND part.cause_id = noticepart.cause_id
        WHERE noticepart.notice_id = stored.notice_id AND stored.digest_id IS NOT NULL AND part.digest_id IS NULL
    )
"""
# On PostgreSQL its body may have left since it was matched: then it told the parts that it had.
_LET_GO = f"""
    UPDATE wanted SET changed = FALSE
    WHERE digest_id IS NOT NULL AND notice_id IS NOT NULL AND changed
        AND NOT (SELECT {OPEN_SQL} FROM notice WHERE notice.id = wanted.notice_id)
"""
_CLEAR_PARTS = """
    DELETE FROM noticepart
    WHERE notice_id IN (SELECT notice_id FROM wanted WHERE digest_id IS NOT NULL AND changed)
"""
# The row of a new digest is looked up by its identity: joined, PostgreSQL would read all notices. CROSS JOIN tells
# SQLite in which order.
_WRITE_PARTS = """
    INSERT INTO noticepart (
        notice_id, person_id, cause_id, round, role, due_at, timezone, joins_on, shifted_from, shifted_why, useful_until
    )
    WITH changed AS MATERIALIZED (
        SELECT digest_id, person_id, coalesce(notice_id, (
            SELECT notice.id FROM notice
            WHERE notice.cause_id = wanted.cause_id AND notice.person_id = wanted.person_id
                AND notice.round = wanted.round
        )) AS notice_id
        FROM wanted WHERE digest_id IS NOT NULL AND changed
    )
    SELECT changed.notice_id, changed.person_id, part.cause_id, moment.round, moment.role, part.due_at, moment.timezone,
        moment.joins_on, moment.shifted_from, moment.shifted_why, part.useful_until
    FROM changed
    CROSS JOIN part
    CROSS JOIN moment
    WHERE part.digest_id = changed.digest_id AND moment.id = part.moment_id
"""


def add_stored_reminders(session: Session, programme_id: int, now: datetime) -> None:
    """Where only some events are planned, let the waiting reminders of the others on the same dates join as well."""
    session.execute(text(_TOUCH_DATES))
    dates: list[date] = list(session.scalars(_TOUCHED_DATES))
    for joins_on in dates:
        session.execute(_TOUCH_CAUSES, {"programme_id": programme_id, "joins_on": joins_on})
    session.execute(_TOUCH_NOTICES, {"now": now})
    session.execute(_PLAIN_REMINDERS)
    session.execute(_PARTS_OF_DIGESTS, {"now": now})
    session.execute(text(_WANT_STORED))


def drop_settled(session: Session) -> None:
    """Leave out reminders that have left already."""
    session.execute(text(_DROP_SETTLED))


def join_digests(session: Session, programme_id: int, *, known: bool) -> None:
    """Make one wanted notice of several reminders of one person on one date. `known`: the programme has notices."""
    joinable = _WANTED if known else _SEATED
    with grouping_by_sorting(session):
        found = session.execute(text(_FIND.format(joinable=joinable)))
    if not found.rowcount:  # type: ignore[attr-defined]
        return
    session.execute(text(_TAKE_PARTS.format(joinable=joinable)))
    session.execute(text(_ADD_CAUSES), {"programme_id": programme_id})
    session.execute(text(_WANT_DIGESTS), {"programme_id": programme_id, "known": known})


def mark_changed_parts(session: Session) -> None:
    """Call a stored digest changed whose parts are others now."""
    session.execute(text(_MARK_CHANGED_PARTS))


def clear_changed_parts(session: Session) -> None:
    """Take the parts of all digests that changed away, but of those that have left meanwhile."""
    session.execute(text(_LET_GO))
    session.execute(text(_CLEAR_PARTS))


def write_parts(session: Session) -> None:
    """Write the parts of digests that are new or changed."""
    session.execute(text(_WRITE_PARTS))
