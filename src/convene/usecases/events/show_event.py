"""One event as `event show` prints it: days and clocks, people, what they know, and what each rule comes to."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from convene.model.notice import Cause, Notice, NoticePart
from convene.rules.facts import DayFacts
from convene.rules.notice_states import NoticeState
from convene.rules.vocabulary import Mode
from convene.rules.zones import wall_clock
from convene.store.people_without_mail import ONLY_CORRECTIONS
from convene.store.programme_rows import row_id
from convene.usecases.events.describe_events import inherited
from convene.usecases.events.explain_event import EventExplained, Guests, RuleMoment, RuleShown, explain_event
from convene.usecases.events.list_events import EventView, event_named, event_view
from convene.usecases.planning.list_notices import utc_text


@dataclass(frozen=True)
class ReaderClock:
    """A day on the clock of those of its readers who live in `zone`, where that shows another hour than its own."""

    zone: str
    start: datetime
    end: datetime | None
    people: int

    def as_json(self) -> dict[str, Any]:
        return {
            "timezone": self.zone,
            "from": self.start.isoformat(timespec="minutes"),
            "to": self.end and self.end.isoformat(timespec="minutes"),
            "people": self.people,
        }


@dataclass(frozen=True)
class EventShown:
    """`undated` are the days without a date: their id, and what is written instead. `capacity` and `target` are None
    where they are not known. `clocks` are by day id. `digests` are the mails that speak of other events as well.
    """

    view: EventView
    explained: EventExplained
    undated: dict[str, str]
    capacity: int | None
    target: str | None
    clocks: dict[str, tuple[ReaderClock, ...]]
    digests: int

    @property
    def roles(self) -> Counter[str]:
        return counted(self.explained.invited, lambda guests: guests.invitees.role.value)

    @property
    def zones(self) -> Counter[str]:
        return counted(self.explained.invited, _zone)

    def as_json(self) -> dict[str, Any]:
        """What `event list` says, and more."""
        shown, explained = self.view.as_json(), self.explained
        for day in shown["days"]:
            day["clocks"] = [clock.as_json() for clock in self.clocks.get(day["id"], ())]
        return shown | {
            "undated": [{"id": day, "on": written} for day, written in self.undated.items()],
            "capacity": self.capacity,
            "target": self.target,
            "roles": dict(self.roles),
            "timezones": dict(self.zones),
            "declined": explained.declined,
            "left": explained.left,
            "no_mail": {why: explained.silence[why] for why in ("unsubscribed", "refused")},
            "only_corrections": explained.silence[ONLY_CORRECTIONS],
            "told": {known: explained.told[known] for known in ("now", "otherwise", "nothing")},
            "silent": explained.silent or None,
            "digests": self.digests,
            "invitations": explained.invitations,
            "rules": [_rule_json(rule) for rule in explained.rules],
        }


def show_event(session: Session, name: str, now: datetime) -> EventShown:
    """The event `event` or `programme/event`. Raises NotFoundError, or UsageError where two programmes have it."""
    rows, event = event_named(session, name)
    explained = explain_event(session, rows, event, now)
    view = event_view(session, rows, event, now)
    days = rows.days.get(row_id(event), [])
    target = inherited(rows, event, "target")
    return EventShown(
        view=view,
        explained=explained,
        undated={day.slug: day.undecided or "" for day in days if not day.on_date and day.removed_at is None},
        capacity=inherited(rows, event, "capacity"),
        target=f"{target[1]} {target[0]}".strip() if target else None,
        clocks={day.slug: _clocks(day, explained) for day in view.brief.facts.days},
        digests=_digests(session, row_id(event)),
    )


def _digests(session: Session, event_id: int) -> int:
    query = (
        select(func.count(col(NoticePart.notice_id).distinct()))
        .join(Cause, col(Cause.id) == NoticePart.cause_id)
        .join(Notice, col(Notice.id) == NoticePart.notice_id)
        .where(Cause.event_id == event_id, Notice.state != NoticeState.CANCELLED)
    )
    return session.exec(query).one()


def counted(guests: Iterable[Guests], trait: Callable[[Guests], str]) -> Counter[str]:
    """How many of the guests have which trait."""
    found: Counter[str] = Counter()
    for group in guests:
        found[trait(group)] += group.invitees.size
    return found


def _zone(guests: Guests) -> str:
    return guests.invitees.whereabouts.zone


def _clocks(day: DayFacts, explained: EventExplained) -> tuple[ReaderClock, ...]:
    """The clocks of its readers that differ from the day's own; none where no hour is known, or only dates count."""
    if day.start is None or day.mode in (Mode.ON_DEMAND, Mode.DEADLINE):
        return ()
    own = wall_clock(day.starts_at(), day.zone)
    clocks = (
        ReaderClock(
            zone, wall_clock(day.starts_at(), zone), wall_clock(day.ends_at(), zone) if day.end else None, count
        )
        for zone, count in counted(explained.invited, _zone).items()
    )
    return tuple(sorted((clock for clock in clocks if clock.start != own), key=lambda clock: (clock.start, clock.zone)))


def _rule_json(rule: RuleShown) -> dict[str, Any]:
    return {
        "rule": rule.words,
        "kind": rule.kind,
        "due": [_moment_json(moment) for moment in rule.moments],
        "not_written": [{"why": why, "notices": count} for why, count in rule.not_written.items()],
    }


def _moment_json(moment: RuleMoment) -> dict[str, Any]:
    return {
        "due_at": utc_text(moment.due_at),
        "due_local": moment.due_local.isoformat(timespec="seconds"),
        "timezone": moment.zone,
        "day": moment.day,
        "people": moment.people,
        "languages": dict(moment.languages),
        "shifted_from": moment.shifted_from and moment.shifted_from.isoformat(timespec="seconds"),
        "shifted_why": moment.shifted_why or None,
    }
