"""What decides the notices of an event, and what a wanted notice is: the values that planner and rules share."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from convene.rules.due import Due
from convene.rules.facts import EventFacts, Whereabouts
from convene.rules.quiet_hours import QuietHours
from convene.rules.rule import Rule
from convene.rules.vocabulary import NoticeKind, Role
from convene.rules.working_days import FreeDay


@dataclass(frozen=True)
class RuleInForce:
    """A rule of an event, and since when it applies: what was due before is never written."""

    rule: Rule
    since: datetime


@dataclass(frozen=True)
class Told:
    """What people were told last of this event, in which round of their invitation.

    `misinformed_since` is when the facts first became others than these, after the last time they were the same;
    None while they are. `ended`: they were told that it is off, or that they are off its list.
    """

    facts: EventFacts
    round: int
    misinformed_since: datetime | None = None
    ended: bool = False


@dataclass(frozen=True)
class Invitees:
    """The people of one event whom no rule tells apart: `size` of them, as `group`.

    `left_at`: when they were taken off the list again. `is_free` knows the free days of their country.
    `only_corrections`: they unsubscribed, and are told of what becomes of the facts they know, and of nothing else.
    """

    group: int
    role: Role
    round: int
    invited_at: datetime
    whereabouts: Whereabouts
    is_free: FreeDay
    declined: bool = False
    left_at: datetime | None = None
    told: Told | None = None
    only_corrections: bool = False
    size: int = 1

    @property
    def left(self) -> bool:
        return self.left_at is not None

    @property
    def gets_reminders(self) -> bool:
        """Whether they get anything but corrections."""
        return not (self.left or self.declined or self.only_corrections)


@dataclass(frozen=True)
class PlannedEvent:
    """One event with everything that decides its notices. `day_ids` and `days_since` are by day slug: the row's id,
    and since when the day takes place on its present date and hour. `invitations` is "at once", "by hand" or rules.
    """

    event_id: int
    facts: EventFacts
    revision: int
    facts_changed_at: datetime
    hold: timedelta
    rules: tuple[RuleInForce, ...]
    invitations: str | tuple[RuleInForce, ...]
    invitees: tuple[Invitees, ...]
    day_ids: Mapping[str, int]
    days_since: Mapping[str, datetime]
    quiet_hours: QuietHours | None = None


class Cause(NamedTuple):
    """Why a notice is there, apart from whom it goes to: with the person and the round, its identity (design 5).

    `rule` is the canonical text, `occurrence` the wall clock that it speaks of.
    """

    kind: NoticeKind
    event_id: int
    day_id: int | None
    rule: str
    occurrence: str
    revision: int = 0


class Wanted(NamedTuple):
    """A notice that everybody of `group` should have. `keeps_due`: one that is stored keeps its moment.

    `joins_on` is the reader's date on which a reminder may join a digest; None for what never does.
    """

    group: int
    cause: Cause
    due: Due
    useful_until: datetime
    role: Role
    round: int
    keeps_due: bool = False
    joins_on: date | None = None
    distance: timedelta = timedelta(0)

    @property
    def kind(self) -> NoticeKind:
        return self.cause.kind


class NotWritten(StrEnum):
    """Why a rule makes no notice for somebody, though it finds a moment."""

    BEFORE_RULE = "due before the rule was applied"
    BEFORE_DATE = "due before the event was confirmed for its present date"
    BEFORE_INVITATION = "due before the person was invited"
    TOO_LATE = "due only after what it speaks of"
    TOO_EARLY = "due before the event that it follows up"


@dataclass
class Plan:
    """The answer for one event. `never_due` counts, person by person, what is not written: by the text of the rule and
    why.
    """

    wanted: list[Wanted] = field(default_factory=list)
    never_due: Counter[tuple[str, NotWritten]] = field(default_factory=Counter)
