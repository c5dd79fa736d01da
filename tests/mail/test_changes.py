"""What a reader is told of a change: what was, what is, and no more."""

from dataclasses import replace
from datetime import time

import pytest
from tests.mail.sample_letters import sample_letter
from tests.sample_briefs import (
    dac_meeting,
    ewc_seminar,
    letter,
    reader,
    webinar,
    with_days,
    with_status,
)

from convene.mail.compose import compose
from convene.rules.facts import EventFacts
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind


def test_a_change_shows_old_and_new_of_what_changed_and_nothing_else() -> None:
    text = compose(sample_letter(NoticeKind.CHANGE, "en")).text
    changes, _, now = text.partition("This is how it stands now:")
    assert "Before: Monday, 20 January 2020\n  Now: Tuesday, 21 January 2020" in changes
    assert "New day" in changes
    assert changes.count("Venue") == 1  # of the new day; the first day stays where it was
    assert "Tuesday, 21 January 2020" in now


def test_the_second_clock_of_an_hour_stands_beneath_the_first_and_not_beside_its_label() -> None:
    text = compose(sample_letter(NoticeKind.CHANGE, "bn")).text
    assert "\n  আগে: সকাল ৯:০০–১১:৩০ · কম্বোডিয়া সময় (UTC+৭)\n    সকাল ৮:০০–১০:৩০ · বাংলাদেশ সময় (UTC+৬)\n  এখন: " in text


def test_a_day_that_fell_away_is_named() -> None:
    brief = ewc_seminar()
    shorter = with_days(brief, brief.facts.days[0])
    text = compose(letter(NoticeKind.CHANGE, shorter, reader("en"), told=brief.facts)).text
    assert "No longer takes place\nDate: Friday, 3 July 2015" in text


def test_a_postponed_event_says_that_the_date_will_follow() -> None:
    brief = with_status(dac_meeting(), EventStatus.POSTPONED, {"en": "The minister is travelling."})
    words = compose(letter(NoticeKind.CHANGE, brief, reader("en"), told=dac_meeting().facts))
    assert words.subject == "Postponed: 3rd DAC meeting"
    assert "The new date will be announced." in words.text
    assert "Reason: The minister is travelling." in words.text


def test_an_event_that_is_on_again_says_so() -> None:
    told = EventFacts(EventStatus.POSTPONED, ())
    words = compose(letter(NoticeKind.CHANGE, dac_meeting(), reader("en"), told=told))
    assert words.subject == "Confirmed again: 3rd DAC meeting · 20 January"
    assert "has been confirmed again" in words.text


def test_a_cancellation_offers_no_link_to_join() -> None:
    brief = with_status(webinar(), EventStatus.CANCELLED)
    words = compose(letter(NoticeKind.CANCELLATION, brief, reader("en"), told=webinar().facts))
    assert "meet.example" not in words.text + words.html


def test_a_day_that_can_now_be_joined_online_shows_the_link_as_new() -> None:
    brief = dac_meeting()
    [day] = brief.facts.days
    told = with_days(brief, replace(day, link="https://meet.example/1"))
    hybrid = with_days(brief, replace(day, link="https://meet.example/1", mode=Mode.HYBRID))
    text = compose(letter(NoticeKind.CHANGE, hybrid, reader("en"), told=told.facts)).text
    assert "Join\n  Before: –\n  Now: https://meet.example/1\n" in text


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (Mode.IN_PERSON, Mode.HYBRID, "How to take part\n  Before: In person\n  Now: In person or online\n"),
        (Mode.HYBRID, Mode.LIVE, "How to take part\n  Before: In person or online\n  Now: Online\n"),
    ],
)
def test_where_no_link_is_known_yet_the_mail_says_how_to_take_part_now(before: Mode, now: Mode, told: str) -> None:
    brief = dac_meeting()
    [day] = brief.facts.days
    new = with_days(brief, replace(day, mode=now))
    words = compose(
        letter(NoticeKind.CHANGE, new, reader("en"), told=with_days(brief, replace(day, mode=before)).facts)
    )
    assert told in words.text
    assert "How to take part" in words.html


def test_an_hour_that_stays_is_not_told_as_new_where_another_clock_comes_first() -> None:
    brief = dac_meeting()
    [day] = brief.facts.days
    hybrid = with_days(brief, replace(day, mode=Mode.HYBRID, link="https://meet.example/1"))
    text = compose(letter(NoticeKind.CHANGE, hybrid, reader("ja"), told=brief.facts)).text
    later = with_days(hybrid, replace(hybrid.facts.days[0], start=time(9, 30)))
    moved = compose(letter(NoticeKind.CHANGE, later, reader("ja"), told=brief.facts)).text

    assert text.count("UTC+9") == 1  # where it says how it stands now
    assert moved.count("UTC+9") == 3


def test_somebody_taken_off_the_list_is_told_that_and_no_more() -> None:
    words = compose(letter(NoticeKind.CANCELLATION, ewc_seminar(), reader("en"), told=ewc_seminar().facts, left=True))
    assert words.subject.startswith("No longer on the list: ")
    assert "cancelled" not in words.text
    assert "because you were on the list" in words.text


def test_why_an_event_is_postponed_is_not_why_somebody_was_taken_off_its_list() -> None:
    brief = with_status(dac_meeting(), EventStatus.POSTPONED, {"en": "The minister is travelling."})
    words = compose(letter(NoticeKind.CANCELLATION, brief, reader("en"), told=dac_meeting().facts, left=True))
    assert words.subject.startswith("No longer on the list: ")
    assert "minister" not in words.text + words.html
