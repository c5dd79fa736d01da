"""What decides the notices of an event, and what a wanted notice is: the values that planner and rules share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from convene.rules.due import Due
from convene.rules.facts import EventFacts, Whereabouts
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
    """What a person was told last of this event, in which round of their invitation."""

    facts: EventFacts
    round: int


@dataclass(frozen=True)
class Invitee:
    """Somebody invited. `left`: taken off the list again. `is_free` knows the free days of their country."""

    person_id: int
    role: Role
    round: int
    invited_at: datetime
    whereabouts: Whereabouts
    is_free: FreeDay
    declined: bool = False
    left: bool = False
    told: Told | None = None


@dataclass(frozen=True)
class PlannedEvent:
    """One event with everything that decides its notices. `day_ids` and `days_since` are by day slug: the row's id,
    and since when the day has its present date and hour. `invitations` is "at once", "by hand" or rules.
    """

    event_id: int
    facts: EventFacts
    revision: int
    facts_changed_at: datetime
    hold: timedelta
    rules: tuple[RuleInForce, ...]
    invitations: str | tuple[RuleInForce, ...]
    invitees: tuple[Invitee, ...]
    day_ids: Mapping[str, int]
    days_since: Mapping[str, datetime]


@dataclass(frozen=True)
class Identity:
    """What makes two notices the same one (design section 5). `rule` is (kind, canonical words)."""

    person_id: int
    event_id: int | None
    day_id: int | None
    rule: tuple[str, str]
    occurrence: str
    round: int
    revision: int = 0


@dataclass(frozen=True)
class Wanted:
    """A notice that should be there. `keeps_due`: stored already, its moment stays (an invitation due at once)."""

    identity: Identity
    kind: NoticeKind
    due: Due
    useful_until: datetime
    role: Role
    keeps_due: bool = False
    counts_dates: bool = False
    distance: timedelta = timedelta(0)
    parts: tuple["Wanted", ...] = ()


@dataclass
class Plan:
    """The answer for one event. `never_due` counts what is not written: due before its rule or invitation, or only
    after what it speaks of.
    """

    wanted: list[Wanted] = field(default_factory=list)
    never_due: int = 0
