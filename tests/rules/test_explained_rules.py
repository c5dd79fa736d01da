"""What each rule of an event comes to, and why it makes nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.planned_events import (
    BANGLADESH,
    CAMBODIA,
    PHNOM_PENH,
    day,
    facts,
    in_force,
    invitee,
    online_days,
    planned,
    utc,
)

from convene.rules.due import subjects
from convene.rules.explained_rules import NOT_FOR_THEM, SAME_DATE, explain_rules, why_silent
from convene.rules.facts import EventFacts
from convene.rules.planned_event import Invitees, NotWritten, PlannedEvent
from convene.rules.vocabulary import EventStatus, Role

NOW = utc(2020, 1, 6)
MEETING = facts(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
ONLINE = facts(*online_days("2020-01-20", "Asia/Phnom_Penh"))


def explained(event: PlannedEvent) -> dict[str, tuple[int, dict[str, int]]]:
    """By rule: how many groups get a notice, and what is not written, by why."""
    return {each.rule.text: (len(each.wanted), dict(each.not_written)) for each in explain_rules(event, NOW)}


def about(event: EventFacts, *rules: str, people: tuple[Invitees, ...] = (invitee(),)) -> PlannedEvent:
    return planned(event, *people, rules=in_force(rules))


def test_a_rule_that_writes_to_everybody_leaves_nothing_out() -> None:
    assert explained(about(MEETING, "7 days before")) == {"7 days before at 09:00": (1, {})}


@pytest.mark.parametrize(
    ("event", "rule", "why"),
    [
        (MEETING, "1 hour before each live day", "no day is live"),
        (MEETING, "1 day before closing", "no day is on-demand, so nothing closes"),
        (facts(day("2020-01-20")), "1 hour before", "no hour is known"),
        (facts(day("2020-01-20", "09:00")), "2 hours after end", "no end is known"),
        (MEETING, "2 days after", NotWritten.TOO_LATE.value),
    ],
)
def test_a_rule_that_makes_nothing_says_what_it_lacks(event: EventFacts, rule: str, why: str) -> None:
    [(_, outcome)] = explained(about(event, rule)).items()

    assert outcome == (0, {why: 1})


def test_only_participants_get_plans_and_progress() -> None:
    people = (invitee(1), replace(invitee(2, role=Role.OBSERVER), size=3))

    assert explained(about(MEETING, "progress 1 month after", people=people)) == {
        "progress 1 month after at 10:00": (1, {NOT_FOR_THEM: 3})
    }


def test_a_reminder_that_gives_way_to_a_nearer_one_of_its_date_says_so() -> None:
    """Friday 17 is free in Bangladesh, and Thursday 16 has a reminder of its own."""
    bangladeshi = replace(invitee(whereabouts=BANGLADESH), is_free=lambda on: "weekend" if on.weekday() == 4 else None)

    assert explained(about(MEETING, "4 days before", "3 days before", people=(bangladeshi,))) == {
        "3 days before at 09:00": (1, {}),
        "4 days before at 09:00": (0, {SAME_DATE: 1}),
    }


def test_who_declined_or_left_is_written_to_by_no_rule_and_not_counted() -> None:
    people = (invitee(1, declined=True), invitee(2, left=True), invitee(3))

    assert explained(about(MEETING, "7 days before", people=people)) == {"7 days before at 09:00": (1, {})}


def test_rules_that_make_nothing_come_last() -> None:
    rules = ("1 hour before each live day", "1 day before", "7 days before")

    assert [each.rule.text for each in explain_rules(about(MEETING, *rules), NOW)] == [
        "7 days before at 09:00",
        "1 day before at 09:00",
        "1 hour before each live day",
    ]


def test_rules_that_make_nothing_stand_by_their_distance_from_the_event() -> None:
    rules = (
        "progress 12 months after",
        "progress 3 months after",
        "thanks 1 day after",
        "1 day before",
        "2 weeks before",
    )

    assert [each.rule.text for each in explain_rules(about(MEETING, *rules, people=()), NOW)] == [
        "2 weeks before at 09:00",
        "1 day before at 09:00",
        "thanks 1 day after at 10:00",
        "progress 3 months after at 10:00",
        "progress 12 months after at 10:00",
    ]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (MEETING, ""),
        (facts(), "no day has a date"),
        (replace(MEETING, status=EventStatus.DRAFT), "it is a draft"),
        (replace(MEETING, status=EventStatus.POSTPONED), "it is postponed"),
        (replace(MEETING, status=EventStatus.CANCELLED), "it is cancelled"),
    ],
)
def test_an_event_that_does_not_stand_is_silent_and_says_why(event: EventFacts, why: str) -> None:
    assert why_silent(event) == why


RULES = (
    "7 days before", "1 day before at 17:00", "1 hour before", "1 hour before each live day", "1 day before closing",
    "2 days after joining", "thanks 1 day after", "progress 1 month after", "2 days before each day",
)  # fmt: skip


@given(
    event=st.sampled_from([MEETING, ONLINE, facts(day("2020-01-20"))]),
    rules=st.lists(st.sampled_from(RULES), unique=True, min_size=1),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    role=st.sampled_from(Role),
)
def test_every_notice_a_rule_could_make_is_written_or_accounted_for(
    event: EventFacts, rules: list[str], sizes: list[int], role: Role
) -> None:
    people = tuple(
        replace(invitee(number, CAMBODIA, role=role, invited_at=NOW), size=size) for number, size in enumerate(sizes)
    )

    for each in explain_rules(planned(event, *people, rules=in_force(rules)), NOW):
        made = sum(people[notice.group].size for notice in each.wanted)
        possible = sum(sizes) * (len(subjects(each.rule, event)) or 1)
        assert made + each.not_written.total() == possible
        # Nothing moves here, and no two of these rules meet on one date.
        assert SAME_DATE not in each.not_written
