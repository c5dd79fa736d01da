"""What stands in feeds: half a year back, everything ahead, what was called off until everybody can have seen it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.sample_briefs import CREATED, dac_meeting, ewc_seminar, online_programme, with_days, with_status

from convene.rules.facts import EventBrief
from convene.rules.feed_entries import feed_entries, stays_in_feeds
from convene.rules.vocabulary import EventStatus, Mode

LAST_DATE = date(2020, 1, 20)
PASSED = datetime(2020, 1, 21, 12, tzinfo=UTC)
"""When 20 January is over in the last place on earth."""


def test_what_took_place_stays_for_180_days() -> None:
    assert stays_in_feeds(LAST_DATE, None, PASSED + timedelta(days=180))
    assert not stays_in_feeds(LAST_DATE, None, PASSED + timedelta(days=180, seconds=1))


def test_everything_ahead_stays() -> None:
    assert stays_in_feeds(date(9999, 1, 1), None, PASSED)


def test_what_was_called_off_stays_for_60_days() -> None:
    called_off = PASSED - timedelta(days=10)

    assert stays_in_feeds(LAST_DATE, called_off, called_off + timedelta(days=60))
    assert not stays_in_feeds(LAST_DATE, called_off, called_off + timedelta(days=60, seconds=1))


def test_what_was_called_off_long_before_stays_until_its_date_has_passed_everywhere() -> None:
    called_off = PASSED - timedelta(days=200)

    assert stays_in_feeds(LAST_DATE, called_off, PASSED)
    assert not stays_in_feeds(LAST_DATE, called_off, PASSED + timedelta(seconds=1))


def test_a_feed_shows_every_day_that_has_not_aged_out() -> None:
    brief = ewc_seminar()
    first, second = brief.entries

    assert feed_entries(brief) == (first, second)
    assert feed_entries(replace(brief, entries=(replace(first, in_feeds=False), second))) == (second,)
    assert feed_entries(with_status(brief, EventStatus.DRAFT)) == ()


def test_one_bar_takes_the_place_of_several_days_and_leaves_a_single_one_its_hours() -> None:
    [bar] = feed_entries(online_programme(), one_bar=True)

    assert (bar.day.on, bar.day.last_date, bar.day.start) == (date(2022, 1, 10), date(2022, 1, 14), None)
    assert bar.uid == online_programme().uid
    assert len(bar.bar_of) == 5
    assert feed_entries(dac_meeting(), one_bar=True) == dac_meeting().entries


def test_a_bar_gives_away_no_link_and_no_venue_that_not_all_days_share() -> None:
    [seminar] = feed_entries(ewc_seminar(), one_bar=True)
    [online] = feed_entries(online_programme(), one_bar=True)
    first, second = ewc_seminar().facts.days
    [mixed] = feed_entries(with_days(ewc_seminar(), first, replace(second, venue=None, mode=Mode.LIVE)), one_bar=True)

    assert seminar.day.venue == first.venue
    assert mixed.day.venue is None
    assert online.day.link is None


def test_a_bar_stays_as_it_is_while_its_days_age_out() -> None:
    brief = ewc_seminar()
    first, second = brief.entries
    half = replace(brief, entries=(replace(first, in_feeds=False), second))
    gone = replace(brief, entries=tuple(replace(entry, in_feeds=False) for entry in brief.entries))

    assert feed_entries(half, one_bar=True) == feed_entries(brief, one_bar=True)
    assert feed_entries(gone, one_bar=True) == ()


@pytest.mark.parametrize("place", [0, 1])
def test_the_sequence_of_a_bar_rises_with_that_of_any_day(place: int) -> None:
    changed_at = CREATED + timedelta(days=1)
    before = ewc_seminar()
    entries = list(before.entries)
    entries[place] = replace(entries[place], sequence=1, changed_at=changed_at)

    [old], [new] = (feed_entries(brief, one_bar=True) for brief in (before, replace(before, entries=tuple(entries))))

    assert new.sequence == old.sequence + 1
    assert new.changed_at == changed_at


def test_a_bar_covers_the_days_that_stand_and_those_it_had_when_none_does() -> None:
    brief = ewc_seminar()
    _, second = brief.facts.days

    assert bar_dates(with_days(brief, second)) == (date(2015, 7, 3), date(2015, 7, 3), False)
    assert bar_dates(with_days(brief)) == (date(2015, 7, 2), date(2015, 7, 3), True)


def bar_dates(brief: EventBrief) -> tuple[date, date, bool]:
    """First date, last date, and whether all of it was called off."""
    [bar] = feed_entries(brief, one_bar=True)
    return bar.day.on, bar.day.last_date, bar.removed
