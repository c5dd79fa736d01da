"""The programme file as values: every key of `programme-file`, typed, with nothing looked up or derived.

The reader makes it from YAML, `usecases` make it from rows; two that are equal describe the same programme. Absent
keys are None (or empty, where the text says so). Rules are `Rule` values; their words are `Rule.text`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from convene.rules.facts import Material, Organiser, Text
from convene.rules.rule import Rule
from convene.rules.vocabulary import EventKind, EventStatus, Mode, Role, Side


@dataclass(frozen=True)
class ProgrammeEntry:
    """`programme`. Texts written without a language are held under `language`. `fiscal_year_starts` is (month, day);
    `weekends` maps a country code to weekday numbers (Monday 0); `quiet_hours` is (from, to) on the reader's clock.
    """

    id: str
    title: Text
    timezone: str
    language: str
    organiser: Organiser
    coordinators: tuple[str, ...] = ()
    fiscal_year_starts: tuple[int, int] | None = None
    funder: Text | None = None
    working_days: str = "observe"
    weekends: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    quiet_hours: tuple[time, time] | None = None
    hold_minutes: int = 10
    ask_above: int = 50
    calendar: str = "mail"
    privacy: str | None = None
    description: Text | None = None


@dataclass(frozen=True)
class OrganisationEntry:
    """`organisations.<name>`: the name is the one that the CSV uses. `country` is an ISO code, however written."""

    name: str
    title: Text | None = None
    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    side: Side | None = None


@dataclass(frozen=True)
class SeriesEntry:
    id: str
    kind: EventKind
    title: Text
    short_title: Text | None = None


@dataclass(frozen=True)
class VenueEntry:
    id: str
    title: Text
    timezone: str
    country: str | None = None
    address: Text | None = None
    map: str | None = None


@dataclass(frozen=True)
class DayEntry:
    """One of `days`. Exactly one of `on` and `undecided` is set; `undecided` keeps the words ("October 2027")."""

    on: date | None
    undecided: str | None = None
    id: str | None = None
    start: time | None = None
    end: time | None = None
    until: date | None = None
    mode: Mode | None = None
    venue: str | None = None
    timezone: str | None = None
    link: str | None = None
    title: Text | None = None
    fold: int | None = None


@dataclass(frozen=True)
class DueEntry:
    """`due`. `timezone` is `reader`, `anywhere-on-earth` or a zone."""

    on: date
    at: time | None = None
    timezone: str = "reader"


@dataclass(frozen=True)
class InviteEntry:
    """One of `invite`: a group of the CSV or an address, with the explicit role or None."""

    who: str
    role: Role | None = None


@dataclass(frozen=True)
class Target:
    """`target`: how many are meant to come. `bound` is "", "over", "about" or "at most"."""

    count: int
    bound: str = ""


@dataclass(frozen=True)
class RulePlan:
    """The three lists of rules. None = the key is absent (the programme's, then the kind's plan); () = `[]`.

    `invitations` is "at once", "by hand" or rules.
    """

    reminders: tuple[Rule, ...] | None = None
    follow_ups: tuple[Rule, ...] | None = None
    invitations: str | tuple[Rule, ...] | None = None


@dataclass(frozen=True)
class EventEntry:
    """`events.<id>`. `days` is None where the key is absent (`same_as`, `due`)."""

    id: str
    was: str | None = None
    kind: EventKind | None = None
    title: Text | None = None
    short_title: Text | None = None
    description: Text | None = None
    status: EventStatus = EventStatus.CONFIRMED
    reason: Text | None = None
    series: str | None = None
    number: int | None = None
    cohort: str | None = None
    same_as: str | None = None
    starts: date | None = None
    part_of: str | None = None
    venue: str | None = None
    timezone: str | None = None
    organiser: Organiser | None = None
    days: tuple[DayEntry, ...] | None = None
    due: DueEntry | None = None
    capacity: int | None = None
    target: Target | None = None
    invite: tuple[InviteEntry, ...] | None = None
    rules: RulePlan = field(default_factory=RulePlan)
    announced_as: str | None = None
    spoken: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    alarms: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class ProgrammeDocument:
    """The whole file, in the order written."""

    programme: ProgrammeEntry
    organisations: Mapping[str, OrganisationEntry] = field(default_factory=dict)
    series: Mapping[str, SeriesEntry] = field(default_factory=dict)
    venues: Mapping[str, VenueEntry] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    events: Mapping[str, EventEntry] = field(default_factory=dict)
    rules: RulePlan = field(default_factory=RulePlan)


@dataclass(frozen=True)
class PersonEntry:
    """One row of a people file. Empty cells are None (`groups`: empty) and never clear anything.

    `address` is NFC and case-folded, the domain in ASCII (IDNA); `line` counts from 1 in `file`.
    """

    address: str
    name: str | None = None
    salutation: str | None = None
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    digits: str | None = None
    gender: str | None = None
    organisation: str | None = None
    side: str | None = None
    role: Role | None = None
    groups: tuple[str, ...] = ()
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
