"""Who is invited to one event and what they know of it; what each of its rules comes to, for whom, and why not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from convene.model.event import Event
from convene.rules.corrections import knows
from convene.rules.explained_rules import ExplainedRule, explain_rules, why_silent
from convene.rules.planned_event import Invitees, PlannedEvent, Wanted
from convene.store.event_guests import event_guests
from convene.store.invited_groups import InvitedGroup
from convene.store.people_without_mail import ONLY_CORRECTIONS
from convene.store.programme_rows import ProgrammeRows, row_id
from convene.usecases.events.record_revisions import Revisions
from convene.usecases.planning.plan_notices import invitees_of
from convene.usecases.planning.planned_events import PlannedEvents
from convene.usecases.planning.reader_places import Places


@dataclass(frozen=True)
class Guests:
    """People of one event who are alike in all that is shown of them. `silence`: "unsubscribed" or "refused", where
    they are written to no more, or "only corrections".
    """

    language: str
    invitees: Invitees
    silence: str | None

    @property
    def gets_mail(self) -> bool:
        return self.silence in (None, ONLY_CORRECTIONS)


@dataclass
class RuleMoment:
    """When a rule writes to `people`, on the clock of their `zone` (local, without it); `day` is the id of the day that
    it speaks of, where it has one notice per day. `shifted_from` is the local moment before a shift.
    """

    due_at: datetime
    due_local: datetime
    zone: str
    day: str | None
    shifted_from: datetime | None
    shifted_why: str
    people: int = 0
    languages: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class RuleShown:
    """A rule with its moments, and how many notices it does not make, by why."""

    words: str
    kind: str
    moments: tuple[RuleMoment, ...]
    not_written: Counter[str]


@dataclass(frozen=True)
class EventExplained:
    """`silent` says why no rule writes anything; empty where they do. `told` counts those invited by what they know:
    the facts as they are ("now"), others ("otherwise"), nothing yet ("nothing"); who gets no mail is not among them.
    """

    guests: tuple[Guests, ...]
    told: Counter[str]
    silent: str
    invitations: str
    rules: tuple[RuleShown, ...]

    @property
    def invited(self) -> tuple[Guests, ...]:
        """Those on the list now, whoever declined included."""
        return tuple(guests for guests in self.guests if not guests.invitees.left)

    @property
    def declined(self) -> int:
        return sum(guests.invitees.size for guests in self.invited if guests.invitees.declined)

    @property
    def silence(self) -> Counter[str]:
        """How many of those invited get no mail, by why, and how many only corrections."""
        counted: Counter[str] = Counter()
        for guests in self.invited:
            if guests.silence:
                counted[guests.silence] += guests.invitees.size
        return counted

    @property
    def left(self) -> int:
        """How many were on the list before."""
        return sum(guests.invitees.size for guests in self.guests if guests.invitees.left)


def explain_event(session: Session, rows: ProgrammeRows, event: Event, now: datetime) -> EventExplained:
    """Explain one event as it is planned at `now` (UTC)."""
    events = PlannedEvents(session, rows, Revisions(session, rows))
    guests = tuple(_guests(session, rows, event, events))
    planned = events.of(row_id(event), [each.invitees for each in guests if each.gets_mail])
    silent = why_silent(planned.facts)
    by_group = {each.invitees.group: each for each in guests}
    explained = [] if silent else explain_rules(planned, now)
    return EventExplained(
        guests=guests,
        told=_told(planned),
        silent=silent,
        invitations=planned.invitations if isinstance(planned.invitations, str) else _rule_texts(planned),
        rules=tuple(_shown(each, planned, by_group) for each in explained),
    )


def _rule_texts(planned: PlannedEvent) -> str:
    return ", ".join(item.rule.text for item in planned.invitations if not isinstance(item, str))


def _told(planned: PlannedEvent) -> Counter[str]:
    counted: Counter[str] = Counter()
    for invitees in planned.invitees:
        if invitees.left:
            continue
        told = invitees.told
        if told is None or (told.ended and told.round != invitees.round):
            counted["nothing"] += invitees.size
        else:
            counted["now" if knows(invitees, planned.facts) else "otherwise"] += invitees.size
    return counted


def _shown(explained: ExplainedRule, planned: PlannedEvent, by_group: dict[int, Guests]) -> RuleShown:
    slugs = {day_id: slug for slug, day_id in planned.day_ids.items()}
    moments: dict[tuple[object, ...], RuleMoment] = {}
    for notice in explained.wanted:
        guests = by_group[notice.group]
        moment = _moment(notice, slugs)
        known = moments.setdefault((moment.due_at, moment.zone, moment.day, moment.shifted_from), moment)
        known.people += guests.invitees.size
        known.languages[guests.language] += guests.invitees.size
    ordered = sorted(moments.values(), key=lambda moment: (moment.due_at, moment.day or "", moment.zone))
    return RuleShown(explained.rule.text, explained.rule.kind.value, tuple(ordered), explained.not_written)


def _moment(notice: Wanted, slugs: dict[int, str]) -> RuleMoment:
    due = notice.due
    day = slugs.get(notice.cause.day_id or 0)
    return RuleMoment(due.at, due.local, due.zone, day, due.shifted_from, due.shifted_why)


def _guests(session: Session, rows: ProgrammeRows, event: Event, events: PlannedEvents) -> Iterator[Guests]:
    """Everybody who is or was invited, as the planner sees them, and the language they read."""
    places, groups = Places(rows), list(event_guests(session, row_id(event)))
    standings = [places.of(group.traits) for group in groups]
    known = places.columns()
    columns = [known[standing] for standing in standings]
    invited = [
        InvitedGroup(
            group_id=number,
            event_id=row_id(event),
            whereabouts_id=place.whereabouts_id,
            size=group.size,
            role=group.role,
            round=group.round,
            invited_at=group.invited_at,
            declined=group.declined,
            left_at=group.left_at,
            told_revision=group.told_revision,
            told_ended=group.told_ended,
            told_round=group.told_round,
            only_corrections=group.silence == ONLY_CORRECTIONS,
        )
        for number, (group, place) in enumerate(zip(groups, columns, strict=True), 1)
    ]
    events.read_told(invited)
    for group, place, alike in zip(groups, columns, invited, strict=True):
        yield Guests(place.language, invitees_of(alike, places, events), group.silence)
