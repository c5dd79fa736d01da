"""One bar per event: free, over all dates, with the hours of its days in the text."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from icalendar import Event
from tests.sample_briefs import dac_meeting, ewc_seminar, online_programme, with_days, with_status

from convene.ical.vevent import View, vevent
from convene.rules.facts import EventBrief
from convene.rules.feed_entries import event_bar
from convene.rules.vocabulary import EventStatus

ENGLISH = View("en")


def bar(brief: EventBrief, view: View = ENGLISH) -> Any:
    return Event.from_ical(vevent(brief, event_bar(brief), view).body)


def test_a_bar_is_one_free_entry_over_all_dates() -> None:
    entry = bar(online_programme())

    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2022, 1, 10), date(2022, 1, 15))
    assert (entry["TRANSP"], entry["STATUS"], entry["LOCATION"]) == ("TRANSPARENT", "CONFIRMED", "Online")
    assert entry["SUMMARY"] == "Labour relations in Japan"


def test_its_text_tells_each_day_on_the_clock_it_was_written_in() -> None:
    lines = str(bar(online_programme())["DESCRIPTION"]).split("\n")

    assert lines[0] == "On-demand video · Open from Monday, 10 January 2022 to Wednesday, 12 January 2022"
    assert lines[2] == "Wednesday, 12 January 2022 · 14:00–16:30 · Japan time"
    assert lines[3] == "Thursday, 13 January 2022 · 14:00–16:30 · Japan time · Exchange with Rengo Hiroshima"


def test_a_day_without_an_hour_is_its_date_and_the_venue_is_that_of_all() -> None:
    entry = bar(ewc_seminar())

    assert "Thursday, 2 July 2015\nFriday, 3 July 2015\n" in entry["DESCRIPTION"]
    assert entry["LOCATION"] == "Laos"


@pytest.mark.parametrize("language", ["km", "lo", "bn", "ja"])
def test_a_bar_speaks_the_readers_language(language: str) -> None:
    entry = bar(online_programme(), View(language))

    assert entry["DESCRIPTION"].params["LANGUAGE"] == language
    assert "Wednesday" not in entry["DESCRIPTION"]


def test_links_stand_in_the_text_of_personal_bars_alone() -> None:
    assert "meet.example" not in bar(online_programme())["DESCRIPTION"]
    assert bar(online_programme(), View("en", links=True))["DESCRIPTION"].count("Link: https://") == 5
    assert "URL" not in bar(online_programme(), View("en", links=True))


def test_hours_over_midnight_and_of_a_visit_name_both_dates() -> None:
    day = dac_meeting().entries[0].day
    night = replace(day, start=time(22), end=time(1))
    visit = replace(day, slug="d2", on=date(2020, 2, 3), until=date(2020, 2, 5))
    trip = replace(visit, slug="d3", on=date(2020, 3, 3), until=date(2020, 3, 5), start=None, end=None)

    text = bar(with_days(dac_meeting(), night, visit, trip))["DESCRIPTION"]

    assert "From Monday, 20 January 2020 · 22:00 to Tuesday, 21 January 2020 · 01:00 · Cambodia time" in text
    assert "From Monday, 3 February 2020 · 09:00 to Wednesday, 5 February 2020 · 11:30 · Cambodia time" in text
    assert "\nFrom Tuesday, 3 March 2020 to Thursday, 5 March 2020\n" in text


def test_two_sessions_of_one_date_are_one_free_bar_on_it() -> None:
    day = dac_meeting().entries[0].day

    entry = bar(with_days(dac_meeting(), day, replace(day, slug="d2", start=time(14), end=time(16))))

    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2020, 1, 20), date(2020, 1, 21))
    assert entry["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    "brief", [with_status(ewc_seminar(), EventStatus.CANCELLED), with_days(ewc_seminar())], ids=["event", "all days"]
)
def test_a_bar_of_what_was_called_off_is_cancelled_and_says_so(brief: EventBrief) -> None:
    entry = bar(brief)

    assert entry["STATUS"] == "CANCELLED"
    assert entry["SUMMARY"].startswith("Cancelled · ")


def test_a_bar_of_an_event_that_lost_one_day_goes_on_without_it() -> None:
    entry = bar(with_days(ewc_seminar(), ewc_seminar().facts.days[0]))

    assert entry["STATUS"] == "CONFIRMED"
    assert "3 July" not in entry["DESCRIPTION"]
