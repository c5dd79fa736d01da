"""Digests (design section 5): reminders of one person in one programme on one date become one mail, as sets.

Only reminders by rules that count dates join (`joins_on`); the mail is due at the earliest of them. With one part left
it is a plain reminder again.
"""

from sqlalchemy import text
from sqlmodel import Session

from convene.rules.notice_states import UNSENT, NoticeState
from convene.rules.vocabulary import NoticeKind
from convene.store.planning_tables import measure_planning_tables

_WAITING = ", ".join(f"'{state.value}'" for state in UNSENT)
_OPEN = f"{_WAITING}, '{NoticeState.CANCELLED.value}'"
_REMINDER, _DIGEST = NoticeKind.REMINDER.value, NoticeKind.DIGEST.value
_RULE = "reminders of one date"

# Everything that waits may have to change where all events are planned: every date that has a digest.
_TOUCH_DIGESTS = f"""
    INSERT INTO touched (person_id, joins_on)
    SELECT DISTINCT notice.person_id, notice.joins_on
    FROM cause JOIN notice ON notice.cause_id = cause.id
    WHERE cause.programme_id = :programme_id AND cause.kind = '{_DIGEST}' AND notice.state IN ({_WAITING})
"""
# Otherwise the dates on which a planned event reminds somebody, or did so far.
_TOUCH_DATES = f"""
    INSERT INTO touched (person_id, joins_on)
    SELECT person_id, joins_on FROM wanted WHERE joins_on IS NOT NULL
    UNION
    SELECT notice.person_id, notice.joins_on
    FROM planned_event
    JOIN cause ON cause.event_id = planned_event.event_id
    JOIN notice ON notice.cause_id = cause.id
    WHERE notice.joins_on IS NOT NULL AND notice.state IN ({_WAITING})
    UNION
    SELECT noticepart.person_id, noticepart.joins_on
    FROM planned_event
    JOIN cause ON cause.event_id = planned_event.event_id
    JOIN noticepart ON noticepart.cause_id = cause.id
    JOIN notice ON notice.id = noticepart.notice_id
    WHERE notice.state IN ({_WAITING})
"""
_MOMENT = """
    INSERT INTO moment (
        person_id, cause_id, round, role, due_at, timezone, joins_on, shifted_from, shifted_why, useful_until, keeps_due
    )
"""
_PLAIN_REMINDERS = f"""{_MOMENT}
    SELECT notice.person_id, notice.cause_id, notice.round, notice.role, notice.due_at, notice.timezone,
        notice.joins_on, notice.shifted_from, notice.shifted_why, notice.useful_until, FALSE
    FROM touched
    JOIN notice ON notice.person_id = touched.person_id AND notice.joins_on = touched.joins_on
    JOIN cause ON cause.id = notice.cause_id
    LEFT JOIN planned_event ON planned_event.event_id = cause.event_id
    WHERE cause.programme_id = :programme_id AND cause.kind = '{_REMINDER}' AND planned_event.event_id IS NULL
        AND notice.state IN ({_WAITING})
"""
_PARTS_OF_DIGESTS = f"""{_MOMENT}
    SELECT noticepart.person_id, noticepart.cause_id, noticepart.round, noticepart.role, noticepart.due_at,
        noticepart.timezone, noticepart.joins_on, noticepart.shifted_from, noticepart.shifted_why,
        noticepart.useful_until, FALSE
    FROM touched
    JOIN notice ON notice.person_id = touched.person_id AND notice.joins_on = touched.joins_on
    JOIN noticepart ON noticepart.notice_id = notice.id
    JOIN cause ON cause.id = noticepart.cause_id
    LEFT JOIN planned_event ON planned_event.event_id = cause.event_id
    WHERE cause.programme_id = :programme_id AND planned_event.event_id IS NULL AND notice.state IN ({_WAITING})
"""
_WANT_STORED = """
    INSERT INTO wanted (person_id, moment_id, cause_id, round, joins_on, changed)
    SELECT person_id, id, cause_id, round, joins_on, TRUE FROM moment WHERE person_id IS NOT NULL
"""

# What has left, alone or inside a digest, neither joins nor is sent again.
_DROP_SETTLED = f"""
    DELETE FROM wanted WHERE joins_on IS NOT NULL AND (
        EXISTS (
            SELECT 1 FROM notice
            WHERE notice.cause_id = wanted.cause_id AND notice.person_id = wanted.person_id
                AND notice.round = wanted.round AND notice.state NOT IN ({_OPEN})
        )
        OR EXISTS (
            SELECT 1 FROM noticepart JOIN notice ON notice.id = noticepart.notice_id
            WHERE noticepart.cause_id = wanted.cause_id AND noticepart.person_id = wanted.person_id
                AND noticepart.round = wanted.round AND notice.state NOT IN ({_OPEN})
        )
    )
"""

