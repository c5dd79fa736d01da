"""How far ahead an event lies is worked out on the day of the mail."""

from datetime import UTC, datetime

import pytest
from tests.mail.sample_letters import sample_letter
from tests.sample_briefs import (
    dac_meeting,
    ewc_seminar,
    letter,
    online_programme,
    reader,
    with_days,
)

from convene.mail.compose import compose
from convene.rules.vocabulary import NoticeKind


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (20, "The 3rd DAC meeting is today, Monday, 20 January 2020."),
        (19, "The 3rd DAC meeting is tomorrow, Monday, 20 January 2020."),
        (17, "The 3rd DAC meeting is in 3 days, on Monday, 20 January 2020."),
    ],
)
def test_how_far_ahead_is_worked_out_on_the_day_of_the_mail(day: int, sentence: str) -> None:
    now = datetime(2020, 1, day, 1, tzinfo=UTC)
    assert sentence in compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("en"), now)).text


def test_a_reminder_of_one_day_speaks_of_that_day_alone() -> None:
    now = datetime(2022, 1, 12, 2, tzinfo=UTC)
    words = compose(letter(NoticeKind.REMINDER, online_programme(), reader("en"), now, about_day="d4"))
    assert words.subject == "Tomorrow: Labour relations in Japan · Day 4 · 13 January"
    assert "Day 4 of the online programme is tomorrow" in words.text
    assert "meet.example/d4" in words.text
    assert "meet.example/d3" not in words.text


def test_an_event_of_several_days_begins() -> None:
    now = datetime(2015, 7, 1, 2, tzinfo=UTC)
    assert (
        "The 2nd EWC seminar begins tomorrow"
        in compose(letter(NoticeKind.REMINDER, ewc_seminar(), reader("en"), now)).text
    )


def test_an_event_that_has_begun_says_until_when_it_runs() -> None:
    brief = online_programme()
    window = with_days(brief, brief.facts.days[0])
    text = compose(letter(NoticeKind.REMINDER, window, reader("en"), datetime(2022, 1, 11, 2, tzinfo=UTC))).text
    assert "The online programme has begun and runs until Wednesday, 12 January 2022." in text


def test_a_digest_lists_its_parts_with_how_far_ahead_each_is() -> None:
    words = compose(sample_letter(NoticeKind.DIGEST, "en"))
    assert words.subject == "2 events ahead · 10 January – 11 February"
    assert "The online programme begins in 3 days, on Monday, 10 January 2022." in words.text
    assert "The deadline is in 35 days, on Friday, 11 February 2022." in words.text
