"""Whatever happens to an event, its mail says it in each language, and prints nothing for what is not known.

The golden files (English and Khmer) are read by people.
"""

import re

import pytest
from tests.complete_languages import COMPLETE
from tests.mail.golden_mails import assert_as_golden
from tests.mail.turn_letters import TURNS
from tests.mail.visible_text import in_latin_digits, visible_text

from convene.mail.compose import compose


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("turn", TURNS)
def test_a_mail_reads_as_its_golden_file(turn: str, language: str) -> None:
    words = compose(TURNS[turn](language))
    assert_as_golden(f"{turn}.{language}.txt", f"{words.subject}\n\n{words.text}")


def test_the_subject_of_a_digest_begins_with_the_first_date_ahead() -> None:
    """Its videos have been open since the 10th; they close on the 12th."""
    assert compose(TURNS["digest-of-dates"]("en")).subject == "4 events ahead · 12 January – 11 February"


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("turn", TURNS)
def test_what_is_not_known_is_not_printed(turn: str, language: str) -> None:
    words = compose(TURNS[turn](language))
    for text in (words.subject, words.text, visible_text(words.html, language)):
        assert not re.search(r"\b0?0[:時]0|None|\b0 ", in_latin_digits(text))
    # A label without a value.
    assert not re.search(r"[:：៖]$(?!\n\n)", words.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("turn", "label", "before", "now"),
    [
        ("date-known", "Date", "not yet known", "Monday, 20 January 2020"),
        ("date-unknown", "Date", "Monday, 20 January 2020", "not yet known"),
        ("hour-known", "Time", "not yet known", "09:00–16:00 · Laos time (UTC+7)"),
        (
            "hour-unknown",
            "Time",
            "09:00–11:30 · Cambodia time (UTC+7)\n    03:00–05:30 · Belgium time (UTC+1)",
            "not yet known",
        ),
        ("moved-online", "Venue", "Phnom Penh\n    12 Sample Street, Phnom Penh", "–"),
        ("moved-online", "Join", "–", "https://meet.example/3"),
        ("venue-changed", "Map", "https://map.example/phnom-penh", "–"),
        (
            "deadline-moved",
            "Deadline",
            "Until the end of Friday, 11 February 2022",
            "Until the end of Friday, 18 February 2022",
        ),
        (
            "visit-longer",
            "Date",
            "From Sunday, 19 January 2020 to Wednesday, 22 January 2020",
            "From Sunday, 19 January 2020 to Friday, 24 January 2020",
        ),
        (
            "window-longer",
            "On-demand video",
            "Open from Monday, 10 January 2022 to Wednesday, 12 January 2022",
            "Open from Monday, 10 January 2022 to Thursday, 13 January 2022",
        ),
        ("confirmed-again", "Date", "Monday, 20 January 2020", "Monday, 10 February 2020"),
        ("link-changed", "Join", "https://meet.example/5", "https://meet.example/5-new"),
    ],
)
def test_old_and_new_stand_side_by_side(turn: str, label: str, before: str, now: str) -> None:
    assert f"\n{label}\n  Before: {before}\n  Now: {now}\n" in compose(TURNS[turn]("en")).text


def test_what_became_live_shows_the_window_and_the_hours_in_one_place() -> None:
    text = compose(TURNS["window-became-live"]("en")).text
    changes = text.partition("This is how it stands now:")[0]
    assert changes.count("Before:") == 1
    assert "Before: Open from Monday, 10 January 2022 to Wednesday, 12 January 2022" in changes
    assert "Now: Monday, 10 January 2022" in changes
