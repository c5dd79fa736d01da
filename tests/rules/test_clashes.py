"""Which days of different events ask for one's presence at the same time."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.planned_events import PHNOM_PENH, day, deadline, facts

from convene.rules.clashes import BusyDay, Clash, Overlap, busy_days, overlaps, what_is_shared, wrappers
from convene.rules.facts import DayFacts
from convene.rules.vocabulary import EventStatus, Mode

MONDAY = "2020-01-20"
MORNING = day(MONDAY, "09:00-11:30")


def clashing(one: DayFacts, other: DayFacts, /, **wrapped: str) -> bool:
    days = [*busy_days("one", facts(one), {}), *busy_days("other", facts(other), {})]
    return bool(overlaps(days, wrapped))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (day(MONDAY, "11:00-12:00"), True),
        (day(MONDAY, "11:30-12:00"), False),
        (day(MONDAY, "08:00-09:00"), False),
        (day(MONDAY, "08:00"), True),
        (day(MONDAY), True),
        (day("2020-01-19"), False),
        (day("2020-01-19", "22:00-09:30"), True),
        (day("2020-01-18", until="2020-01-21"), True),
        (day(MONDAY, "10:00-11:00", mode=Mode.LIVE), True),
        (day(MONDAY, "11:00-12:00", zone="Asia/Tokyo"), True),
        (day(MONDAY, "09:00-11:00", zone="Asia/Tokyo"), False),
        (day(MONDAY, "09:00-11:00", mode=Mode.ON_DEMAND), False),
        (deadline(MONDAY, "10:00"), False),
        (deadline(MONDAY, "10:00", "Asia/Phnom_Penh"), False),
    ],
)
def test_a_day_clashes_with_what_asks_for_presence_at_the_same_time(other: DayFacts, expected: bool) -> None:
    assert clashing(MORNING, other) is expected
    assert clashing(other, MORNING) is expected


def test_a_day_without_hours_is_its_whole_date_in_its_zone() -> None:
    late_in_la_paz = day("2020-01-19", "20:00-21:00", zone="America/La_Paz")

    assert clashing(day(MONDAY, zone="Asia/Tokyo"), late_in_la_paz)
    assert not clashing(day("2020-01-19", zone="Asia/Tokyo"), late_in_la_paz)


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED, EventStatus.POSTPONED])
def test_what_does_not_take_place_clashes_with_nothing(status: EventStatus) -> None:
    assert busy_days("one", facts(MORNING, status=status), {}) == []


def test_the_days_of_one_event_do_not_clash_with_each_other() -> None:
    assert overlaps(busy_days("one", facts(MORNING, day(MONDAY, slug="d2")), {}), {}) == []


def test_what_wraps_an_event_never_clashes_with_it() -> None:
    mission = day("2020-01-19", until="2020-01-22")

    assert clashing(MORNING, mission)
    assert not clashing(MORNING, mission, one="other")
    assert not clashing(MORNING, mission, one="journey", journey="other")


def test_two_parts_of_one_mission_clash_with_each_other() -> None:
    assert clashing(MORNING, day(MONDAY, "10:00-11:00"), one="mission", other="mission")


def test_events_that_wrap_each_other_are_followed_once() -> None:
    assert wrappers("a", {"a": "b", "b": "a"}) == {"a", "b"}


def test_a_venue_that_holds_both_is_named() -> None:
    one = busy_days("one", facts(day(MONDAY, venue=PHNOM_PENH)), {"d1": "phnom-penh"})
    other = busy_days("other", facts(day(MONDAY, venue=PHNOM_PENH)), {"d1": "phnom-penh"})
    elsewhere = busy_days("third", facts(day(MONDAY)), {"d1": None})

    found = overlaps([*one, *other, *elsewhere], {})

    assert [(pair.first, pair.second, pair.venues) for pair in found] == [
        ("one", "other", ("phnom-penh",)),
        ("one", "third", ()),
        ("other", "third", ()),
    ]


def test_two_events_that_overlap_on_several_dates_are_told_once_with_the_first() -> None:
    two_days = (MORNING, day("2020-01-21", "09:00-11:30", slug="d2"))
    days = [*busy_days("one", facts(*two_days), {}), *busy_days("other", facts(*two_days), {})]

    assert overlaps(days, {}) == [Overlap("one", "other", MORNING.on)]


def test_thousands_of_days_are_compared_with_their_neighbours_alone() -> None:
    days = [
        BusyDay(n, MORNING.on, start, start + timedelta(minutes=90))
        for n in range(20_000)
        for start in [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=n)]
    ]

    assert len(overlaps(days, {})) == 19_999


_MOMENTS = st.integers(0, 60).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
_DAYS = st.lists(
    st.builds(
        lambda event, start, hours: BusyDay(event, start.date(), start, start + timedelta(hours=hours)),
        st.integers(0, 6),
        _MOMENTS,
        st.integers(1, 30),
    ),
    max_size=20,
)


@given(_DAYS)
def test_the_sweep_finds_what_comparing_every_two_days_finds(days: list[BusyDay[int]]) -> None:
    expected = {
        (min(one.event, other.event), max(one.event, other.event))
        for one, other in combinations(days, 2)
        if one.event != other.event and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    }

    assert {(pair.first, pair.second) for pair in overlaps(days, {})} == expected


@pytest.mark.parametrize(
    ("people", "speakers", "venues", "text"),
    [
        (2, 0, (), "2 people are in both"),
        (1, 0, (), "1 person is in both"),
        (1, 1, (), "1 person is in both, to speak"),
        (3, 1, (), "3 people are in both, 1 of them to speak"),
        (2, 2, (), "2 people are in both, all of them to speak"),
        (0, 0, ("phnom-penh",), "the venue phnom-penh holds both"),
        (2, 0, ("phnom-penh",), "2 people are in both; the venue phnom-penh holds both"),
    ],
)
def test_what_is_shared_is_said_in_one_clause(people: int, speakers: int, venues: tuple[str, ...], text: str) -> None:
    assert what_is_shared(Clash("a", "b", MORNING.on, people, speakers, venues)) == text


def test_that_their_reminder_is_one_mail_is_said_behind_the_people() -> None:
    clash = Clash("a", "b", MORNING.on, 2, 0, ("hall",))

    text = what_is_shared(clash, one_mail=True)

    assert text == "2 people are in both; their reminder is one mail; the venue hall holds both"
