"""Bring the stored notices in line with the wanted ones: match, insert, re-time, revive, cancel; all of it as sets.

Works in the tables of `planning_tables.py`. What has left, or is leaving, is never touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session

from convene.model.columns import UtcMoment
from convene.model.notice import OPEN_SQL, REPLANNABLE_SQL
from convene.rules.corrections import AS_TOLD, NOT_REPEATED
from convene.rules.notice_states import NoticeState
from convene.rules.planned_event import Cause, Wanted
from convene.rules.usefulness import TOO_LATE
from convene.rules.vocabulary import NoticeKind
from convene.store.bulk_insert import Stored, as_stored, insert_stored
from convene.store.called_off import NOTHING_LEFT, explain_unwanted
from convene.store.causes import JoinDates, cause_ids
from convene.store.digests import (
    PART_OF_DIGEST,
    add_stored_reminders,
    clear_changed_parts,
    drop_settled,
    join_digests,
    mark_changed_parts,
    write_parts,
)
from convene.store.planning_tables import DIGEST, MOMENT, PART, PEOPLE, PERSON_PLACE, WANTED, measure

_CANCELLED = NoticeState.CANCELLED.value
_PLANNED = NoticeState.PLANNED.value
_CLAIMED = NoticeState.CLAIMED.value
_MISSED = NoticeState.MISSED.value

_MOMENT_COLUMNS = (
    "group_id", "round", "role", "due_at", "timezone", "joins_on", "date_number", "shifted_from", "shifted_why",
    "useful_until", "keeps_due", "uncompared",
)  # fmt: skip

# PostgreSQL would read the seats of all groups each time.
_AMONG_THEM = "seat.group_id BETWEEN :first_group AND :last_group"
_EXPAND = f"""
    INSERT INTO wanted (person_id, moment_id, cause_id, round, reader_date, changed)
    SELECT seat.person_id, moment.id, moment.cause_id, moment.round, moment.date_number + seat.person_id, TRUE
    FROM moment CROSS JOIN seat
    WHERE moment.id > :after AND seat.group_id = moment.group_id AND {_AMONG_THEM}
"""

# So that the causes whose notices may join on a date are found by that date. Those of new causes came with them.
_NOTE_DATES = """
    UPDATE cause SET
        joins_from = CASE WHEN cause.joins_from < dates.first THEN cause.joins_from ELSE dates.first END,
        joins_to = CASE WHEN cause.joins_to > dates.last THEN cause.joins_to ELSE dates.last END
    FROM (
        SELECT cause_id, min(joins_on) AS first, max(joins_on) AS last
        FROM moment WHERE joins_on IS NOT NULL GROUP BY cause_id
    ) AS dates
    WHERE cause.id = dates.cause_id
        AND (cause.joins_from IS NULL OR cause.joins_from > dates.first OR cause.joins_to < dates.last)
"""

_ANY_STORED = """
    SELECT notice.id FROM cause JOIN notice ON notice.cause_id = cause.id
    WHERE cause.programme_id = :programme_id LIMIT 1
"""

_MATCH = f"""
    UPDATE wanted SET notice_id = notice.id, changed = FALSE FROM notice
    WHERE notice.cause_id = wanted.cause_id AND notice.person_id = wanted.person_id
        AND notice.round = wanted.round AND NOT {PART_OF_DIGEST}
"""
_INDEX_MATCHED = "CREATE INDEX wanted_notice ON wanted (notice_id)"

# Of an event that has got a later date: whoever was told nothing yet is invited after all, with the new facts. Not what
# an operator let go.
_MISSED_INVITATION = f"""
    notice.state = '{_MISSED}' AND notice.reason = '{TOO_LATE}' AND EXISTS (
        SELECT 1 FROM cause
        LEFT JOIN told ON told.event_id = cause.event_id AND told.person_id = notice.person_id
            AND told.round = notice.round
        WHERE cause.id = notice.cause_id AND cause.kind = '{NoticeKind.INVITATION.value}' AND told.person_id IS NULL
    )
