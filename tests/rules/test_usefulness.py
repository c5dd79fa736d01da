"""A notice is sent only while it is useful (design promise 4)."""

from datetime import datetime

from tests.rules.planned_events import about, day, deadline, facts, online_days, utc

from convene.rules.due import Subject
from convene.rules.rule import parse_rule
from convene.rules.usefulness import (
    correction_useful_until,
    follow_up_useful_until,
    invitation_useful_until,
    reminder_useful_until,
)
from convene.rules.vocabulary import Mode, NoticeKind

ZONE = "Asia/Phnom_Penh"
ONLINE = facts(*online_days("2022-01-10", ZONE))
DUE_AT = utc(2022, 2, 14, 3)


def reminder(rule: str, subject: Subject) -> datetime:
    return reminder_useful_until(parse_rule(rule), subject, ZONE)


def test_a_reminder_is_useful_until_the_event_starts() -> None:
    assert reminder("1 day before", about(day("2020-01-20", "09:00-11:30"))) == utc(2020, 1, 20, 2)
    assert reminder("1 day before", about(day("2020-01-20"))) == utc(2020, 1, 19, 17)
    assert reminder("7 days before", Subject(ONLINE)) == utc(2022, 1, 9, 17)


def test_a_reminder_of_one_day_is_useful_until_that_day_starts() -> None:
    assert reminder("1 hour before each live day", Subject(ONLINE, ONLINE.days[3])) == utc(2022, 1, 13, 5)


def test_a_reminder_that_a_window_closes_is_useful_until_it_closes() -> None:
    assert reminder("1 day before closing", Subject(ONLINE)) == utc(2022, 1, 12, 17)


def test_a_reminder_that_counts_from_the_end_is_useful_until_the_end() -> None:
    assert reminder("1 day before end", Subject(ONLINE)) == utc(2022, 1, 14, 7, 30)


def test_a_reminder_of_a_deadline_is_useful_until_its_moment() -> None:
    assert reminder("1 day before", about(deadline("2022-02-11"))) == utc(2022, 2, 11, 17)
    assert reminder("1 day before", about(deadline("2022-02-11", zone="anywhere-on-earth"))) == utc(2022, 2, 12, 12)
    assert reminder("1 day before", about(deadline("2022-02-11", "20:00", "Asia/Tokyo"))) == utc(2022, 2, 11, 11)


def test_an_invitation_is_useful_until_the_last_day_begins() -> None:
    assert invitation_useful_until(ONLINE, ZONE) == utc(2022, 1, 14, 5)


def test_a_window_that_stays_open_longest_does_not_end_the_invitation_of_a_later_live_day() -> None:
    window = day("2022-01-10", until="2022-01-31", mode=Mode.ON_DEMAND)
    live = day("2022-01-13", "12:00-14:30", slug="d2", mode=Mode.LIVE)

    assert invitation_useful_until(facts(window, live), ZONE) == utc(2022, 1, 13, 5)


def test_day_3_may_be_corrected_while_day_2_runs() -> None:
    assert correction_useful_until(ONLINE.days[2:3], ZONE) == utc(2022, 1, 12, 5)


def test_a_window_may_be_corrected_until_it_closes() -> None:
    assert correction_useful_until(ONLINE.days[1:3], ZONE) == utc(2022, 1, 12, 17)


def test_thanks_are_useful_for_a_week_and_an_action_plan_for_thirty_days() -> None:
    assert follow_up_useful_until(NoticeKind.THANKS, DUE_AT, None) == utc(2022, 2, 21, 3)
    assert follow_up_useful_until(NoticeKind.ACTION_PLAN, DUE_AT, utc(2022, 2, 20)) == utc(2022, 3, 16, 3)


def test_progress_is_useful_until_the_next_one_but_thirty_days_at_most() -> None:
    assert follow_up_useful_until(NoticeKind.PROGRESS, DUE_AT, utc(2022, 2, 28, 3)) == utc(2022, 2, 28, 3)
    assert follow_up_useful_until(NoticeKind.PROGRESS, DUE_AT, utc(2022, 4, 18, 3)) == utc(2022, 3, 16, 3)
    assert follow_up_useful_until(NoticeKind.PROGRESS, DUE_AT, None) == utc(2022, 3, 16, 3)
