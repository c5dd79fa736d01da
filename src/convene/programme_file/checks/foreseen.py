"""What a document comes to, for checks that look ahead: the facts of its events, who is invited and where they live."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

from convene.programme_file.checks.document_facts import document_facts, rules_in_effect
from convene.programme_file.checks.dossier import Dossier
from convene.programme_file.checks.invited import whereabouts
from convene.programme_file.document import EventEntry, InviteEntry
from convene.rules.due import Due, Subject, due
from convene.rules.facts import EventFacts, Whereabouts
from convene.rules.planned_event import Invitees, PlannedEvent, RuleInForce, Wanted
from convene.rules.plans import BY_HAND
from convene.rules.quiet_hours import QuietHours
from convene.rules.rule import Rule
from convene.rules.vocabulary import EventStatus, Role
from convene.rules.wanted import wanted_notices
from convene.rules.working_days import FreeDay

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

FreeDays = Callable[[str | None], FreeDay]
"""The free days of a country (ISO code, or None where it is not known)."""

Guests = Mapping[Whereabouts, Counter[Role]]
"""How many are invited in each role, by where they live."""

Recipients = tuple[Whereabouts, int]
"""Where those live who get a notice, and how many they are."""


class Foreseen:
    """A dossier with the free days that its programme observes. `faulty` are events of which nothing is foreseen."""

    def __init__(self, dossier: Dossier, free: FreeDays, faulty: frozenset[str] = frozenset()) -> None:
        self.dossier = dossier
        self.free = free
        self._faulty = faulty
        self._places: dict[str, Whereabouts] = {}
        self._guests: dict[tuple[InviteEntry, ...], Guests] = {}

    @cached_property
    def events(self) -> Mapping[str, EventEntry]:
        """The confirmed events without an error, as `same_as` completes them."""
        return {
            name: event
            for name, event in self.dossier.effective.items()
            if name not in self._faulty and event.status is EventStatus.CONFIRMED
        }

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each event in the file."""
        return {name: place for place, name in enumerate(self.events)}

    @cached_property
    def facts(self) -> Mapping[str, EventFacts]:
        return {name: document_facts(self.dossier.document, event) for name, event in self.events.items()}

    @cached_property
    def rules(self) -> Mapping[str, Sequence[Rule]]:
        return {name: rules_in_effect(self.dossier.document, event) for name, event in self.events.items()}

    def roles(self, event: str) -> Mapping[str, Role]:
        """The role of everybody invited, by address."""
        return self.dossier.guests.roles(self.events[event])

    def place(self, address: str) -> Whereabouts:
        """Where somebody invited lives."""
        if address not in self._places:
            self._places[address] = whereabouts(self.dossier.guests.person(address), self.dossier.document)
        return self._places[address]

    def guests(self, event: str) -> Guests:
        """Who is invited, by place: hundreds of people share a handful of them."""
        invite = self.events[event].invite or ()
        if invite not in self._guests:
            counted: dict[Whereabouts, Counter[Role]] = {}
            for address, role in self.roles(event).items():
                counted.setdefault(self.place(address), Counter())[role] += 1
            self._guests[invite] = counted
        return self._guests[invite]

    def due(self, rule: Rule, subject: Subject, reader: Whereabouts) -> Due | None:
        """When a notice is due for those who live there; None also where it counts from the moment of joining."""
        return due(rule, subject, reader, self.free(reader.country))

    def notices(self, event: str) -> list[tuple[Wanted, Recipients]]:
        """The notices by the rules of an event, as the planner's own rules have them where everybody was invited, and
        every rule applied, long before. Left out are rules that count from joining: nobody has joined yet.
        """
        guests = [(place, role, count) for place, roles in self.guests(event).items() for role, count in roles.items()]
        invitees = [
            Invitees(group, role, 1, _LONG_AGO, place, self.free(place.country), size=count)
            for group, (place, role, count) in enumerate(guests)
        ]
        plan = wanted_notices(self._planned(event, tuple(invitees)), _LONG_AGO)
        return [(notice, (guests[notice.group][0], guests[notice.group][2])) for notice in plan.wanted]

    def _planned(self, event: str, invitees: tuple[Invitees, ...]) -> PlannedEvent:
        facts, quiet = self.facts[event], self.dossier.document.programme.quiet_hours
        return PlannedEvent(
            event_id=self.order[event],
            facts=facts,
            revision=0,
            facts_changed_at=_LONG_AGO,
            hold=timedelta(0),
            rules=tuple(RuleInForce(rule, _LONG_AGO) for rule in self.rules[event] if rule.anchor != "joining"),
            invitations=BY_HAND,
            invitees=invitees,
            day_ids={day.slug: number for number, day in enumerate(facts.days, 1)},
            days_since=dict.fromkeys((day.slug for day in facts.days), _LONG_AGO),
            quiet_hours=QuietHours(*quiet) if quiet else None,
        )