"""

# Here and below each UPDATE asks for the state again: on PostgreSQL a body may have left since the rows were matched.
# An invitation due at once, or a correction, keeps its moment: it is not due anew at every pass. Until that has come,
# it goes where quiet hours move it, or no longer do.
_KEEPS_DUE = f"""(
    moment.keeps_due AND {REPLANNABLE_SQL} AND NOT (
        notice.due_at > :now AND notice.due_at <> moment.due_at
        AND (notice.shifted_why <> '' OR moment.shifted_why <> '')
    )
)"""
_MARK_CHANGED = f"""
    UPDATE wanted SET changed = TRUE
    FROM notice, moment, person_place
    WHERE notice.id = wanted.notice_id AND moment.id = wanted.moment_id
        AND person_place.person_id = wanted.person_id
        AND NOT notice.uncertain AND (
            notice.state = '{_CANCELLED}'
            OR {_MISSED_INVITATION}
            OR {REPLANNABLE_SQL} AND (
                NOT {_KEEPS_DUE} AND (
                    notice.due_at <> moment.due_at
                    OR notice.shifted_why <> moment.shifted_why
                    OR coalesce(notice.shifted_from, '') <> coalesce(moment.shifted_from, '')
                )
                OR notice.useful_until <> coalesce(wanted.useful_until, moment.useful_until)
                OR notice.timezone <> moment.timezone
                OR notice.role <> moment.role
                OR notice.language <> person_place.language
                OR notice.language_source <> person_place.language_source
                OR notice.zone_assumed <> person_place.zone_assumed
            )
        )
"""

_MAY_CHANGE = f"({OPEN_SQL} OR notice.state = '{_MISSED}' AND NOT notice.uncertain)"
_WRITE_CHANGED = f"""
    UPDATE notice SET
        due_at = CASE WHEN {_KEEPS_DUE} THEN notice.due_at ELSE moment.due_at END,
        shifted_from = CASE WHEN {_KEEPS_DUE} THEN notice.shifted_from ELSE moment.shifted_from END,
        shifted_why = CASE WHEN {_KEEPS_DUE} THEN notice.shifted_why ELSE moment.shifted_why END,
        -- Out of the hands of a worker that has it: its next write names the worker, and touches no row.
        state = CASE WHEN notice.state IN ('{_CANCELLED}', '{_MISSED}', '{_CLAIMED}')
            THEN '{_PLANNED}' ELSE notice.state END,
        claimed_by = NULL,
        reason = NULL,
        useful_until = coalesce(wanted.useful_until, moment.useful_until),
        timezone = moment.timezone,
        joins_on = moment.joins_on,
        role = moment.role,
        language = person_place.language,
        language_source = person_place.language_source,
        zone_assumed = person_place.zone_assumed
    FROM wanted, moment, person_place
    WHERE wanted.notice_id = notice.id AND wanted.changed AND moment.id = wanted.moment_id
        AND person_place.person_id = wanted.person_id
        AND {_MAY_CHANGE}
"""

_INSERT = f"""
    INSERT INTO notice (
        cause_id, person_id, round, role, due_at, timezone, zone_assumed, joins_on, shifted_from, shifted_why,
        useful_until, language, language_source, state, attempts, uncertain, created_at
    )
    SELECT
        {{of}}.cause_id, {{person}}.person_id, {{of}}.round, moment.role, moment.due_at, moment.timezone,
        {{person}}.zone_assumed, moment.joins_on, moment.shifted_from, moment.shifted_why,
        {{useful_until}}, {{person}}.language, {{person}}.language_source, '{_PLANNED}', 0, FALSE, :now
"""
# Else SQLite keeps each page that the rows change as it was, to undo this statement alone. A pass fails as a whole.
_UNDONE_WITH_ALL = "INSERT OR ROLLBACK INTO"
_USEFUL_UNTIL = "coalesce(wanted.useful_until, moment.useful_until)"
_INSERT_NEW = f"""{_INSERT.format(of="wanted", person="person_place", useful_until=_USEFUL_UNTIL)}
    FROM wanted
    JOIN moment ON moment.id = wanted.moment_id
    JOIN person_place ON person_place.person_id = wanted.person_id
    WHERE wanted.notice_id IS NULL AND NOT {PART_OF_DIGEST}
"""
# Of a programme without notices: what never joins as it comes, the rest once it is known what joins.
_INSERT_SEATED = f"""{_INSERT.format(of="moment", person="seat", useful_until="moment.useful_until")}
    FROM moment CROSS JOIN seat
    WHERE seat.group_id = moment.group_id
"""
_INSERT_AT_ONCE = f"""{_INSERT_SEATED}
        AND moment.id > :after AND moment.date_number IS NULL AND {_AMONG_THEM}
"""
_INSERT_UNJOINED = f"""{_INSERT_SEATED}
        AND moment.date_number IS NOT NULL AND moment.date_number + seat.person_id NOT IN (SELECT id FROM digest)
"""

_NOBODY_WANTS = f"""
    {REPLANNABLE_SQL} AND notice.useful_until > :now
        AND NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.notice_id = notice.id)
"""
# CROSS JOIN tells SQLite in which order: from the few rows of the planned events to the many of notices.
_FIND_UNWANTED = f"""
    INSERT INTO unwanted (notice_id, why, replaced)
    SELECT notice.id, '{NOTHING_LEFT}', FALSE
    FROM planned_event CROSS JOIN cause CROSS JOIN notice
    WHERE cause.event_id = planned_event.event_id AND notice.cause_id = cause.id AND {_NOBODY_WANTS}
