"""A move or a cancellation reaches exactly those who were told otherwise (design promise 5)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from tests.rules.planned_events import (
    PHNOM_PENH,
    day,
    deadline,
    facts,
    identities,
    invitee,
    kinds,
    online_days,
    only,
    planned,
    utc,
)

from convene.rules.fact_changes import fact_changes
from convene.rules.facts import DayFacts, EventFacts, Whereabouts
from convene.rules.planned_event import Invitees, Plan
from convene.rules.plans import BY_HAND
from convene.rules.quiet_hours import QuietHours
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind, Role
from convene.rules.wanted import wanted_notices

CHANGED = utc(2020, 1, 10, 3)
MEETING = facts(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
MOVED = facts(day("2020-01-22", "09:00-11:30", venue=PHNOM_PENH))
CANCELLED = facts(*MEETING.days, status=EventStatus.CANCELLED)
POSTPONED = facts(*MEETING.days, status=EventStatus.POSTPONED)


def after_change(new: EventFacts, *people: Invitees, revision: int = 2, hold: int = 10) -> Plan:
    event = planned(
        new,
        *people,
        invitations=BY_HAND,
        revision=revision,
        changed_at=CHANGED,
        hold=timedelta(minutes=hold),
    )
    return wanted_notices(event, CHANGED)


def test_who_was_told_otherwise_gets_one_change_and_who_was_told_nothing_gets_none() -> None:
    plan = after_change(MOVED, invitee(1, told=MEETING), invitee(2))

    assert [(notice.kind, notice.group) for notice in plan.wanted] == [(NoticeKind.CHANGE, 1)]


def test_every_role_is_corrected() -> None:
    plan = after_change(MOVED, *(invitee(number, role=role, told=MEETING) for number, role in enumerate(Role)))

    assert kinds(plan) == ["change"] * len(Role)


def test_who_knows_the_facts_is_left_alone() -> None:
    assert after_change(MOVED, invitee(told=MOVED)).wanted == []


def test_there_and_back_is_silent() -> None:
    assert kinds(after_change(MOVED, invitee(told=MEETING), revision=2)) == ["change"]
    assert after_change(MEETING, invitee(told=MEETING), revision=3).wanted == []


def test_each_revision_has_a_correction_of_its_own() -> None:
    second = after_change(MOVED, invitee(told=MEETING), revision=2)
    third = after_change(MOVED, invitee(told=MEETING), revision=3)

    assert not identities(second.wanted) & identities(third.wanted)


def test_a_cancelled_event_is_cancelled_once_and_only_for_those_who_were_told() -> None:
    plan = after_change(CANCELLED, invitee(1, told=MEETING), invitee(2), invitee(3, told=CANCELLED))

    assert [(notice.kind, notice.group) for notice in plan.wanted] == [(NoticeKind.CANCELLATION, 1)]


def test_who_was_taken_off_the_list_is_told_once_if_told_before_and_silently_otherwise() -> None:
    told_so = replace(MEETING, status=EventStatus.CANCELLED)
    plan = after_change(
        MEETING, invitee(1, left=True, told=MEETING), invitee(2, left=True), invitee(3, left=True, told=told_so)
    )

    assert [(notice.kind, notice.group) for notice in plan.wanted] == [(NoticeKind.CANCELLATION, 1)]


def test_a_postponed_event_is_a_change_to_those_who_were_told() -> None:
    assert kinds(after_change(POSTPONED, invitee(1, told=MEETING), invitee(2))) == ["change"]
    assert kinds(after_change(facts(status=EventStatus.POSTPONED), invitee(told=MEETING))) == ["change"]


def test_who_knows_that_an_event_is_put_off_hears_of_no_date_before_it_is_confirmed() -> None:
    provisional = replace(MOVED, status=EventStatus.POSTPONED)

    assert kinds(after_change(provisional, invitee(told=POSTPONED))) == []
    assert kinds(after_change(facts(status=EventStatus.POSTPONED), invitee(told=POSTPONED))) == []
    assert kinds(after_change(provisional, invitee(told=MEETING))) == ["change"]
    assert kinds(after_change(MOVED, invitee(told=POSTPONED))) == ["change"]


def test_an_event_confirmed_again_is_a_change_to_those_who_were_told_that_it_was_off() -> None:
    assert kinds(after_change(MEETING, invitee(told=CANCELLED))) == ["change"]
    assert kinds(after_change(MOVED, invitee(told=POSTPONED))) == ["change"]


def test_an_event_put_back_to_draft_mails_nobody() -> None:
    assert after_change(replace(MEETING, status=EventStatus.DRAFT), invitee(told=MEETING)).wanted == []


def test_who_comes_back_is_told_by_the_invitation_of_the_new_round() -> None:
    back = invitee(round_=2, told=replace(MEETING, status=EventStatus.CANCELLED), told_round=1)

    assert kinds(wanted_notices(planned(MEETING, back), CHANGED)) == ["invitation"]


def test_who_comes_back_to_an_event_that_is_off_is_corrected_unless_they_know_that_they_left() -> None:
    """Their cancellation of the first round never left, and no invitation will."""
    believing = invitee(round_=2, told=MEETING)

    assert kinds(after_change(POSTPONED, believing)) == ["change"]
    assert kinds(after_change(CANCELLED, believing)) == ["cancellation"]
    assert kinds(after_change(MEETING, replace(believing, left_at=CHANGED))) == ["cancellation"]
    assert kinds(after_change(POSTPONED, invitee(round_=2, told=CANCELLED))) == []


def test_who_unsubscribed_is_corrected_in_what_they_were_told_and_gets_nothing_else() -> None:
    unsubscribed = replace(invitee(told=MEETING), only_corrections=True)
    untold = replace(invitee(2), only_corrections=True)

    assert kinds(wanted_notices(planned(MEETING, unsubscribed, untold), CHANGED)) == []
    assert kinds(after_change(MOVED, unsubscribed, untold)) == ["change"]
    assert kinds(after_change(CANCELLED, unsubscribed, untold)) == ["cancellation"]


def test_who_unsubscribed_and_comes_back_to_a_list_waits_for_no_invitation() -> None:
    believing = replace(invitee(round_=2, told=MEETING), only_corrections=True)
    knowing = replace(invitee(round_=2, told=CANCELLED), only_corrections=True)

    assert kinds(after_change(MOVED, believing)) == ["change"]
    assert kinds(after_change(MOVED, knowing)) == []


def test_who_declined_gets_a_new_date_or_the_cancellation_and_nothing_else() -> None:
    declined = invitee(declined=True, told=MEETING)
    elsewhere = facts(replace(MEETING.days[0], link="https://meet.example/2"))

    assert kinds(after_change(MOVED, declined)) == ["change"]
    assert kinds(after_change(facts(replace(MEETING.days[0], start=time(8))), declined)) == ["change"]
    assert kinds(after_change(CANCELLED, declined)) == ["cancellation"]
    assert kinds(after_change(elsewhere, declined)) == []
    assert kinds(after_change(POSTPONED, declined)) == []


def test_a_correction_waits_for_the_hold_after_the_change() -> None:
    assert only(after_change(MOVED, invitee(told=MEETING)), NoticeKind.CHANGE).due.at == CHANGED + timedelta(minutes=10)


def test_no_hold_keeps_a_correction_longer_than_an_hour() -> None:
    plan = after_change(MOVED, invitee(told=MEETING), hold=600)

    assert only(plan, NoticeKind.CHANGE).due.at == CHANGED + timedelta(hours=1)


def test_a_correction_leaves_at_once_when_a_day_concerned_starts_within_two_hours() -> None:
    soon = facts(day("2020-01-10", "11:59", venue=PHNOM_PENH))  # 04:59 UTC, the change is made at 03:00

    assert only(after_change(soon, invitee(told=MEETING)), NoticeKind.CHANGE).due.at == CHANGED
    assert only(after_change(MOVED, invitee(told=soon)), NoticeKind.CHANGE).due.at == CHANGED


def test_day_3_may_be_corrected_while_day_2_runs_and_not_once_it_has_begun() -> None:
    told = facts(*online_days("2022-01-10", "Asia/Phnom_Penh"))
    days = list(told.days)
    days[2] = replace(days[2], link="https://meet.example/new")
    event = planned(facts(*days), invitee(told=told), invitations=BY_HAND, revision=2, changed_at=utc(2022, 1, 11, 3))

    assert kinds(wanted_notices(event, utc(2022, 1, 11, 3))) == ["change"]
    assert kinds(wanted_notices(event, utc(2022, 1, 12, 5))) == []


def test_a_window_is_corrected_until_it_closes() -> None:
    window = day("2020-01-06", until="2020-01-10", mode=Mode.ON_DEMAND)
    shorter = facts(replace(window, until=date(2020, 1, 9)))

    event = planned(shorter, invitee(told=facts(window)), invitations=BY_HAND, changed_at=utc(2020, 1, 7, 3))
    change = only(wanted_notices(event, utc(2020, 1, 7, 3)), NoticeKind.CHANGE)

    assert (change.due.at, change.useful_until) == (utc(2020, 1, 7, 3, 10), utc(2020, 1, 10, 17))
    assert wanted_notices(event, change.useful_until).wanted == []
    late = replace(event, facts_changed_at=utc(2020, 1, 10, 15, 30))
    assert only(wanted_notices(late, utc(2020, 1, 10, 15, 30)), NoticeKind.CHANGE).due.at == utc(2020, 1, 10, 15, 30)


def test_an_event_that_is_over_is_corrected_to_nobody() -> None:
    event = planned(CANCELLED, invitee(told=MEETING), revision=2, changed_at=utc(2020, 1, 21))

    assert wanted_notices(event, utc(2020, 1, 21)).wanted == []


def test_who_waits_for_a_new_date_is_told_that_none_comes_also_once_the_old_one_has_passed() -> None:
    undated = facts(status=EventStatus.POSTPONED)
    a_week_later = CHANGED + timedelta(days=7)
    passed = facts(day("2020-01-08", "09:00-11:30"), status=EventStatus.POSTPONED)
    for told in (passed, undated, facts()):
        event = planned(replace(told, status=EventStatus.CANCELLED), invitee(told=told), changed_at=CHANGED)

        cancellation = only(wanted_notices(event, CHANGED), NoticeKind.CANCELLATION)
        assert cancellation.due.at == CHANGED + timedelta(minutes=10)
        assert cancellation.useful_until == CHANGED + timedelta(days=30)
        assert kinds(wanted_notices(event, a_week_later)) == ["cancellation"]
        assert kinds(wanted_notices(event, cancellation.useful_until)) == []


def test_who_waits_for_a_new_date_is_told_of_leaving_the_list_and_of_a_postponement_without_one() -> None:
    undated = facts(status=EventStatus.POSTPONED)
    left = replace(invitee(left=True, told=undated), left_at=CHANGED)

    assert kinds(after_change(undated, left, revision=1)) == ["cancellation"]
    assert kinds(after_change(undated, invitee(told=facts()))) == ["change"]


def test_a_new_date_is_told_until_it_begins_and_no_longer() -> None:
    event = planned(MOVED, invitee(told=POSTPONED), changed_at=CHANGED)

    assert only(wanted_notices(event, CHANGED), NoticeKind.CHANGE).useful_until == utc(2020, 1, 22, 2)


def test_a_correction_of_a_deadline_does_not_wait_until_it_is_over() -> None:
    essays = facts(deadline("2020-01-10", "11:59"))  # 04:59 UTC, the change is made at 03:00
    today = facts(deadline("2020-01-10"))
    off, late = replace(today, status=EventStatus.CANCELLED), utc(2020, 1, 10, 16, 55)
    event = planned(off, invitee(told=today), changed_at=late)

    assert only(after_change(MOVED, invitee(told=essays)), NoticeKind.CHANGE).due.at == CHANGED
    assert only(wanted_notices(event, late), NoticeKind.CANCELLATION).due.at == late


def test_a_further_translation_of_the_venue_is_no_news() -> None:
    translated = replace(PHNOM_PENH, title={"en": "Phnom Penh", "km": "ភ្នំពេញ"})
    renamed = replace(PHNOM_PENH, title={"en": "Phnom Penh Hotel"})

    assert after_change(facts(replace(MEETING.days[0], venue=translated)), invitee(told=MEETING)).wanted == []
    assert kinds(after_change(facts(replace(MEETING.days[0], venue=renamed)), invitee(told=MEETING))) == ["change"]


TALK = day("2020-01-20", "13:00-14:30", zone="UTC", mode=Mode.LIVE)
WINDOW = day("2020-01-20", "09:00", mode=Mode.ON_DEMAND, until="2020-01-22")


@pytest.mark.parametrize(
    ("told", "now", "is_news"),
    [
        (MEETING.days[0], replace(MEETING.days[0], zone="Asia/Bangkok"), False),
        (MEETING.days[0], replace(MEETING.days[0], zone="Asia/Tokyo"), True),
        (MEETING.days[0], replace(MEETING.days[0], zone="Asia/Tokyo", start=time(11), end=time(13, 30)), True),
        (MEETING.days[0], replace(MEETING.days[0], venue=replace(PHNOM_PENH, country=None)), False),
        (MEETING.days[0], replace(MEETING.days[0], venue=replace(PHNOM_PENH, zone="Asia/Tokyo")), False),
        (MEETING.days[0], replace(MEETING.days[0], until=MEETING.days[0].on), False),
        (MEETING.days[0], replace(MEETING.days[0], end=None), True),
        (TALK, replace(TALK, zone="Europe/Brussels", start=time(14), end=time(15, 30)), False),
        (TALK, replace(TALK, zone="Europe/Brussels", start=time(14), end=None), True),
        (TALK, replace(TALK, zone="Europe/Brussels"), True),
        (TALK, replace(TALK, mode=Mode.HYBRID), True),
        (replace(TALK, start=None, end=None), replace(TALK, zone="Asia/Tokyo", start=None, end=None), False),
        (WINDOW, replace(WINDOW, start=time(10)), False),
        (WINDOW, replace(WINDOW, start=None, zone="Asia/Bangkok"), False),
        (WINDOW, replace(WINDOW, zone="Asia/Tokyo"), False),
        (WINDOW, replace(WINDOW, until=date(2020, 1, 23)), True),
        (deadline("2020-01-20"), deadline("2020-01-20", zone="UTC"), True),
        (deadline("2020-01-20", zone="Asia/Tokyo"), deadline("2020-01-20", zone="Asia/Seoul"), True),
    ],
)
def test_only_who_would_be_at_another_place_or_at_another_hour_is_corrected(
    told: DayFacts, now: DayFacts, is_news: bool
) -> None:
    assert kinds(after_change(facts(now), invitee(told=facts(told)))) == ["change"] * is_news


@pytest.mark.parametrize("zone", ["reader", "Asia/Bangkok"])
def test_the_clock_of_a_deadline_is_news_only_to_whom_it_shows_something_else(zone: str) -> None:
    told = facts(deadline("2020-01-20", zone=zone))
    abroad = replace(invitee(2, told=told), whereabouts=Whereabouts("Asia/Tokyo", "JP"))

    plan = after_change(facts(deadline("2020-01-20", zone="Asia/Phnom_Penh")), invitee(1, told=told), abroad)

    assert [notice.group for notice in plan.wanted] == [2]


def test_which_of_two_hours_was_meant_is_news_only_where_clocks_show_two() -> None:
    once = day("2027-11-08", "01:30-02:30", zone="America/New_York", fold=1)
    twice = replace(once, on=date(2027, 11, 7))

    assert after_change(facts(replace(once, fold=0)), invitee(told=facts(once))).wanted == []
    assert kinds(after_change(facts(replace(twice, fold=0)), invitee(told=facts(twice)))) == ["change"]
    assert [change.what for change in fact_changes(facts(twice), facts(once))] == ["date", "hours"]
    assert fact_changes(facts(once), facts(replace(once, fold=0))) == []


def test_quiet_hours_do_not_hold_the_news_of_a_morning_that_people_were_told_of() -> None:
    late = utc(2020, 1, 10, 15)  # 22:00 in Phnom Penh
    quiet = QuietHours(time(21), time(7))
    for hour in ("06:30", "08:45"):
        told = facts(day("2020-01-11", hour))
        event = replace(planned(MOVED, invitee(told=told), changed_at=late), quiet_hours=quiet)

        assert only(wanted_notices(event, late), NoticeKind.CHANGE).due.local == datetime(2020, 1, 10, 22, 10)

    told = facts(day("2020-01-11", "09:30"))
    event = replace(planned(MOVED, invitee(told=told), changed_at=late), quiet_hours=quiet)
    assert only(wanted_notices(event, late), NoticeKind.CHANGE).due.local == datetime(2020, 1, 11, 7)
