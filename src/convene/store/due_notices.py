"""What is read of a notice before its mail is made: the notice, why it is there, who reads it, what they know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from convene.rules.notice_states import NoticeState
from convene.rules.vocabulary import NoticeKind
from convene.store.driver_sql import DriverSql, read_moment
from convene.store.opt_outs import is_ended


class Why(NamedTuple):
    """The cause of a notice, or of one part of a digest. `event_id` None: a digest."""

    cause_id: int
    kind: str
    programme_id: int
    event_id: int | None
    day_id: int | None
    rule: str


class Who(NamedTuple):
    """The person who reads it, as they are now. `unsubscribed`: they want no mail such as this one; who has an address
    that was refused gets none at all.
    """

    person_id: int
    public_id: str
    link_generation: int
    address: str
    name: str
    salutation: str
    country: str | None
    language: str | None
    timezone: str | None
    digits: str | None
    gender: str | None
    organisation: str | None
    unsubscribed: bool
    refused: bool


class DuePart(NamedTuple):
    """One reminder of a digest. `is_invited`: the person is still on the list of its event. `rejoined_at` (UTC): when
    they were put on it again; None: they never left it. `told` as of `DueNotice`.
    """

    why: Why
    is_invited: bool
    told: tuple[int, bool] | None
    rejoined_at: datetime | None


class DueNotice(NamedTuple):
    """One notice. `told` is the revision that its reader was told last, and whether that it was off; None: nothing.

    `last_error`: what went wrong at the last try. `rejoined_at` as of `DuePart`; this and `told` of a digest stand with
    its parts. `parts` of a digest: those that are still of use, by the moment that each speaks of.
    """

    notice_id: int
    role: str
    state: NoticeState
    attempts: int
    uncertain: bool
    last_error: str | None
    due_at: datetime
    why: Why
    who: Who
    is_invited: bool
    told: tuple[int, bool] | None
    rejoined_at: datetime | None = None
    parts: Sequence[DuePart] = ()

    def rejoined(self, why: Why) -> datetime | None:
        """When its reader was put on the list again of the event that `why`, which it is there for, speaks of."""
        return next((part.rejoined_at for part in self.parts if part.why == why), self.rejoined_at)

    def told_of(self, why: Why) -> tuple[int, bool] | None:
        """What its reader was told last of the event that `why`, which it is there for, speaks of."""
        return next((part.told for part in self.parts if part.why == why), self.told)

    def knows(self, why: Why) -> bool:
        """Whether its reader was told of the event that `why` speaks of, since they are on its list."""
        told = self.told_of(why)
        return told is not None and not (told[1] and self.rejoined(why))


_WHY = "cause.id, cause.kind, cause.programme_id, cause.event_id, cause.day_id, cause.rule"
_INVITED = "invitation.id IS NOT NULL AND invitation.left_at IS NULL"
_REJOINED = "invitation.rejoined_at"
_SELECT = f"""
    SELECT notice.id, notice.role, notice.state, notice.attempts, notice.uncertain,
        notice.last_error, notice.due_at,
        {_WHY},
        person.id, person.public_id, person.link_generation, person.address, person.name, person.salutation,
        person.country, person.language, person.timezone, person.digits, person.gender, person.organisation,
        {is_ended("notice.person_id")}, person.refused_at IS NOT NULL,
        {_INVITED}, told.revision, told.ended, {_REJOINED}
    FROM notice
    JOIN cause ON cause.id = notice.cause_id
    JOIN person ON person.id = notice.person_id
    LEFT JOIN invitation ON invitation.event_id = cause.event_id AND invitation.person_id = notice.person_id
    LEFT JOIN told ON told.event_id = cause.event_id AND told.person_id = notice.person_id
    WHERE {{which}}
    ORDER BY notice.due_at, notice.id
"""
_SELECT_PARTS = f"""
    SELECT noticepart.notice_id, {_WHY}, {_INVITED}, told.revision, told.ended, {_REJOINED}
    FROM notice
    JOIN noticepart ON noticepart.notice_id = notice.id
    JOIN cause ON cause.id = noticepart.cause_id
    LEFT JOIN invitation ON invitation.event_id = cause.event_id AND invitation.person_id = notice.person_id
    LEFT JOIN told ON told.event_id = cause.event_id AND told.person_id = notice.person_id
    WHERE {{which}} AND noticepart.useful_until > :now
    ORDER BY noticepart.useful_until, cause.id
"""
_NOTICE_COLUMNS, _WHY_COLUMNS = 7, len(Why._fields)
_WHO_ENDS = _NOTICE_COLUMNS + _WHY_COLUMNS + len(Who._fields)


class _Reading(NamedTuple):
    """The statements that read some notices, and the parts of digests among them."""

    notices: DriverSql
    parts: DriverSql


def _reading(which: str) -> _Reading:
    return _Reading(*(DriverSql(text.replace("{which}", which)) for text in (_SELECT, _SELECT_PARTS)))


_CLAIMED = _reading(f"notice.claimed_by = :worker AND notice.state = '{NoticeState.CLAIMED}'")
_ONE = _reading("notice.id = :notice_id")


def claimed_notices(session: Session, worker: int, now: datetime) -> list[DueNotice]:
    """What the worker holds and has not begun, by due moment. Parts of digests that are over at `now` are left out."""
    return _read(session, _CLAIMED, worker=worker, now=now)


def notice_to_come(session: Session, notice_id: int, now: datetime) -> DueNotice:
    """One notice, whatever its state."""
    return _read(session, _ONE, notice_id=notice_id, now=now)[0]


def _read(session: Session, reading: _Reading, **values: Any) -> list[DueNotice]:
    connection = session.connection()
    rows = reading.notices.run(connection, **values).fetchall()
    has_digests = any(row[_NOTICE_COLUMNS + 1] == NoticeKind.DIGEST for row in rows)
    parts: dict[int, list[DuePart]] = {}
    for notice_id, *row in reading.parts.run(connection, **values) if has_digests else ():
        is_invited, revision, ended, rejoined_at = row[_WHY_COLUMNS:]
        why, told = Why(*row[:_WHY_COLUMNS]), _told(revision, ended)
        part = DuePart(why, bool(is_invited), told, _moment(rejoined_at))
        parts.setdefault(notice_id, []).append(part)
    return [_due(row, parts.get(row[0], ())) for row in rows]


def _due(row: tuple[Any, ...], parts: Sequence[DuePart]) -> DueNotice:
    notice_id, role, state, attempts, uncertain, last_error, due_at = row[:_NOTICE_COLUMNS]
    is_invited, revision, ended, rejoined_at = row[_WHO_ENDS:]
    return DueNotice(
        notice_id=notice_id,
        role=role,
        state=NoticeState(state),
        attempts=attempts,
        uncertain=bool(uncertain),
        last_error=last_error,
        due_at=read_moment(due_at),
        why=Why(*row[_NOTICE_COLUMNS : _NOTICE_COLUMNS + _WHY_COLUMNS]),
        who=Who(*row[_NOTICE_COLUMNS + _WHY_COLUMNS : _WHO_ENDS]),
        is_invited=bool(is_invited),
        told=_told(revision, ended),
        rejoined_at=_moment(rejoined_at),
        parts=parts,
    )


def _told(revision: int | None, ended: Any) -> tuple[int, bool] | None:
    return None if revision is None else (revision, bool(ended))


def _moment(stored: Any) -> datetime | None:
    return None if stored is None else read_moment(stored)