"""
_FIND_UNWANTED_DIGESTS = f"""
    INSERT INTO unwanted (notice_id, why, replaced)
    SELECT notice.id, '{NOTHING_LEFT}', FALSE
    FROM cause CROSS JOIN notice
    WHERE cause.programme_id = :programme_id AND cause.event_id IS NULL AND notice.cause_id = cause.id
        AND {_NOBODY_WANTS}
"""
_FIND_UNWANTED_ON_TOUCHED_DATES = f"""
    INSERT INTO unwanted (notice_id, why, replaced)
    SELECT notice.id, '{NOTHING_LEFT}', FALSE
    FROM touched_notice CROSS JOIN notice
    WHERE notice.id = touched_notice.notice_id AND {_NOBODY_WANTS}
"""
_CANCEL = f"""
    UPDATE notice SET state = '{_CANCELLED}', claimed_by = NULL,
        reason = (SELECT unwanted.why FROM unwanted WHERE unwanted.notice_id = notice.id)
    WHERE id IN (SELECT notice_id FROM unwanted) AND {REPLANNABLE_SQL}
"""
# Facts that are again as a mail told them need no correction; but of one that may not have arrived, the repeat, which a
# worker cancelled while they were others, or is about to.
_RIGHT_AGAIN = f"""
    SELECT told.notice_id
    FROM unwanted CROSS JOIN notice AS correction CROSS JOIN cause CROSS JOIN told
    WHERE unwanted.why = '{AS_TOLD}' AND correction.id = unwanted.notice_id AND cause.id = correction.cause_id
        AND told.person_id = correction.person_id AND told.event_id = cause.event_id
"""
_MAY_REPEAT = f"""(
    notice.uncertain AND (notice.state = '{_CLAIMED}' OR notice.state = '{_CANCELLED}' AND reason = '{NOT_REPEATED}')
)"""
_REPEAT_AFTER_ALL = f"""
    UPDATE notice SET state = '{_PLANNED}', claimed_by = NULL, reason = NULL
    WHERE id IN ({_RIGHT_AGAIN}) AND {_MAY_REPEAT} AND useful_until > :now
"""

# Before either is written, and in one order, as workers take them (`delivery_records.hold_window`): else a pass and a
# window could each have what the other waits for.
_HOLD = f"""
    SELECT count(*) FROM (
        SELECT id FROM notice
        WHERE id IN (
            SELECT notice_id FROM wanted WHERE changed AND notice_id IS NOT NULL
            UNION ALL SELECT notice_id FROM unwanted
            UNION ALL {_RIGHT_AGAIN}
        ) AND ({_MAY_CHANGE} OR {_MAY_REPEAT})
        ORDER BY id FOR NO KEY UPDATE
    ) AS held
