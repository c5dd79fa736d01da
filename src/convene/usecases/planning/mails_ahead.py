"""The mails that a change brings, or that wait, in numbers: what a coordinator is told before (design promise 7)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from convene.rules.vocabulary import NoticeKind
from convene.rules.zones import wall_clock
from convene.store.called_off import called_off
from convene.store.changed_notices import (
    ChangedNotices,
    FirstChanged,
    ShiftedNotices,
    changed_notices,
    changed_programmes,
    first_changed,
    shifted_notices,
)
from convene.store.people_without_mail import invited_without_mail
from convene.store.waiting_notices import first_waiting, waiting_notices
from convene.usecases.delivery.show_pauses import PauseView, show_pauses

_SOON = timedelta(days=7)


@dataclass
class KindAhead:
    """Notices of one kind by when they are due, and the people they go to with their languages."""

    now: int = 0
    soon: int = 0
    later: int = 0
    people: dict[int, str] = field(default_factory=dict)

    @property
    def notices(self) -> int:
        return self.now + self.soon + self.later

    @property
    def languages(self) -> Counter[str]:
        """How many read which language; that of the people who are written to first comes first."""
        return Counter(self.people.values())

    def add(self, other: "KindAhead") -> None:
        self.now += other.now
        self.soon += other.soon
        self.later += other.later
        self.people |= other.people


@dataclass(frozen=True)
class FirstAhead:
    """The notice that is due first after now: its kind, moment (UTC) and zone."""

    kind: NoticeKind
    due_at: datetime
    zone: str


@dataclass(frozen=True)
class MovedAhead:
    """Notices of one rule that leave at `after`, not at `before` which the rule names, and why; both on the clock of
    their `people` readers, who share a country (ISO code; None where it is not known).
    """

    kind: NoticeKind
    rule: str
    country: str | None
    before: datetime
    why: str
    after: datetime
    people: int


@dataclass
class MailsAhead:
    """Notices that a change adds or re-times, or that wait, by kind. Its length is their number.

    `moved` are those among them that leave on another day or hour than their rule names; `called_off` counts the
    planned ones that reach nobody now, nor any other in their place, by why; `pauses` hold some or all of them back.
    `without_mail` are the ids of people who are invited to the events concerned and get none, with the reason
    ("unsubscribed" or "refused"), or "only corrections". `warnings` are sentences on what came up on the way.
    """

    kinds: dict[NoticeKind, KindAhead] = field(default_factory=dict)
    first: FirstAhead | None = None
    moved: list[MovedAhead] = field(default_factory=list)
    called_off: Counter[str] = field(default_factory=Counter)
    pauses: list[PauseView] = field(default_factory=list)
    without_mail: dict[int, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(kind.notices for kind in self.kinds.values())

    @property
    def now(self) -> int:
        """How many leave at once."""
        return sum(kind.now for kind in self.kinds.values())

    @property
    def people(self) -> set[int]:
        """The ids of everybody who will be written to."""
        return {person for kind in self.kinds.values() for person in kind.people}

    def __iadd__(self, other: "MailsAhead") -> "MailsAhead":
        for name, more in other.kinds.items():
            self.kinds.setdefault(name, KindAhead()).add(more)
        found = [first for first in (self.first, other.first) if first]
        self.first = min(found, key=lambda first: first.due_at, default=None)
        self.moved += other.moved
        self.called_off += other.called_off
        self.pauses += [pause for pause in other.pauses if pause not in self.pauses]
        self.without_mail |= other.without_mail
        self.warnings += other.warnings
        return self


def mails_ahead(session: Session, now: datetime) -> MailsAhead:
    """What the planning pass that has just run on `session` added, re-timed or called off."""
    ahead = _counted(changed_notices(session, now, now + _SOON), first_changed(session, now))
    ahead.moved = [_moved(row) for row in shifted_notices(session)]
    ahead.called_off = Counter(called_off(session))
    ahead.without_mail = invited_without_mail(session)
    ahead.pauses = show_pauses(session, changed_programmes(session)) if ahead else []
    return ahead


def mails_waiting(session: Session, now: datetime, programme_id: int | None = None) -> MailsAhead:
    """What waits and is held back by no pause; of one programme, or of all (None)."""
    waiting = waiting_notices(session, now, now + _SOON, programme_id)
    return _counted(waiting, first_waiting(session, now, programme_id))


def _counted(rows: Iterable[ChangedNotices], first: FirstChanged | None) -> MailsAhead:
    ahead = MailsAhead()
    for row in rows:
        kind = ahead.kinds.setdefault(NoticeKind(row.kind), KindAhead())
        kind.now += row.at_once
        kind.soon += row.soon
        kind.later += row.later
        kind.people[row.person_id] = row.language
    ahead.first = FirstAhead(NoticeKind(first.kind), first.due_at, first.timezone) if first else None
    return ahead


def _moved(row: ShiftedNotices) -> MovedAhead:
    before, after = datetime.fromisoformat(row.shifted_from), wall_clock(row.leaves_at, row.timezone)
    return MovedAhead(NoticeKind(row.kind), row.rule, row.country, before, row.shifted_why, after, row.people)
