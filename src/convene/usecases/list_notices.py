"""The notices as commands show them: who gets what, when, in which language, and why then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from convene.errors import NotFoundError
from convene.model.event import Day, Event
from convene.model.notice import Message, Notice, NoticePart, Occurrence, RuleText
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.due import counted_from
from convene.rules.notice_states import NoticeState
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import NoticeKind
from convene.rules.weekdays import written_moment
from convene.store.programme_rows import row_id


@dataclass(frozen=True)
class NoticeFilter:
    """Which notices to list; None = any. `event` is `event` or `programme/event`, `due_before` UTC."""

    programme: str | None = None
    event: str | None = None
    state: NoticeState | None = None
    person: str | None = None
    due_before: datetime | None = None


@dataclass(frozen=True)
class NoticeView:
    """One notice with the names that its row holds as numbers. `events` are `programme/event`, the earliest first."""

    row: Notice
    events: tuple[str, ...]
    day: str | None
    person: Person
    rule: str
    occurrence: str
    why: str

    def as_json(self) -> dict[str, Any]:
        """The fields of design section 6, in that order."""
        row = self.row
        return {
            "key": row.key,
            "kind": row.kind,
            "event": self.events[0] if self.events else None,
            "events": list(self.events),
            "day": self.day,
            "person": self.person.address,
            "role": row.role,
            "language": row.language,
            "language_source": row.language_source,
            "due_at": utc_text(row.due_at),
            "due_local": row.due_local,
            "timezone": row.timezone,
            "shifted_from": row.shifted_from,
            "state": row.state,
            "reason": row.reason,
            "attempts": row.attempts,
            "uncertain": row.uncertain,
            "revision": row.revision,
            "round": row.round,
            "occurrence": self.occurrence or None,
            "subject": row.subject,
            "message_id": row.message_id,
            "sent_at": utc_text(row.sent_at),
            "last_error": row.last_error,
            "why": self.why,
        }


def list_notices(session: Session, wanted: NoticeFilter) -> list[NoticeView]:
    """The notices that fit, sorted by due moment, event and person."""
    query = (
        select(Notice, RuleText, Occurrence, Person)
        .where(Notice.rule_id == RuleText.id, Notice.occurrence_id == Occurrence.id)
        .where(Notice.person_id == Person.id)
    )
    if wanted.state is not None:
        query = query.where(Notice.state == wanted.state)
    if wanted.person is not None:
        query = query.where(Person.address == wanted.person)
    if wanted.due_before is not None:
        query = query.where(Notice.due_at < wanted.due_before)
    names = _Names(session)
    views = [names.view(*found) for found in session.exec(query)]
    views = [view for view in views if _speaks_of(view, wanted)]
    return sorted(views, key=lambda view: (view.row.due_at, view.events, view.person.address, view.row.id))


def notice_named(session: Session, key: str) -> NoticeView:
    """The notice `key`. Raises NotFoundError."""
    query = (
        select(Notice, RuleText, Occurrence, Person)
        .where(Notice.rule_id == RuleText.id, Notice.occurrence_id == Occurrence.id)
        .where(Notice.person_id == Person.id, Notice.key == key)
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(f'There is no notice "{key}".', "convene notice list shows the keys")
    return _Names(session).view(*found)


def sent_bytes(session: Session, notice: Notice) -> bytes | None:
    """Exactly what left for a notice; None where nothing did."""
    message = session.exec(select(Message).where(Message.notice_id == notice.id)).first()
    return message.body if message else None


def utc_text(moment: datetime | None) -> str | None:
    """A moment as JSON has it: `2020-01-13T02:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


class _Names:
    """The names of events and days, read once for a whole list."""

    def __init__(self, session: Session) -> None:
        programmes = {row_id(row): row.slug for row in session.exec(select(Programme))}
        self._events = {
            row_id(row): f"{programmes[row.programme_id]}/{row.slug}" for row in session.exec(select(Event))
        }
        self._days = {row_id(row): row for row in session.exec(select(Day))}
        self._first_days: dict[int, datetime] = {}
        for day in self._days.values():
            if day.starts_at:
                known = self._first_days.get(day.event_id, day.starts_at)
                self._first_days[day.event_id] = min(known, day.starts_at)
        self._parts: dict[int, list[int]] = {}
        for part in session.exec(select(NoticePart).order_by(col(NoticePart.event_id))):
            self._parts.setdefault(part.notice_id, []).append(part.event_id)

    def view(self, row: Notice, rule: RuleText, occurrence: Occurrence, person: Person) -> NoticeView:
        ids = [row.event_id] if row.event_id else self._by_moment(self._parts.get(row.id or 0, []))
        day = self._days.get(row.day_id or 0)
        return NoticeView(
            row=row,
            events=tuple(dict.fromkeys(self._events[event_id] for event_id in ids)),
            day=day.slug if day else None,
            person=person,
            rule=rule.words,
            occurrence=occurrence.words,
            why=explain(row, rule, occurrence),
        )

    def _by_moment(self, event_ids: Sequence[int]) -> list[int]:
        latest = datetime.max.replace(tzinfo=UTC)
        return sorted(event_ids, key=lambda event_id: (self._first_days.get(event_id, latest), event_id))


def explain(row: Notice, rule: RuleText, occurrence: Occurrence) -> str:
    """Why the notice is due when it is, in one line: the rule, what it counts from, the shift."""
    parts = [_cause(row, rule, occurrence)]
    if row.shifted_from:
        before = written_moment(datetime.fromisoformat(row.shifted_from))
        parts.append(f"moved from {before}, {row.shifted_why}")
    if row.zone_assumed:
        parts.append(f"zone {row.timezone} assumed")
    return "; ".join(parts)


def _cause(row: Notice, rule: RuleText, occurrence: Occurrence) -> str:
    if row.kind == NoticeKind.DIGEST:
        return f"reminders of {occurrence.words} in one mail"
    if row.kind == NoticeKind.INVITATION:
        return "at once when invited"
    if row.kind in (NoticeKind.CHANGE, NoticeKind.CANCELLATION):
        return f"told otherwise before (revision {row.revision})"
    return counted_from(parse_rule(rule.words, NoticeKind(rule.kind)), occurrence.words)


def _speaks_of(view: NoticeView, wanted: NoticeFilter) -> bool:
    programmes = {event.partition("/")[0] for event in view.events}
    if wanted.programme is not None and wanted.programme not in programmes:
        return False
    if wanted.event is None:
        return True
    return any(wanted.event in (event, event.partition("/")[2]) for event in view.events)