"""


@dataclass(frozen=True)
class Reconciled:
    """How many notices a pass added, changed (re-timed, revived, in another language) and cancelled."""

    added: int
    changed: int
    cancelled: int


@dataclass(frozen=True)
class Moments:
    """Rows that lack nothing but the number of their cause; `cause_of` has, for each, its place among `causes`."""

    causes: Mapping[Cause, JoinDates]
    cause_of: Sequence[int]
    rows: Sequence[Stored]


class NoticePlan:
    """One planning pass: takes what groups of people should have, batch by batch, then brings the notices in line.

    `whole`: all events are planned.
    """

    def __init__(self, session: Session, programme_id: int, now: datetime, *, whole: bool) -> None:
        self._session = session
        self._dialect = session.get_bind().dialect.name
        self._programme_id = programme_id
        self._now = now
        self._whole = whole
        self._known = session.execute(text(_ANY_STORED), {"programme_id": programme_id}).first() is not None
        self._handed_over = self._expanded = 0  # moments are numbered from 1, in the order in which they come
        self._groups = 0, 0  # the first and the last of those that were handed over and wait to be expanded
        self._added = 0

    def moments(self, wanted: Sequence[Wanted]) -> Moments:
        """What groups of people should have, made ready. In any thread: it asks nothing of the database."""
        # What is past its use is wanted no more: one that waits all the same is left to the worker, which writes why it
        # is missed.
        useful = [notice for notice in wanted if notice.useful_until > self._now]
        rows = (
            (
                notice.group,
                notice.round,
                notice.role.value,
                notice.due.at,
                notice.due.zone,
                notice.joins_on,
                notice.joins_on and _date_number(notice.joins_on),
                notice.due.shifted_from and notice.due.shifted_from.isoformat("T", "seconds"),
                notice.due.shifted_why,
                notice.useful_until,
                notice.keeps_due,
                not self._known,
            )
            for notice in useful
        )
        places: dict[Cause, int] = {}
        cause_of = [places.setdefault(notice.cause, len(places)) for notice in useful]
        dates = [JoinDates() for _ in places]
        for notice, place in zip(useful, cause_of, strict=True):
            dates[place].add(notice.joins_on)
        causes = dict(zip(places, dates, strict=True))
        return Moments(causes, cause_of, as_stored(self._dialect, MOMENT, _MOMENT_COLUMNS, rows))

    def add(self, moments: Moments) -> None:
        """Hand over what groups of people should have, each batch of other groups."""
        by_cause = cause_ids(self._session, self._programme_id, moments.causes)
        ids = [by_cause[cause] for cause in moments.causes]
        rows = [(*row, ids[place]) for row, place in zip(moments.rows, moments.cause_of, strict=True)]
        insert_stored(self._session, MOMENT, (*_MOMENT_COLUMNS, "cause_id"), rows)
        self._handed_over += len(rows)
        groups = [row[0] for row in rows]
        self._groups = min(groups, default=0), max(groups, default=0)

    def expand(self) -> None:
        """Bring what was handed over since the last time to each person: long work, of the database alone."""
        if self._expanded == self._handed_over:
            return
        first, last = self._groups
        new = {"after": self._expanded, "first_group": first, "last_group": last}
        if self._known:
            self._session.execute(text(_EXPAND), new)
        else:
            self._added += _insert(self._session, _INSERT_AT_ONCE, now=self._now, **new)
        self._expanded = self._handed_over

    def reconcile(self) -> Reconciled:
        """Insert, change and cancel until the stored notices are the wanted ones."""
        session, programme_id, now, whole = self._session, self._programme_id, self._now, self._whole
        self.expand()
        session.execute(text(_NOTE_DATES))
        if self._known:
            if whole:
                measure(session, PERSON_PLACE, MOMENT, WANTED)
            else:
                add_stored_reminders(session, programme_id, now)
            drop_settled(session)
        join_digests(session, programme_id, known=self._known)
        if whole and self._known:
            measure(session, DIGEST, PART)
        changed = cancelled = 0
        if self._known:
            _match(session, now, whole=whole)
            found = _find_unwanted(session, programme_id, now, whole=whole)
            if found:
                explain_unwanted(session, now)
            if self._dialect == "postgresql":
                session.execute(text(_HOLD))
            changed = _change(session, now)
            if found:
                cancelled = _rows(session, _CANCEL)
                changed += _rows(session, _REPEAT_AFTER_ALL, now=now)
        else:
            self._added += _insert(session, _INSERT_UNJOINED, now=now)
        self._added += _insert(session, _INSERT_NEW, now=now)
        write_parts(session)
        return Reconciled(self._added, changed, cancelled)


def _date_number(on: date) -> int:
    """As the database has it."""
    return (on.year * 10_000 + on.month * 100 + on.day) * PEOPLE


def _match(session: Session, now: datetime, *, whole: bool) -> None:
    """Find the stored row of each wanted notice, and whether it differs."""
    session.execute(text(_MATCH))
    session.execute(text(_INDEX_MATCHED))
    if whole:
        measure(session, WANTED)
    _rows(session, _MARK_CHANGED, now=now)
    mark_changed_parts(session)


def _find_unwanted(session: Session, programme_id: int, now: datetime, *, whole: bool) -> int:
    """What waits and is not wanted, of the planned events and of what their reminders join with; how many."""
    found = _rows(session, _FIND_UNWANTED, now=now)
    if whole:
        return found + _rows(session, _FIND_UNWANTED_DIGESTS, now=now, programme_id=programme_id)
    return found + _rows(session, _FIND_UNWANTED_ON_TOUCHED_DATES, now=now)


def _change(session: Session, now: datetime) -> int:
    clear_changed_parts(session)
    return _rows(session, _WRITE_CHANGED, now=now)


def _insert(session: Session, statement: str, *, now: datetime, **values: int) -> int:
    """Insert notices; how many."""
    if session.get_bind().dialect.name == "sqlite":
        statement = statement.replace("INSERT INTO", _UNDONE_WITH_ALL, 1)
    return _rows(session, statement, now=now, **values)


def _rows(session: Session, statement: str, *, now: datetime | None = None, **values: int) -> int:
    """Run a statement; the number of rows it wrote."""
    parameters = {**values, **({"now": now} if now else {})}
    return int(session.execute(_bound(statement), parameters).rowcount)  # type: ignore[attr-defined]


def _bound(statement: str) -> TextClause:
    clause = text(statement)
    return clause.bindparams(bindparam("now", type_=UtcMoment())) if ":now" in statement else clause
