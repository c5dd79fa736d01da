"""How far ahead an event lies is worked out on the day of the mail."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from tests.mail.sample_letters import sample_letter
from tests.sample_briefs import (
    CAMBODIA,
    JAPAN,
    dac_meeting,
    essays_deadline,
    ewc_seminar,
    letter,
    online_programme,
    reader,
    with_days,
)

from convene.mail.compose import compose
from convene.rules.facts import DayFacts, EventBrief
from convene.rules.letter import Part
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, Mode, NoticeKind


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


def test_a_window_opens_and_is_neither_begun_nor_given_an_hour() -> None:
    brief = online_programme()
    window = with_days(brief, brief.facts.days[0])
    for event in (brief, window):
        words = compose(letter(NoticeKind.REMINDER, event, reader("en"), datetime(2022, 1, 9, 17, 30, tzinfo=UTC)))
        assert words.subject.startswith("Opens tomorrow: Labour relations in Japan · 10")
        assert "The on-demand video of the online programme opens tomorrow, Monday, 10 January 2022." in words.text
        assert "00:00" not in words.text


def test_each_window_opens_under_the_number_of_its_day() -> None:
    now = datetime(2022, 1, 8, 2, tzinfo=UTC)
    words = compose(letter(NoticeKind.REMINDER, online_programme(), reader("en"), now, about_day="d2"))
    assert words.subject == "Opens in 3 days: Labour relations in Japan · Day 2 · 11 January"
    assert (
        "The on-demand video of Day 2 of the online programme opens in 3 days, on Tuesday, 11 January 2022."
        in words.text
    )


@pytest.mark.parametrize(
    ("day", "subject", "sentence"),
    [
        (9, "Closes in 3 days: ", "closes in 3 days, at the end of Wednesday, 12 January 2022."),
        (11, "Closes tomorrow: ", "closes tomorrow, at the end of Wednesday, 12 January 2022."),
        (12, "Closes today: ", "closes today, at the end of Wednesday, 12 January 2022."),
    ],
)
def test_a_window_closes_on_its_last_date_which_no_reader_is_given_otherwise(
    day: int, subject: str, sentence: str
) -> None:
    for whereabouts in (CAMBODIA, JAPAN):
        to = reader("en", whereabouts=whereabouts)
        now = datetime(2022, 1, day, 2, tzinfo=UTC)
        words = compose(letter(NoticeKind.REMINDER, online_programme(), to, now, anchor="closing"))
        assert words.subject == f"{subject}Labour relations in Japan · 12 January"
        assert f"The on-demand video of the online programme {sentence}" in words.text


def test_the_window_of_one_day_closes_under_the_number_of_that_day() -> None:
    now = datetime(2022, 1, 11, 2, tzinfo=UTC)
    words = compose(
        letter(NoticeKind.REMINDER, online_programme(), reader("en"), now, about_day="d1", anchor="closing")
    )
    assert words.subject == "Closes tomorrow: Labour relations in Japan · Day 1 · 12 January"
    assert "The on-demand video of Day 1 of the online programme closes tomorrow" in words.text
    assert "video.example/1" in words.text
    assert "video.example/2" not in words.text


@pytest.mark.parametrize(
    ("day", "subject", "sentence"),
    [
        (11, "Ends in 3 days: ", "The online programme ends in 3 days, on Friday, 14 January 2022."),
        (13, "Ends tomorrow: ", "The online programme ends tomorrow, Friday, 14 January 2022."),
        (14, "Ends today: ", "The online programme ends today, Friday, 14 January 2022."),
    ],
)
def test_a_reminder_before_the_end_says_when_it_ends(day: int, subject: str, sentence: str) -> None:
    now = datetime(2022, 1, day, 2, tzinfo=UTC)
    words = compose(letter(NoticeKind.REMINDER, online_programme(), reader("en"), now, anchor="end"))
    assert words.subject == f"{subject}Labour relations in Japan · 14 January"
    assert sentence in words.text


def test_what_ends_with_its_only_window_closes_and_a_deadline_stays_one() -> None:
    brief = online_programme()
    window, now = with_days(brief, brief.facts.days[0]), datetime(2022, 1, 11, 2, tzinfo=UTC)
    assert "closes tomorrow" in compose(letter(NoticeKind.REMINDER, window, reader("en"), now, anchor="end")).text
    due = letter(
        NoticeKind.REMINDER, essays_deadline(), reader("en"), datetime(2022, 2, 10, 2, tzinfo=UTC), anchor="end"
    )
    assert "The deadline is tomorrow, Friday, 11 February 2022." in compose(due).text


def test_no_day_is_counted_where_the_reader_has_the_next_date_already() -> None:
    """One hour before, on the clock of the place: in Tokyo the date that the mail prints is over."""
    tokyo = reader("en", whereabouts=JAPAN)

    def text(brief: EventBrief, now: datetime, anchor: str = "start") -> str:
        words = compose(letter(NoticeKind.REMINDER, brief, tokyo, now, anchor=anchor))
        assert not re.search("today|tomorrow|-1", words.subject + words.text)
        return words.text

    brussels = DayFacts("d1", date(2020, 1, 20), time(18), time(20), None, "Europe/Brussels", Mode.IN_PERSON)
    evening = with_days(dac_meeting(), brussels)
    assert "The 3rd DAC meeting is about to begin (Monday, 20 January 2020)." in text(
        evening, datetime(2020, 1, 20, 16, tzinfo=UTC)
    )
    assert "The 3rd DAC meeting has begun and runs until Monday, 20 January 2020." in text(
        evening, datetime(2020, 1, 20, 18, tzinfo=UTC), "end"
    )
    window = with_days(online_programme(), replace(online_programme().facts.days[0], zone="Europe/Brussels"))
    assert "closes soon, at the end of Wednesday, 12 January 2022." in text(
        window, datetime(2022, 1, 12, 22, tzinfo=UTC), "closing"
    )
    due = with_days(essays_deadline(), replace(essays_deadline().facts.days[0], zone=ANYWHERE_ON_EARTH))
    assert "The deadline, Friday, 11 February 2022, has nearly passed." in text(
        due, datetime(2022, 2, 12, 11, tzinfo=UTC)
    )


def test_a_digest_lists_its_parts_with_how_far_ahead_each_is() -> None:
    words = compose(sample_letter(NoticeKind.DIGEST, "en"))
    assert words.subject == "2 events ahead · 10 January – 11 February"
    assert "The on-demand video of the online programme opens in 3 days, on Monday, 10 January 2022." in words.text
    assert "The deadline is in 35 days, on Friday, 11 February 2022." in words.text


def test_two_reminders_of_one_event_are_two_sentences_over_one_block() -> None:
    brief = online_programme()
    both = letter(NoticeKind.DIGEST, (brief, brief), reader("en"), datetime(2022, 1, 11, 2, tzinfo=UTC))
    parts = (Part(brief, "d1", "closing"), Part(brief, "d4"))
    words = compose(replace(both, parts=parts))
    assert words.subject == "1 event ahead · 12–13 January"
    assert "Day 1 of the online programme closes tomorrow" in words.text
    assert "Day 4 of the online programme is in 2 days" in words.text
    assert words.text.count("Labour relations in Japan\n") == 1
    assert ("/1" in words.text, "/d4" in words.text, "/d3" in words.text) == (True, True, False)
