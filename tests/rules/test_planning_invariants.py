"""The promises as invariants over random events, people and rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.planned_events import planned

from convene.rules.corrections import CORRECTIONS
from convene.rules.facts import DayFacts, EventFacts, VenueFacts, Whereabouts
from convene.rules.planned_event import Invitees, PlannedEvent, RuleInForce, Told
from convene.rules.plans import AT_ONCE, BY_HAND
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import READER_ZONE, EventStatus, Mode, NoticeKind, Role
from convene.rules.wanted import wanted_notices
from convene.rules.working_days import always_working

ZONES = ("Asia/Phnom_Penh", "Asia/Dhaka", "Asia/Tokyo", "America/La_Paz", "Europe/Brussels", "Pacific/Kiritimati")
RULES = (
    "7 days before at 09:00",
    "1 day before at 17:00",
    "0 days before at 20:00",
    "1 day before each day",
    "1 hour before each live day",
    "90 minutes before",
    "1 day before end",
    "1 day before closing",
    "2 hours after joining",
    "1 day before at 08:00 venue time",
    "on Wed 2026-03-25 at 10:00",
    "thanks 1 day after",
    "action plan 3 days after",
    "progress 1 month after",
    "progress 2 months after",
)
SPRING = datetime(2026, 3, 1, tzinfo=UTC)
spring_moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 15), timezones=st.just(UTC))
hours = st.sampled_from([None, time(0, 0), time(2, 30), time(9, 0), time(14, 0), time(23, 30)])
zones = st.sampled_from(ZONES)
statuses = st.sampled_from(EventStatus)


def weekend(on: date) -> str | None:
    return "weekend" if on.weekday() in (4, 5) else None


@st.composite
def days(draw: st.DrawFn, number: int) -> DayFacts:
    on = date(2026, 3, 20) + timedelta(days=draw(st.integers(0, 20)))
    mode = draw(st.sampled_from([Mode.IN_PERSON, Mode.LIVE, Mode.HYBRID, Mode.ON_DEMAND]))
    zone = draw(zones)
    start = None if mode is Mode.ON_DEMAND else draw(hours)
    end = start and draw(st.sampled_from([None, start.replace(hour=(start.hour + 2) % 24)]))
    until = on + timedelta(days=draw(st.integers(0, 5))) if mode is Mode.ON_DEMAND else None
    venue = VenueFacts({"en": "Town"}, zone, "KH") if mode in (Mode.IN_PERSON, Mode.HYBRID) else None
    return DayFacts(f"d{number}", on, start, end, until, zone, mode, 0, venue)


@st.composite
def events(draw: st.DrawFn) -> EventFacts:
    if draw(st.integers(0, 5)) == 0:
        zone = draw(st.sampled_from([READER_ZONE, "anywhere-on-earth", "Asia/Tokyo"]))
        due = DayFacts("due", date(2026, 3, 29), draw(hours), None, None, zone, Mode.DEADLINE)
        return EventFacts(draw(statuses), (due,))
    drawn = [draw(days(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    return EventFacts(draw(statuses), tuple(sorted(drawn, key=lambda day: (day.on, day.start or time(0), day.slug))))


@st.composite
def people(draw: st.DrawFn, number: int, told: st.SearchStrategy[EventFacts]) -> Invitees:
    return Invitees(
        group=number,
        role=draw(st.sampled_from(Role)),
        round=draw(st.integers(1, 2)),
        invited_at=draw(spring_moments),
        whereabouts=Whereabouts(draw(zones), draw(st.sampled_from(["KH", "BD", None]))),
        is_free=draw(st.sampled_from([weekend, always_working])),
        declined=draw(st.integers(0, 4)) == 0,
        left_at=draw(st.sampled_from([None, None, None, SPRING])),
        told=draw(st.none() | st.builds(Told, told, st.integers(1, 2))),
        only_corrections=draw(st.integers(0, 4)) == 0,
    )


@st.composite
def planned_events(draw: st.DrawFn) -> PlannedEvent:
    facts = draw(events())
    told = st.just(facts) | events()
    rules = [
        RuleInForce(parse_rule(text), draw(st.just(SPRING) | spring_moments))
        for text in draw(st.lists(st.sampled_from(RULES), unique=True, max_size=6))
    ]
    ten_days = (RuleInForce(parse_rule("10 days before", NoticeKind.INVITATION), SPRING),)
    invitations: list[str | tuple[RuleInForce, ...]] = [AT_ONCE, BY_HAND, ten_days]
    return planned(
        facts,
        *[draw(people(number, told)) for number in range(1, draw(st.integers(1, 3)) + 1)],
        rules=rules,
        invitations=draw(st.sampled_from(invitations)),
        revision=2,
        changed_at=SPRING - timedelta(hours=draw(st.integers(0, 48))),
        hold=timedelta(minutes=draw(st.sampled_from([0, 10, 300]))),
    )


@settings(max_examples=40)
@given(planned_events(), spring_moments)
def test_nothing_is_due_after_what_it_speaks_of(event: PlannedEvent, now: datetime) -> None:
    people = {person.group: person for person in event.invitees}
    for notice in wanted_notices(event, now).wanted:
        assert notice.due.at < notice.useful_until
        told = people[notice.group].told
        days = [*event.facts.days, *(told.facts.days if told else ())]
        if notice.kind not in (NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS):
            assert notice.due.at < max(day.ends_at(notice.due.zone) for day in days)


@settings(max_examples=40)
@given(planned_events(), spring_moments, st.sampled_from([EventStatus.CANCELLED, EventStatus.DRAFT]))
def test_a_cancelled_event_brings_cancellations_alone_and_a_draft_nothing(
    event: PlannedEvent, now: datetime, status: EventStatus
) -> None:
    event = replace(event, facts=replace(event.facts, status=status))
    told = {person.group for person in event.invitees if person.told}

    for notice in wanted_notices(event, now).wanted:
        assert status is EventStatus.CANCELLED
        assert notice.kind is NoticeKind.CANCELLATION
        assert notice.group in told


@settings(max_examples=40)
@given(planned_events(), spring_moments)
def test_nobody_is_corrected_who_knows_the_facts(event: PlannedEvent, now: datetime) -> None:
    knowing = [replace(person, left_at=None, told=Told(event.facts, person.round)) for person in event.invitees]

    plan = wanted_notices(replace(event, invitees=tuple(knowing)), now)

    assert {NoticeKind.CHANGE, NoticeKind.CANCELLATION}.isdisjoint(notice.kind for notice in plan.wanted)


@settings(max_examples=40)
@given(planned_events(), spring_moments)
def test_who_unsubscribed_gets_the_corrections_that_others_get_and_nothing_else(
    event: PlannedEvent, now: datetime
) -> None:
    def unsubscribed(person: Invitees, yes: bool) -> Invitees:
        told = person.told and replace(person.told, round=person.round)
        return replace(person, told=told, only_corrections=yes)

    plans = [
        wanted_notices(replace(event, invitees=tuple(unsubscribed(person, yes) for person in event.invitees)), now)
        for yes in (True, False)
    ]

    corrections = [notice for notice in plans[1].wanted if notice.kind in CORRECTIONS]
    assert plans[0].wanted == corrections
    assert not plans[0].never_due


@settings(max_examples=40)
@given(planned_events(), spring_moments)
def test_nothing_reaches_back_before_the_invitation(event: PlannedEvent, now: datetime) -> None:
    invited_at = {person.group: person.invited_at for person in event.invitees}

    for notice in wanted_notices(event, now).wanted:
        if notice.kind not in (NoticeKind.INVITATION, NoticeKind.CHANGE, NoticeKind.CANCELLATION):
            assert notice.due.at >= invited_at[notice.group]


@settings(max_examples=40)
@given(planned_events(), spring_moments, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_what_is_wanted_by_rules_does_not_depend_on_the_moment_of_planning(
    event: PlannedEvent, now: datetime, later: timedelta
) -> None:
    def by_rules(moment: datetime) -> list[object]:
        return [
            notice
            for notice in wanted_notices(event, moment).wanted
            if notice.kind not in (NoticeKind.INVITATION, NoticeKind.CHANGE, NoticeKind.CANCELLATION)
        ]

    assert by_rules(now) == by_rules(now + later)
