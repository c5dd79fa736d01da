"""A change of the zone database misinforms those whose own clock was printed, and nobody else."""

from datetime import timedelta

import pytest
from tests.rules.planned_events import CAMBODIA, JAPAN, PHNOM_PENH, day, deadline, facts

from convene.rules.facts import DayFacts, Whereabouts
from convene.rules.told_clocks import as_told, clocks_moved, day_offsets
from convene.rules.vocabulary import Mode

LIVE = day("2020-01-20", "09:00-11:30", mode=Mode.LIVE)
HYBRID = day("2020-01-20", "09:00-11:30", mode=Mode.HYBRID, venue=PHNOM_PENH)
IN_PERSON = day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH)
BANGKOK = Whereabouts("Asia/Bangkok", "TH")
ZONES = frozenset({"Asia/Phnom_Penh", "Asia/Tokyo", "Asia/Bangkok"})
HOUR = 3600


def told_before(moved: DayFacts, reader: Whereabouts, **seconds: int) -> timedelta:
    """How far the reader's clock stands off where zones were so many seconds elsewhere when they were told."""
    offsets = day_offsets(facts(moved), ZONES)
    then = {
        slug: {zone: ahead + seconds.get(zone[5:], 0) for zone, ahead in zones.items()}
        for slug, zones in offsets.items()
    }
    return as_told(facts(moved), then, reader).days[0].reader_shift


def test_clocks_that_stand_as_they_stood_leave_the_facts_as_they_are() -> None:
    for each in (LIVE, HYBRID, IN_PERSON, deadline("2020-01-20", "18:00")):
        offsets = day_offsets(facts(each), ZONES)
        assert as_told(facts(each), offsets, JAPAN) == facts(each)
        assert not clocks_moved(facts(each), offsets)


@pytest.mark.parametrize("each", [LIVE, HYBRID, IN_PERSON])
def test_a_reader_elsewhere_was_told_another_hour(each: DayFacts) -> None:
    assert told_before(each, JAPAN, Phnom_Penh=-HOUR) == timedelta(hours=1)
    assert told_before(each, JAPAN, Tokyo=-HOUR) == timedelta(hours=-1)


@pytest.mark.parametrize("each", [LIVE, HYBRID, IN_PERSON])
def test_who_reads_the_days_own_clock_was_told_nothing_wrong(each: DayFacts) -> None:
    assert told_before(each, CAMBODIA, Phnom_Penh=-HOUR) == timedelta(0)


def test_who_was_shown_the_venues_clock_alone_was_told_nothing_wrong() -> None:
    assert told_before(IN_PERSON, BANGKOK, Phnom_Penh=HOUR, Bangkok=HOUR) == timedelta(0)
    assert told_before(IN_PERSON, BANGKOK, Phnom_Penh=-HOUR) == timedelta(hours=1)


def test_a_zone_that_nobody_was_in_tells_nothing() -> None:
    offsets = day_offsets(facts(LIVE), frozenset())

    assert as_told(facts(LIVE), offsets, JAPAN) == facts(LIVE)


def test_dates_without_an_hour_have_no_clock() -> None:
    window = day("2020-01-20", until="2020-01-22", mode=Mode.ON_DEMAND)

    assert day_offsets(facts(day("2020-01-20")), ZONES) == day_offsets(facts(window), ZONES) == {}
