"""The notices as commands show them: who gets what, when, in which language, and why then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from convene.errors import NotFoundError
from convene.mail.mime import message_id
from convene.model.event import Day, Event
from convene.model.notice import Cause, MailText, Message, Notice, NoticePart
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.notice_states import NoticeState
from convene.rules.zones import wall_clock
from convene.store.notice_keys import id_of, key_of, secret_of
from convene.store.notices_of_person import notices_of
from convene.store.programme_rows import row_id
from convene.store.timeless_notices import timeless_notices
from convene.store.unreadable_rows import REMEDY, UnreadableError
from convene.usecases.delivery.make_mail import bytes_on_record
from convene.usecases.planning.explain_notice import Explanations

_LEFT = (NoticeState.BODY_SENT, NoticeState.SENT, NoticeState.DEFERRED, NoticeState.FAILED)
_NOTICES: Any = (
    select(Notice, Cause, Person, MailText.sender, MailText.subject)  # type: ignore[call-overload]
    .join(Cause, col(Cause.id) == col(Notice.cause_id))
    .join(Person, col(Person.id) == col(Notice.person_id))
    .outerjoin(Message, col(Message.notice_id) == col(Notice.id))
    .outerjoin(MailText, col(MailText.id) == col(Message.text_id))
)


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
    """One notice with the names that its row holds as numbers. `events` are `programme/event`, the earliest first.

    `subject` and `message_id` are those of the mail that left, or may have; None before.
    """

    key: str
    row: Notice
    cause: Cause
    events: tuple[str, ...]
    day: str | None
    person: Person
    why: str
    subject: str | None = None
    message_id: str | None = None

    @property
    def due_local(self) -> datetime:
        """The due moment on the reader's clock, without its zone."""
        return wall_clock(self.row.due_at, self.row.timezone)

    def as_json(self) -> dict[str, Any]:
        """The fields of design section 6, in that order."""
        row = self.row
        return {
            "key": self.key,
            "kind": self.cause.kind,
            "event": self.events[0] if self.events else None,
            "events": list(self.events),
            "day": self.day,
            "person": self.person.address,
            "role": row.role,
            "language": row.language,
            "language_source": row.language_source,
            "due_at": utc_text(row.due_at),
            "due_local": self.due_local.isoformat(timespec="seconds"),
            "timezone": row.timezone,
            "shifted_from": row.shifted_from,
            "state": row.state,
            "reason": row.reason,
            "attempts": row.attempts,
            "uncertain": row.uncertain,
            "revision": self.cause.revision,
            "round": row.round,
            "occurrence": self.cause.occurrence or None,
            "subject": self.subject,
            "message_id": self.message_id,
            "sent_at": utc_text(row.sent_at),
            "last_error": row.last_error,
            "why": self.why,
        }


def list_notices(session: Session, wanted: NoticeFilter) -> list[NoticeView]:
    """The notices that fit, sorted by due moment, event and person. Left out are those that are due at no moment."""
    query = _NOTICES
    timeless = timeless_notices(session)
    if timeless:
        query = query.where(col(Notice.id).not_in(timeless))
    if wanted.state is not None:
        query = query.where(Notice.state == wanted.state)
    if wanted.person is not None:
        person = session.exec(select(Person.id).where(Person.address == wanted.person)).first()
        query = query.where(notices_of(person or 0))
    if wanted.due_before is not None:
        query = query.where(Notice.due_at < wanted.due_before)
    names = _Names(session)
    views = [names.view(*found) for found in session.exec(query)]
    views = [view for view in views if _speaks_of(view, wanted)]
    return sorted(views, key=lambda view: (view.row.due_at, view.events, view.person.address, view.row.id))


def notice_named(session: Session, key: str) -> NoticeView:
    """The notice `key`. Raises NotFoundError, and UnreadableError where it is due at no moment."""
    notice_id = id_of(session, key)
    try:
        found = session.exec(_NOTICES.where(Notice.id == notice_id)).first()
    except (ValueError, TypeError) as error:
        timeless = timeless_notices(session)
        if notice_id not in timeless:
            raise
        raise UnreadableError(timeless[notice_id], REMEDY) from error
    if found is None:
        raise NotFoundError(f'There is no notice "{key}".', "convene notice list shows the keys")
    return _Names(session).view(*found)


def sent_bytes(session: Session, notice: Notice) -> bytes | None:
    """Exactly what left for a notice; None where nothing did."""
    if not _has_left(notice):
        return None
    found = bytes_on_record(session, secret_of(session), row_id(notice))
    return found[2] if found else None


def _has_left(notice: Notice) -> bool:
    """Whether its mail left, or may have. One that was about to leave and was held back has a message all the same."""
    return notice.uncertain or NoticeState(notice.state) in _LEFT


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
        self._session = session
        self._explanations = Explanations(session)
        self._parts: dict[int, list[tuple[int, str]]] = {}
        parts = select(NoticePart.notice_id, Cause.event_id, Cause.rule).where(NoticePart.cause_id == Cause.id)
        for notice_id, event_id, rule in session.exec(parts.order_by(col(Cause.event_id))):
            self._parts.setdefault(notice_id, []).append((event_id or 0, rule))

    def view(self, row: Notice, cause: Cause, person: Person, sender: str | None, subject: str | None) -> NoticeView:
        notice_id = row_id(row)
        key = key_of(self._session, notice_id)
        left = sender is not None and _has_left(row)
        parts = self._by_moment(self._parts.get(notice_id, []))
        ids = [cause.event_id] if cause.event_id else [event_id for event_id, _ in parts]
        day = self._days.get(cause.day_id or 0)
        return NoticeView(
            key=key,
            row=row,
            cause=cause,
            events=tuple(dict.fromkeys(self._events[event_id] for event_id in ids)),
            day=day.slug if day else None,
            person=person,
            why=self._explanations.of(row, cause, person, [(self._events[part[0]], part[1]) for part in parts]),
            subject=subject if left else None,
            message_id=message_id(key, sender) if left and sender else None,
        )

    def _by_moment(self, parts: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        latest = datetime.max.replace(tzinfo=UTC)
        return sorted(parts, key=lambda part: (self._first_days.get(part[0], latest), part))


def _speaks_of(view: NoticeView, wanted: NoticeFilter) -> bool:
    programmes = {event.partition("/")[0] for event in view.events}
    if wanted.programme is not None and wanted.programme not in programmes:
        return False
    if wanted.event is None:
        return True
    return any(wanted.event in (event, event.partition("/")[2]) for event in view.events)
