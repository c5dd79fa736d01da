"""Events of one file that ask for the same people, speaker or venue at one time, as `check` tells them."""

import pytest
from tests.programme_file.checks.sample_foreseen import foreseen, lines, team

from convene.programme_file.checks.check_clashes import check_clashes, check_own_days
from convene.programme_file.document import PersonEntry
from convene.rules.vocabulary import Role

BOTH = [PersonEntry(f"both{n}@kh.example", country="KH", groups=("one", "two")) for n in (1, 2)]
PEOPLE = [*BOTH, PersonEntry("only1@kh.example", groups=("one",)), PersonEntry("only2@kh.example", groups=("two",))]
MONDAY = "on: Mon 2020-01-20"


def event(name: str, invite: str, day: str = MONDAY, more: str = "") -> str:
    return f"  {name}: {{kind: meeting, days: [{{{day}}}], invite: [{invite}]{more}}}\n"


def clashes(events: str, people: list[PersonEntry] = PEOPLE) -> list[tuple[str, ...]]:
    found = list(check_clashes(foreseen(events, people)))
    assert {problem.level for problem in found} <= {"clash"}
    return lines(found)


def test_two_events_that_share_people_are_named_with_how_many() -> None:
    events = event("dac-3", "one", MONDAY + ", from: 09:00, to: 11:30") + event("tot-2", "two")

    assert clashes(events) == [("Mon 20 Jan, dac-3 and tot-2", "2 people are in both; their reminder is one mail")]


def test_a_clash_is_found_at_the_later_event_of_the_file() -> None:
    (problem,) = check_clashes(foreseen(event("b", "one") + event("a", "two"), PEOPLE))

    assert (problem.where, problem.line, problem.about) == ("events.a", 6, "Mon 20 Jan, b and a")


@pytest.mark.parametrize(
    "reminders",
    ["[4 days before]", "[]", "[1 hour before]", "[on Thu 2020-01-02 at 10:00]"],
)
def test_that_the_reminder_is_one_mail_is_said_only_where_it_is(reminders: str) -> None:
    events = event("a", "one") + event("b", "two", MONDAY + ", from: 09:00", f", reminders: {reminders}")

    assert clashes(events) == [("Mon 20 Jan, a and b", "2 people are in both")]


def test_reminders_that_working_days_bring_onto_one_date_are_one_mail() -> None:
    """One and two days before Monday are Sunday and Saturday: both leave on Friday."""
    events = event("a", "one", more=", reminders: [1 day before]") + event(
        "b", "two", more=", reminders: [2 days before]"
    )

    assert clashes(events) == [("Mon 20 Jan, a and b", "2 people are in both; their reminder is one mail")]


def test_a_speaker_of_two_events_is_told() -> None:
    events = event("a", "one", more=", reminders: []") + event(
        "b", "{who: both1@kh.example, role: speaker}, only2@kh.example"
    )

    assert clashes(events) == [("Mon 20 Jan, a and b", "1 person is in both, to speak")]


def test_the_role_of_the_csv_counts_too() -> None:
    speaker = PersonEntry("s@kh.example", role=Role.SPEAKER, groups=("one", "two"))
    events = event("a", "one", more=", reminders: []") + event("b", "two")

    assert clashes(events, [*PEOPLE, speaker]) == [("Mon 20 Jan, a and b", "3 people are in both, 1 of them to speak")]


def test_an_address_that_no_file_has_is_a_person_all_the_same() -> None:
    events = event("a", "z@x.example", more=", reminders: []") + event("b", "z@x.example")

    assert clashes(events) == [("Mon 20 Jan, a and b", "1 person is in both")]


def test_a_venue_that_would_hold_both_is_named() -> None:
    events = event("a", "only1@kh.example", more=", venue: hall") + event("b", "only2@kh.example", more=", venue: hall")

    assert clashes(events) == [("Mon 20 Jan, a and b", "the venue hall holds both")]


@pytest.mark.parametrize(
    "other",
    [
        event("b", "only2@kh.example"),
        event("b", "two", "on: Tue 2020-01-21"),
        event("b", "two", MONDAY + ', mode: on-demand, link: "https://x.example"'),
        event("b", "two", "on: to be decided"),
        event("b", "two", more=", part_of: a"),
        event("b", "two", more=", status: draft"),
        event("b", "two", more=", status: cancelled"),
        "  b: {kind: deadline, due: {on: Mon 2020-01-20}, invite: [two]}\n",
    ],
)
def test_what_shares_nobody_or_asks_for_no_presence_does_not_clash(other: str) -> None:
    assert clashes(event("a", "one") + other) == []
    assert len(clashes(event("a", "one") + event("b", "two"))) == 1


def test_cohorts_clash_by_their_own_dates() -> None:
    events = event("a", "one", more=", cohort: x") + "  b: {same_as: a, cohort: y, starts: 2020-01-27, invite: [two]}\n"
    events += event("c", "two", "on: Mon 2020-01-27")

    assert [about for about, _ in clashes(events)] == ["Mon 27 Jan, b and c"]


def test_of_very_many_clashes_the_rest_is_a_number() -> None:
    events = "".join(event(f"e{n}", "one") for n in range(10))

    found = clashes(events)

    assert len(found) == 21
    assert found[-1] == ("25 more pairs of events", "they overlap and share people or a venue")


def test_thousands_of_people_and_hundreds_of_events_are_looked_through() -> None:
    days = "".join(event(f"e{n}", "KH", f"on: {2020 + n // 300}-01-{n % 28 + 1:02}") for n in range(300))

    assert len(clashes(days, team("KH", 3_000))) == 21


def own_days(*days: str, more: str = "") -> list[tuple[str, ...]]:
    written = ", ".join(f"{{{day}}}" for day in days)
    events = f"  school: {{kind: workshop, days: [{written}], invite: [one]{more}}}\n"
    return lines(list(check_own_days(foreseen(events, PEOPLE))))


@pytest.mark.parametrize("second", ["09:00, to: 11:30", "11:00, to: 12:00", "09:00"])
def test_two_days_of_one_event_at_one_time_are_told(second: str) -> None:
    found = own_days(f"{MONDAY}, from: 09:00, to: 11:30", f"{MONDAY}, from: {second}")

    assert found == [("Mon 20 Jan, school", "its days d1 and d2 overlap")]


@pytest.mark.parametrize(
    "days",
    [
        (f"{MONDAY}, from: 09:00, to: 11:30", f"{MONDAY}, from: 11:30, to: 12:00"),
        (f"{MONDAY}, from: 09:00", f"{MONDAY}, from: 14:00"),
        (f"{MONDAY}, until: Wed 2020-01-22, venue: hall", "on: Tue 2020-01-21, from: 09:00, to: 10:00"),
        (f"{MONDAY}, from: 09:00, to: 10:00", "on: to be decided"),
    ],
)
def test_days_that_follow_each_other_or_wrap_one_are_not(days: tuple[str, ...]) -> None:
    assert own_days(*days) == []


def test_days_of_an_event_that_is_off_do_not_overlap() -> None:
    assert own_days(*[f"{MONDAY}, from: 09:00, to: 11:30"] * 2, more=", status: cancelled") == []
