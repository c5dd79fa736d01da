"""Stored notices: found by identity, and written as rows that carry it as integers."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from convene.model.notice import Notice, NoticePart, Occurrence, RuleText
from convene.rules.notice_states import UNSENT, NoticeState
from convene.rules.planned_event import Identity, Wanted
from convene.rules.zones import wall_clock

_KEY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_KEY_LENGTH = 16


@dataclass(frozen=True)
class StoredNotices:
    """The notices of a programme by identity. `settled`: what has left or is leaving, alone or inside a digest."""

    by_identity: dict[Identity, Notice]
    settled: frozenset[Identity]

    def unsent_but(self, wanted: Iterable[Identity]) -> list[Notice]:
        """Those that wait and that nobody wants any more."""
        kept = set(wanted)
        return [row for identity, row in self.by_identity.items() if row.state in UNSENT and identity not in kept]


def stored_notices(session: Session, programme_id: int) -> StoredNotices:
    query = (
        select(Notice, RuleText, Occurrence)
        .where(Notice.rule_id == RuleText.id, Notice.occurrence_id == Occurrence.id)
        .where(Notice.programme_id == programme_id)
    )
    by_identity = {_identity(row, rule, at): row for row, rule, at in session.exec(query)}
    settled = {identity for identity, row in by_identity.items() if _is_settled(row)}
    return StoredNotices(by_identity, frozenset(settled | _settled_parts(session, programme_id)))


def _settled_parts(session: Session, programme_id: int) -> set[Identity]:
    query = (
        select(Notice, NoticePart, RuleText, Occurrence)
        .where(NoticePart.notice_id == Notice.id, NoticePart.rule_id == RuleText.id)
        .where(NoticePart.occurrence_id == Occurrence.id, Notice.programme_id == programme_id)
    )
    return {
        Identity(row.person_id, part.event_id, part.day_key or None, (rule.kind, rule.words), at.words, part.round)
        for row, part, rule, at in session.exec(query)
        if _is_settled(row)
    }


def _is_settled(row: Notice) -> bool:
    return row.state not in (*UNSENT, NoticeState.CANCELLED)


def _identity(row: Notice, rule: RuleText, at: Occurrence) -> Identity:
    return Identity(row.person_id, row.event_id, row.day_id, (rule.kind, rule.words), at.words, row.round, row.revision)


class Phrases:
    """Rule texts and occurrences as the integers of their rows; new ones are stored on first use."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rules: dict[tuple[str, str], int] = {}
        self._occurrences: dict[str, int] = {}

    def rule_id(self, rule: tuple[str, str]) -> int:
        if rule not in self._rules:
            kind, words = rule
            found = select(RuleText).where(RuleText.kind == kind, RuleText.words == words)
            self._rules[rule] = self._found_or_added(found, RuleText(kind=kind, words=words))
        return self._rules[rule]

    def occurrence_id(self, words: str) -> int:
        if words not in self._occurrences:
            found = select(Occurrence).where(Occurrence.words == words)
            self._occurrences[words] = self._found_or_added(found, Occurrence(words=words))
        return self._occurrences[words]

    def _found_or_added(self, query: Any, new: RuleText | Occurrence) -> int:
        row: RuleText | Occurrence | None = self._session.exec(query).first()
        if row is None:
            row = new
            self._session.add(row)
            self._session.flush()
        assert row.id is not None  # flushed, or read
        return row.id


class NoticeWriter:
    """Writes what the planner decided. Rows are collected and inserted together by `flush`."""

    def __init__(self, session: Session, programme_id: int, now: datetime) -> None:
        self._session = session
        self._programme_id = programme_id
        self._now = now
        self._phrases = Phrases(session)
        self._new: list[tuple[Wanted, dict[str, Any]]] = []

    def insert(self, notice: Wanted, values: dict[str, Any]) -> None:
        identity = notice.identity
        row = {
            "key": new_key(),
            "kind": notice.kind.value,
            "programme_id": self._programme_id,
            "person_id": identity.person_id,
            "event_id": identity.event_id,
            "day_id": identity.day_id,
            "rule_id": self._phrases.rule_id(identity.rule),
            "occurrence_id": self._phrases.occurrence_id(identity.occurrence),
            "round": identity.round,
            "revision": identity.revision,
            "state": NoticeState.PLANNED.value,
            "attempts": 0,
            "uncertain": False,
            "created_at": self._now,
            **values,
        }
        self._new.append((notice, row))

    def update(self, row: Notice, notice: Wanted, values: dict[str, Any]) -> bool:
        """Re-time a waiting notice; whether anything changed."""
        if notice.keeps_due:
            values = {key: value for key, value in values.items() if key not in ("due_at", "due_local")}
            if row.timezone != values["timezone"]:
                values["due_local"] = _local(row.due_at, values["timezone"])
        changed = [key for key, value in values.items() if getattr(row, key) != value]
        for key in changed:
            setattr(row, key, values[key])
        parts_changed = self._replace_parts(row, notice) if notice.parts else False
        return bool(changed) or parts_changed

    def revive(self, row: Notice, notice: Wanted, values: dict[str, Any]) -> None:
        """Plan a cancelled notice again: the event is on again, or back where it was."""
        row.state, row.reason = NoticeState.PLANNED.value, None
        for key, value in values.items():
            setattr(row, key, value)
        if notice.parts:
            self._replace_parts(row, notice)

    def cancel(self, row: Notice, reason: str) -> None:
        row.state, row.reason = NoticeState.CANCELLED.value, reason

    def flush(self) -> None:
        self._session.flush()
        if not self._new:
            return
        self._session.execute(insert(Notice), [row for _, row in self._new])
        digests = {row["key"]: notice for notice, row in self._new if notice.parts}
        for key, notice in digests.items():
            stored = self._session.exec(select(Notice).where(Notice.key == key)).one()
            self._replace_parts(stored, notice)
        self._new.clear()

    def _replace_parts(self, row: Notice, notice: Wanted) -> bool:
        assert row.id is not None  # stored
        rows = [self._part(row.id, part) for part in notice.parts]
        stored = self._session.exec(select(NoticePart).where(NoticePart.notice_id == row.id)).all()
        if {_part_key(part) for part in stored} == {_part_key(NoticePart(**part)) for part in rows}:
            return False
        self._session.execute(delete(NoticePart).where(col(NoticePart.notice_id) == row.id))
        self._session.execute(insert(NoticePart), rows)
        return True

    def _part(self, notice_id: int, part: Wanted) -> dict[str, Any]:
        return {
            "notice_id": notice_id,
            "event_id": part.identity.event_id,
            "day_key": part.identity.day_id or 0,
            "rule_id": self._phrases.rule_id(part.identity.rule),
            "occurrence_id": self._phrases.occurrence_id(part.identity.occurrence),
            "round": part.identity.round,
            "useful_until": part.useful_until,
        }


def new_key() -> str:
    """A name for ever, without meaning and without an address: 16 characters, 80 bits."""
    return "".join(secrets.choice(_KEY_ALPHABET) for _ in range(_KEY_LENGTH))


def _local(moment: datetime, zone: str) -> str:
    return wall_clock(moment, zone).isoformat(timespec="seconds")


def _part_key(part: NoticePart) -> tuple[Any, ...]:
    return (part.event_id, part.day_key, part.rule_id, part.occurrence_id, part.round, part.useful_until)
