"""Alarms: those of the event and the one that a link asks for, on entries that take up time."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from icalendar import Event
from tests.sample_briefs import dac_meeting, essays_deadline, online_programme, webinar, with_days, with_status

from convene.ical.vevent import View, vevent
from convene.rules.facts import Entry, EventBrief
from convene.rules.feed_entries import FeedOptions, event_bar
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import EventStatus

ENGLISH = View("en")
HALF_AN_HOUR = View("en", options=FeedOptions(alarm_minutes=30))


def with_alarms(brief: EventBrief, *rules: str) -> EventBrief:
    return replace(brief, alarms=tuple(parse_rule(rule) for rule in rules))


def found(brief: EventBrief, view: View = ENGLISH, entry: Entry | None = None) -> list[Any]:
    """The alarms of the entry (of the first, unless another is named) as the library reads them back."""
    read: Any = Event.from_ical(vevent(brief, entry or brief.entries[0], view).body)
    return list(read.walk("VALARM"))


def triggers(brief: EventBrief, view: View = ENGLISH, entry: Entry | None = None) -> list[tuple[timedelta, str]]:
    return [
        (alarm.decoded("TRIGGER"), alarm["TRIGGER"].params.get("RELATED", "START"))
        for alarm in found(brief, view, entry)
    ]


def test_no_alarm_is_written_that_nobody_asked_for() -> None:
    assert triggers(dac_meeting()) == []


def test_an_alarm_shows_the_title_in_the_readers_language() -> None:
    [alarm] = found(dac_meeting(), replace(HALF_AN_HOUR, language="km"))

    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["DESCRIPTION"].startswith("កិច្ចប្រជុំ")
    assert alarm["DESCRIPTION"].params["LANGUAGE"] == "km"


def test_alarms_count_from_the_start_or_the_end_of_the_day() -> None:
    brief = with_alarms(dac_meeting(), "30 minutes before", "2 hours before", "10 minutes before end", "1 hour after")

    assert triggers(brief) == [
        (timedelta(hours=-2), "START"),
        (timedelta(minutes=-30), "START"),
        (timedelta(minutes=-10), "END"),
        (timedelta(hours=1), "END"),
    ]


def test_the_alarm_of_a_link_stands_beside_those_of_the_event_and_the_same_moment_once() -> None:
    assert triggers(with_alarms(dac_meeting(), "1 hour before"), HALF_AN_HOUR) == [
        (timedelta(hours=-1), "START"),
        (timedelta(minutes=-30), "START"),
    ]
    assert len(triggers(with_alarms(dac_meeting(), "30 minutes before"), HALF_AN_HOUR)) == 1


def test_an_entry_without_an_end_counts_from_its_start() -> None:
    brief = with_days(dac_meeting(), replace(dac_meeting().entries[0].day, end=None))

    assert triggers(with_alarms(brief, "1 hour after end")) == [(timedelta(hours=1), "START")]


def test_a_rule_for_live_days_leaves_days_in_a_room_without() -> None:
    assert triggers(with_alarms(dac_meeting(), "1 hour before each live day")) == []
    assert len(triggers(with_alarms(webinar(), "1 hour before each live day"))) == 1
    assert len(triggers(with_alarms(dac_meeting(), "1 hour before each day"))) == 1


@pytest.mark.parametrize(
    "brief",
    [
        essays_deadline(),
        online_programme(),
        with_status(dac_meeting(), EventStatus.CANCELLED),
        with_days(dac_meeting(), replace(dac_meeting().entries[0].day, start=None, end=None)),
        with_days(dac_meeting(), replace(dac_meeting().entries[0].day, until=date(2020, 1, 22))),
        with_days(dac_meeting(), replace(essays_deadline().entries[0].day, zone="Asia/Tokyo", start=time(18))),
    ],
    ids=["deadline", "window", "cancelled", "all day", "visit", "deadline with an hour"],
)
def test_what_takes_no_time_or_has_no_hour_rings_no_bell(brief: EventBrief) -> None:
    assert triggers(with_alarms(brief, "1 hour before"), HALF_AN_HOUR) == []


def test_a_bar_rings_no_bell() -> None:
    assert triggers(online_programme(), HALF_AN_HOUR, event_bar(online_programme())) == []
