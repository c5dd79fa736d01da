"""A rule and the moment it counts from, in one line."""

import pytest
from tests.rules.planned_events import (
    BANGLADESH,
    CAMBODIA,
    JAPAN,
    PHNOM_PENH,
    about,
    day,
    deadline,
    online_days,
)

from convene.rules.due import Subject, occurrence
from convene.rules.facts import Whereabouts
from convene.rules.rule import parse_rule
from convene.rules.rule_words import counted_from
from convene.rules.vocabulary import Mode

MEETING = about(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
LIVE = about(day("2022-01-13", "14:00-16:30", zone="Asia/Tokyo", mode=Mode.LIVE))
WINDOW = about(*online_days("2022-01-10", "Asia/Phnom_Penh")[:1])


def words(text: str, subject: Subject, reader: Whereabouts = CAMBODIA) -> str:
    rule = parse_rule(text)
    return counted_from(rule, occurrence(rule, subject), subject.ending if rule.after else subject.opening, reader)


@pytest.mark.parametrize(
    ("rule", "subject", "reader", "counted"),
    [
        ("1 day before", MEETING, CAMBODIA, "Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock and the reader's"),
        (
            "1 day before",
            MEETING,
            JAPAN,
            "Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock; 09:00 is the reader's",
        ),
        ("1 day before at 08:00 venue time", MEETING, JAPAN, "Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock"),
        ("1 day before", LIVE, JAPAN, "Thu 2022-01-13 14:00 Asia/Tokyo, the reader's clock"),
        (
            "1 day before",
            LIVE,
            BANGLADESH,
            "Thu 2022-01-13 14:00 Asia/Tokyo, which is Thu 2022-01-13 11:00 on the reader's clock",
        ),
        ("1 hour before", LIVE, BANGLADESH, "Thu 2022-01-13 14:00 Asia/Tokyo"),
        ("1 day before", WINDOW, JAPAN, "Mon 2022-01-10 Asia/Phnom_Penh"),
        ("3 days before", about(deadline("2022-02-11")), JAPAN, "Fri 2022-02-11 on the reader's clock"),
        ("1 day before", about(day("2020-01-20")), JAPAN, "Mon 2020-01-20 Asia/Phnom_Penh"),
    ],
)
def test_whose_clock_a_rule_counts_on_is_said_where_clocks_are_printed(
    rule: str, subject: Subject, reader: Whereabouts, counted: str
) -> None:
    assert words(rule, subject, reader) == f"{parse_rule(rule).text}, counted from {counted}"


@pytest.mark.parametrize(("fold", "shown"), [(0, "07:30"), (1, "08:30")])
def test_of_an_hour_that_clocks_show_twice_the_one_that_was_chosen_is_told_on_the_readers_clock(
    fold: int, shown: str
) -> None:
    night = about(day("2027-10-31", "02:30", zone="Europe/Paris", mode=Mode.LIVE, fold=fold))

    assert words("1 day before", night).endswith(f"which is Sun 2027-10-31 {shown} on the reader's clock")


def test_a_follow_up_counts_from_the_end() -> None:
    assert words("thanks 1 day after", MEETING, CAMBODIA) == (
        "thanks 1 day after at 10:00, counted from the end, Mon 2020-01-20 11:30 Asia/Phnom_Penh, the venue's clock "
        "and the reader's"
    )


def test_a_rule_that_counts_from_the_other_end_of_what_it_speaks_of_says_so() -> None:
    subject, of_the_meeting = MEETING, "Asia/Phnom_Penh, the venue's clock and the reader's"
    before_end, after_start = parse_rule("1 day before end"), parse_rule("thanks 1 day after start")

    assert counted_from(before_end, occurrence(before_end, subject), subject.ending, CAMBODIA) == (
        f"1 day before end at 09:00, counted from the end, Mon 2020-01-20 11:30 {of_the_meeting}"
    )
    assert counted_from(after_start, occurrence(after_start, subject), subject.opening, CAMBODIA) == (
        f"thanks 1 day after start at 10:00, counted from the start, Mon 2020-01-20 09:00 {of_the_meeting}"
    )
    assert counted_from(before_end, occurrence(before_end, subject), None, CAMBODIA) == "1 day before end at 09:00"


def test_what_counts_from_no_start_says_what_it_counts_from() -> None:
    assert words("on Fri 2019-12-20 at 10:00", MEETING) == "on 2019-12-20 at 10:00, a written date"
    assert words("2 days after joining", MEETING) == (
        "2 days after joining at 09:00, counted from when they were invited"
    )
    assert words("1 day before closing", WINDOW) == (
        "1 day before closing at 09:00, counted from the end of the window, Wed 2022-01-12"
    )


def test_of_an_event_whose_day_is_gone_the_moment_that_was_stays() -> None:
    rule = parse_rule("1 day before")

    assert counted_from(rule, "2020-01-20T09:00 Asia/Phnom_Penh", None, CAMBODIA) == (
        "1 day before at 09:00, counted from Mon 2020-01-20 09:00 Asia/Phnom_Penh"
    )
