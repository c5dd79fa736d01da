"""The mails that a change brings, in numbers: what a coordinator is told before it is made (design promise 7)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from convene.rules.vocabulary import NoticeKind
from convene.store.changed_notices import changed_notices, first_changed

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


@dataclass
class MailsAhead:
    """Notices that a change adds or re-times, by kind. Its length is their number."""

    kinds: dict[NoticeKind, KindAhead] = field(default_factory=dict)
    first: FirstAhead | None = None

    def __len__(self) -> int:
        return sum(kind.notices for kind in self.kinds.values())

    @property
    def people(self) -> set[int]:
        """The ids of everybody who will be written to."""
        return {person for kind in self.kinds.values() for person in kind.people}

    def __iadd__(self, other: "MailsAhead") -> "MailsAhead":
        for name, more in other.kinds.items():
            self.kinds.setdefault(name, KindAhead()).add(more)
        found = [first for first in (self.first, other.first) if first]
        self.first = min(found, key=lambda first: first.due_at, default=None)
        return self


def mails_ahead(session: Session, now: datetime) -> MailsAhead:
    """What the planning pass that has just run on `session` added or re-timed."""
    ahead = MailsAhead()
    for row in changed_notices(session, now, now + _SOON):
        kind = ahead.kinds.setdefault(NoticeKind(row.kind), KindAhead())
        kind.now += row.at_once
        kind.soon += row.soon
        kind.later += row.later
        kind.people[row.person_id] = row.language
    first = first_changed(session, now)
    ahead.first = FirstAhead(NoticeKind(first.kind), first.due_at, first.timezone) if first else None
    return ahead
