"""Why a planning pass cancels stored notices: another takes their place, or they are called off.

Works in the tables of `planning_tables.py`, once the pass knows what is wanted, and before that is written.
"""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session

from convene.model.columns import UtcMoment
from convene.rules.corrections import AS_TOLD
from convene.rules.rule import PARTICIPANTS_ONLY
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind, Role
from convene.store.digests import PART_OF_DIGEST
from convene.store.opt_outs import CORRECTIONS_SQL, is_ended

NOTHING_LEFT = "nothing is left that it speaks of"
"""Of a digest whose events were deleted."""

_PARTICIPANTS_ONLY = ", ".join(f"'{kind.value}'" for kind in sorted(PARTICIPANTS_ONLY))

# CROSS JOIN tells SQLite in which order, here and below.
_LOSE_NOTICES = """
    INSERT INTO lost (notice_id, person_id, round, cause_id, of_digest)
    SELECT notice.id, notice.person_id, notice.round, notice.cause_id, FALSE
    FROM unwanted CROSS JOIN notice CROSS JOIN cause
    WHERE notice.id = unwanted.notice_id AND cause.id = notice.cause_id AND cause.event_id IS NOT NULL
"""
_LOSE_PARTS = """
    INSERT INTO lost (notice_id, person_id, round, cause_id, of_digest)
    SELECT noticepart.notice_id, noticepart.person_id, noticepart.round, noticepart.cause_id, TRUE
    FROM unwanted CROSS JOIN noticepart
    WHERE noticepart.notice_id = unwanted.notice_id
"""
_INDEX_WANTED = "CREATE INDEX wanted_by_cause ON wanted (cause_id, person_id)"

# What this pass writes by the same rule for the same event, day and person. What was there before, and may have left
# long ago, takes no other's place.
_NAME_REPLACED = f"""
    UPDATE unwanted SET replaced = TRUE, why = found.why
    FROM (
        SELECT lost.notice_id, min(CASE
            WHEN lost.of_digest THEN 'its reminders changed'
            WHEN cause.kind IN ({CORRECTIONS_SQL}) THEN 'the facts changed again'
            WHEN heir.id <> cause.id THEN 'planned anew for the new date or hour'
            WHEN {PART_OF_DIGEST} THEN 'it joined a digest'
            ELSE 'the person was added again'
        END) AS why
        FROM lost CROSS JOIN cause CROSS JOIN cause AS heir CROSS JOIN wanted
        WHERE cause.id = lost.cause_id
            AND heir.event_id = cause.event_id AND heir.rule = cause.rule
            AND coalesce(heir.day_id, 0) = coalesce(cause.day_id, 0)
            AND wanted.cause_id = heir.id AND wanted.person_id = lost.person_id AND wanted.changed
        GROUP BY lost.notice_id
    ) AS found
    WHERE unwanted.notice_id = found.notice_id
"""
_WHY = f"""
    CASE
        WHEN invitation.person_id IS NULL OR invitation.left_at IS NOT NULL THEN 'the person was taken off the list'
        WHEN invitation.round <> lost.round THEN 'the person was added again'
        WHEN invitation.answer = 'declined' THEN 'the person declined'
        WHEN {is_ended("lost.person_id")} THEN 'the person unsubscribed'
        WHEN person.refused_at IS NOT NULL THEN 'no server knows their address'
        WHEN cause.kind IN ({CORRECTIONS_SQL}) THEN '{AS_TOLD}'
        WHEN event.status = '{EventStatus.CANCELLED.value}' THEN 'the event was cancelled'
        WHEN event.status = '{EventStatus.POSTPONED.value}' THEN 'the event was postponed'
        WHEN event.status = '{EventStatus.DRAFT.value}' THEN 'the event is a draft'
        WHEN dated.event_id IS NULL THEN 'the event has no date now'
        WHEN cause.kind = '{NoticeKind.INVITATION.value}' AND dated.last_begins_at <= :now
            THEN 'the last day of the event has begun'
        WHEN cause.kind = '{NoticeKind.INVITATION.value}' THEN 'people are invited by hand'
        WHEN day.removed_at IS NOT NULL THEN 'its day was removed'
        WHEN day.id IS NOT NULL AND day.on_date IS NULL THEN 'its day has no date now'
        WHEN eventrule.event_id IS NULL THEN 'its rule was removed'
        WHEN cause.kind IN ({_PARTICIPANTS_ONLY}) AND invitation.role <> '{Role.PARTICIPANT.value}'
            THEN 'it goes to participants only'
        ELSE 'as the event stands now, its rule brings no mail'
    END
"""
_EXPLAIN_OTHERS = text(f"""
    UPDATE unwanted SET why = explained.why
    FROM (
        SELECT notice_id, CASE
            WHEN min(why) = max(why) THEN min(why) ELSE 'its reminders are called off, each for a reason of its own'
        END AS why
        FROM (
            SELECT lost.notice_id, {_WHY} AS why
            FROM lost
            CROSS JOIN unwanted AS found
            CROSS JOIN cause
            CROSS JOIN event
            LEFT JOIN person ON person.id = lost.person_id
            LEFT JOIN invitation ON invitation.event_id = event.id AND invitation.person_id = lost.person_id
            LEFT JOIN day ON day.id = cause.day_id
            LEFT JOIN eventrule ON eventrule.event_id = event.id AND eventrule.kind = cause.kind
                AND eventrule.words = cause.rule
            LEFT JOIN (
                SELECT day.event_id, max(
                    CASE WHEN day.resolved_mode = '{Mode.DEADLINE.value}' THEN day.ends_at ELSE day.starts_at END
                ) AS last_begins_at
                FROM planned_event CROSS JOIN day
                WHERE day.event_id = planned_event.event_id AND day.removed_at IS NULL AND day.on_date IS NOT NULL
                GROUP BY day.event_id
            ) AS dated ON dated.event_id = event.id
            WHERE found.notice_id = lost.notice_id AND NOT found.replaced
                AND cause.id = lost.cause_id AND event.id = cause.event_id
        ) AS reasons
        GROUP BY notice_id
    ) AS explained
    WHERE unwanted.notice_id = explained.notice_id
""").bindparams(bindparam("now", type_=UtcMoment()))
_CALLED_OFF = text("""
    SELECT why, count(*) AS notices FROM unwanted WHERE NOT replaced GROUP BY why ORDER BY count(*) DESC, why
""")


def explain_unwanted(session: Session, now: datetime) -> None:
    """Write why each unwanted notice is cancelled, and whether another takes its place."""
    for statement in (_LOSE_NOTICES, _LOSE_PARTS, _INDEX_WANTED, _NAME_REPLACED):
        session.execute(text(statement))
    session.execute(_EXPLAIN_OTHERS, {"now": now})


def called_off(session: Session) -> dict[str, int]:
    """How many planned notices the pass cancelled with no other in their place, by why; the most frequent first."""
    return {row.why: row.notices for row in session.execute(_CALLED_OFF)}
