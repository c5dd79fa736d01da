"""Short ways to write days, events, rules and people for the tests of the rules."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from convene.rules.due import Subject
from convene.rules.facts import DayFacts, EventFacts, VenueFacts, Whereabouts
from convene.rules.planned_event import Cause, Invitees, Plan, PlannedEvent, RuleInForce, Told, Wanted
from convene.rules.plans import AT_ONCE
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind, Role
from convene.rules.working_days import FreeDay, always_working

CAMBODIA = Whereabouts("Asia/Phnom_Penh", "KH")
LAOS = Whereabouts("Asia/Vientiane", "LA")
BANGLADESH = Whereabouts("Asia/Dhaka", "BD")
JAPAN = Whereabouts("Asia/Tokyo", "JP")
BOLIVIA = Whereabouts("America/La_Paz", "BO")
PHNOM_PENH = VenueFacts({"en": "Phnom Penh"}, "Asia/Phnom_Penh", "KH")

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def day(
    on: str,
    hours: str = "",
    *,
    slug: str = "d1",
    zone: str = "Asia/Phnom_Penh",
    mode: Mode = Mode.IN_PERSON,
    until: str | None = None,
    venue: VenueFacts | None = None,
    fold: int = 0,
) -> DayFacts:
    """`hours` is "09:00-11:30", "09:00" (no end is known), or empty (no hour is)."""
    start, _, end = hours.partition("-")
    last = date.fromisoformat(until) if until else None
    return DayFacts(slug, date.fromisoformat(on), clock(start), clock(end), last, zone, mode, fold, venue)


def deadline(on: str, at: str = "", zone: str = "reader") -> DayFacts:
    return day(on, at, slug="due", zone=zone, mode=Mode.DEADLINE)


def facts(*days: DayFacts, status: EventStatus = EventStatus.CONFIRMED) -> EventFacts:
    return EventFacts(status, days)


def about(*days: DayFacts) -> Subject:
    return Subject(facts(*days))


def online_days(first: str, zone: str) -> tuple[DayFacts, ...]:
    """The five days of case 1 from Monday `first`: two on-demand windows, three live days at 14:00 in Tokyo."""
    dates = [date.fromisoformat(first) + timedelta(days=n) for n in range(5)]
    window, live = Mode.ON_DEMAND, Mode.LIVE
    videos = [DayFacts(f"d{n}", dates[n - 1], None, None, dates[2], zone, window) for n in (1, 2)]
    lectures = [DayFacts(f"d{n}", dates[n - 1], time(14), time(16, 30), None, "Asia/Tokyo", live) for n in (3, 4, 5)]
    return (*videos, *lectures)


def in_force(
    texts: Sequence[str], since: datetime = LONG_AGO, kind: NoticeKind = NoticeKind.REMINDER
) -> list[RuleInForce]:
    return [RuleInForce(parse_rule(text, kind), since) for text in texts]


def invitee(
    group: int = 1,
    whereabouts: Whereabouts = CAMBODIA,
    *,
    role: Role = Role.PARTICIPANT,
    round_: int = 1,
    invited_at: datetime = LONG_AGO,
    is_free: FreeDay = always_working,
    declined: bool = False,
    left: bool = False,
    told: EventFacts | None = None,
    told_round: int = 1,
) -> Invitees:
    known = Told(told, told_round) if told else None
    return Invitees(group, role, round_, invited_at, whereabouts, is_free, declined, LONG_AGO if left else None, known)


def planned(
    event: EventFacts,
    *people: Invitees,
    rules: Sequence[RuleInForce] = (),
    invitations: str | tuple[RuleInForce, ...] = AT_ONCE,
    event_id: int = 1,
    revision: int = 1,
    changed_at: datetime = LONG_AGO,
    dates_since: datetime = LONG_AGO,
    hold: timedelta = timedelta(minutes=10),
) -> PlannedEvent:
    return PlannedEvent(
        event_id=event_id,
        facts=event,
        revision=revision,
        facts_changed_at=changed_at,
        hold=hold,
        rules=tuple(rules),
        invitations=invitations,
        invitees=people,
        day_ids={day.slug: event_id * 100 + number for number, day in enumerate(event.days)},
        days_since={day.slug: dates_since for day in event.days},
    )


def kinds(plan: Plan) -> list[str]:
    return sorted(notice.kind.value for notice in plan.wanted)


def only(plan: Plan, kind: NoticeKind = NoticeKind.REMINDER) -> Wanted:
    """The one notice of that kind."""
    (notice,) = [notice for notice in plan.wanted if notice.kind is kind]
    return notice


def moments(notices: Sequence[Wanted], kind: NoticeKind = NoticeKind.REMINDER) -> list[str]:
    """When the notices of that kind are due, on their readers' clocks: "2020-01-19 17:00"."""
    return sorted(f"{notice.due.local:%Y-%m-%d %H:%M}" for notice in notices if notice.kind is kind)


def identities(notices: Sequence[Wanted]) -> frozenset[tuple[int, Cause, int]]:
    """What makes notices the same one: who gets it, why, in which round."""
    return frozenset((notice.group, notice.cause, notice.round) for notice in notices)