_FIND = """
    INSERT INTO digest (person_id, joins_on)
    SELECT person_id, joins_on FROM wanted WHERE joins_on IS NOT NULL
    GROUP BY person_id, joins_on HAVING count(*) > 1
"""
_NAME_PARTS = """
    UPDATE wanted SET part_of = digest.id FROM digest
    WHERE digest.person_id = wanted.person_id AND digest.joins_on = wanted.joins_on
"""
_ADD_CAUSES = f"""
    INSERT INTO cause (programme_id, kind, rule, occurrence, revision)
    SELECT DISTINCT CAST(:programme_id AS integer), '{_DIGEST}', '{_RULE}', CAST(joins_on AS varchar), 0
    FROM digest WHERE TRUE
    ON CONFLICT DO NOTHING
"""
# Due at the earliest of the parts, useful as long as one of them. What comes up after the digest of a date has left
# makes another one of that date: a further round.
_WANT_DIGESTS = f"""
    INSERT INTO wanted (person_id, moment_id, cause_id, round, joins_on, useful_until, digest_id, changed)
    WITH part AS MATERIALIZED (
        SELECT wanted.part_of, wanted.moment_id,
            max(moment.useful_until) OVER (PARTITION BY wanted.part_of) AS useful_until,
            row_number() OVER (PARTITION BY wanted.part_of ORDER BY moment.due_at, moment.cause_id) AS place
        FROM wanted JOIN moment ON moment.id = wanted.moment_id
        WHERE wanted.part_of IS NOT NULL
    )
    SELECT digest.person_id, part.moment_id, cause.id,
        1 + (
            SELECT count(*) FROM notice
            WHERE notice.cause_id = cause.id AND notice.person_id = digest.person_id AND notice.state NOT IN ({_OPEN})
        ),
        digest.joins_on, part.useful_until, digest.id, TRUE
    FROM part
    JOIN digest ON digest.id = part.part_of
    JOIN cause ON cause.programme_id = :programme_id AND cause.kind = '{_DIGEST}'
        AND cause.occurrence = CAST(digest.joins_on AS varchar)
    WHERE part.place = 1
"""

_PARTS = """
    SELECT wanted.part_of, wanted.person_id, wanted.cause_id, wanted.round, moment.role, moment.due_at,
        moment.timezone, moment.joins_on, moment.shifted_from, moment.shifted_why, moment.useful_until
    FROM wanted JOIN moment ON moment.id = wanted.moment_id
    WHERE wanted.part_of IS NOT NULL
"""
_MARK_CHANGED_PARTS = f"""
    UPDATE wanted SET changed = TRUE
    WHERE digest_id IS NOT NULL AND notice_id IS NOT NULL AND (
        EXISTS (
            SELECT 1 FROM ({_PARTS}) AS part
            LEFT JOIN noticepart ON noticepart.notice_id = wanted.notice_id AND noticepart.cause_id = part.cause_id
            WHERE part.part_of = wanted.digest_id
                AND (noticepart.cause_id IS NULL OR noticepart.due_at <> part.due_at
                    OR noticepart.useful_until <> part.useful_until)
        )
        OR EXISTS (
            SELECT 1 FROM noticepart
            WHERE noticepart.notice_id = wanted.notice_id AND NOT EXISTS (
                SELECT 1 FROM ({_PARTS}) AS part
                WHERE part.part_of = wanted.digest_id AND part.cause_id = noticepart.cause_id
            )
        )
    )
"""
_FIND_NEW_ROWS = """
    UPDATE wanted SET notice_id = notice.id FROM notice
    WHERE wanted.digest_id IS NOT NULL AND wanted.notice_id IS NULL AND notice.cause_id = wanted.cause_id
        AND notice.person_id = wanted.person_id AND notice.round = wanted.round
"""
_CLEAR_PARTS = """
    DELETE FROM noticepart
    WHERE notice_id IN (SELECT notice_id FROM wanted WHERE digest_id IS NOT NULL AND changed)
"""
_WRITE_PARTS = f"""
    INSERT INTO noticepart (
        notice_id, person_id, cause_id, round, role, due_at, timezone, joins_on, shifted_from, shifted_why, useful_until
    )
    SELECT whole.notice_id, part.person_id, part.cause_id, part.round, part.role, part.due_at, part.timezone,
        part.joins_on, part.shifted_from, part.shifted_why, part.useful_until
    FROM wanted AS whole JOIN ({_PARTS}) AS part ON part.part_of = whole.digest_id
    WHERE whole.changed
"""


def add_stored_reminders(session: Session, programme_id: int, *, whole: bool) -> None:
    """Where only some events are planned, let the reminders of the others on the same dates join as well."""
    programme = {"programme_id": programme_id}
    if whole:
        session.execute(text(_TOUCH_DIGESTS), programme)
        return
    session.execute(text(_TOUCH_DATES))
    session.execute(text(_PLAIN_REMINDERS), programme)
    session.execute(text(_PARTS_OF_DIGESTS), programme)
    session.execute(text(_WANT_STORED))


def drop_settled(session: Session) -> None:
    """Leave out reminders that have left already."""
    session.execute(text(_DROP_SETTLED))


def join_digests(session: Session, programme_id: int) -> None:
    """Make one wanted notice of several reminders of one person on one date."""
    found = session.execute(text(_FIND))
    if not found.rowcount:  # type: ignore[attr-defined]
        return
    measure_planning_tables(session)
    session.execute(text(_NAME_PARTS))
    session.execute(text(_ADD_CAUSES), {"programme_id": programme_id})
    session.execute(text(_WANT_DIGESTS), {"programme_id": programme_id})


def mark_changed_parts(session: Session) -> None:
    """Call a stored digest changed whose parts are others now."""
    session.execute(text(_MARK_CHANGED_PARTS))


def write_parts(session: Session) -> None:
    """Write the parts of digests that are new or changed."""
    session.execute(text(_FIND_NEW_ROWS))
    session.execute(text(_CLEAR_PARTS))
    session.execute(text(_WRITE_PARTS))
