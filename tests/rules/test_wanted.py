"""Which notices there should be: invitations, reminders and follow-ups (design promise 4, and section 5)."""

from datetime import date, timedelta

import pytest
from tests.rules.planned_events import (
    BANGLADESH,
    CAMBODIA,
    JAPAN,
    PHNOM_PENH,
    day,
    deadline,
    facts,
    identities,
    in_force,
    invitee,
    kinds,
    moments,
    online_days,
    only,
    planned,
    utc,
)

from convene.rules.facts import Whereabouts
from convene.rules.planned_event import NotWritten, RuleInForce
from convene.rules.plans import BY_HAND
from convene.rules.rule import parse_rule
from convene.rules.vocabulary import EventStatus, Mode, NoticeKind, Role
from convene.rules.wanted import wanted_notices

NOW = utc(2020, 1, 1)
MEETING = facts(day("2020-01-20", "09:00-11:30", venue=PHNOM_PENH))
PLAN = in_force(["7 days before at 09:00", "1 day before at 17:00"])
FOLLOW_UPS = in_force(["thanks 1 day after", "action plan 3 days after", "progress 1 month after"])


def friday_saturday(on: date) -> str | None:
    return "weekend" if on.weekday() in (4, 5) else None


def test_an_event_with_its_people_and_rules_brings_their_notices() -> None:
    plan = wanted_notices(planned(MEETING, invitee(1), invitee(2, JAPAN), rules=PLAN), NOW)

    assert kinds(plan) == ["invitation"] * 2 + ["reminder"] * 4
    assert moments([notice for notice in plan.wanted if notice.group == 2]) == [
        "2020-01-13 09:00",
        "2020-01-19 17:00",
    ]


def test_every_notice_has_an_identity_of_its_own() -> None:
    event = planned(MEETING, invitee(1), invitee(2), rules=[*PLAN, *FOLLOW_UPS, *in_force(["1 hour before each day"])])
    plan = wanted_notices(event, NOW)

    assert len(identities(plan.wanted)) == len(plan.wanted)
    assert wanted_notices(event, NOW) == plan


@pytest.mark.parametrize("role", Role)
def test_every_role_gets_thanks_and_only_participants_report_progress(role: Role) -> None:
    plan = wanted_notices(planned(MEETING, invitee(role=role), rules=[*PLAN, *FOLLOW_UPS]), NOW)

    reports = ["action-plan", "progress"] if role is Role.PARTICIPANT else []
    assert kinds(plan) == sorted(["invitation", "reminder", "reminder", "thanks", *reports])


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.POSTPONED, EventStatus.CANCELLED])
def test_only_a_confirmed_event_has_invitations_reminders_and_follow_ups(status: EventStatus) -> None:
    event = facts(*MEETING.days, status=status)

    assert wanted_notices(planned(event, invitee(), rules=[*PLAN, *FOLLOW_UPS]), NOW).wanted == []


def test_who_declined_or_left_gets_nothing_more() -> None:
    people = (invitee(1, declined=True), invitee(2, left=True))

    assert wanted_notices(planned(MEETING, *people, rules=[*PLAN, *FOLLOW_UPS]), NOW).wanted == []


def test_an_event_without_a_date_brings_nothing_until_it_has_one() -> None:
    assert wanted_notices(planned(facts(), invitee(), rules=PLAN), NOW).wanted == []


def test_an_invitation_is_due_at_once_and_keeps_the_moment_it_was_given() -> None:
    invitation = only(wanted_notices(planned(MEETING, invitee()), NOW), NoticeKind.INVITATION)

    assert (invitation.due.at, invitation.keeps_due) == (NOW, True)


def test_nobody_is_invited_once_the_last_day_has_begun() -> None:
    online = facts(*online_days("2022-01-10", "Asia/Phnom_Penh"))

    assert kinds(wanted_notices(planned(online, invitee()), utc(2022, 1, 14, 4, 59))) == ["invitation"]
    assert kinds(wanted_notices(planned(online, invitee()), utc(2022, 1, 14, 5, 0))) == []


def test_by_hand_means_no_invitation_and_still_reminders() -> None:
    plan = wanted_notices(planned(MEETING, invitee(), rules=PLAN, invitations=BY_HAND), NOW)

    assert kinds(plan) == ["reminder", "reminder"]


def test_an_invitation_by_rules_leaves_at_the_earliest_of_them_and_is_one() -> None:
    rules = tuple(in_force(["14 days before at 08:00", "on Thu 2020-01-02 at 10:00"], kind=NoticeKind.INVITATION))
    plan = wanted_notices(planned(MEETING, invitee(), invitations=rules), NOW)

    assert moments(plan.wanted, NoticeKind.INVITATION) == ["2020-01-02 10:00"]


def test_an_invitation_is_not_moved_by_working_days() -> None:
    rules = tuple(in_force(["3 days before at 08:00"], kind=NoticeKind.INVITATION))  # Friday 17 January
    plan = wanted_notices(planned(MEETING, invitee(is_free=friday_saturday), invitations=rules), NOW)

    assert moments(plan.wanted, NoticeKind.INVITATION) == ["2020-01-17 08:00"]


def test_who_is_added_after_the_moment_of_the_rules_is_invited_at_once_and_planning_again_moves_nothing() -> None:
    rules = tuple(in_force(["14 days before at 08:00"], kind=NoticeKind.INVITATION))
    event = planned(MEETING, invitee(invited_at=utc(2020, 1, 10, 5)), invitations=rules)

    for now in (utc(2020, 1, 10, 5), utc(2020, 1, 11)):
        assert only(wanted_notices(event, now), NoticeKind.INVITATION).due.at == utc(2020, 1, 10, 5)


def test_an_invitation_rule_that_finds_no_hour_invites_at_once_and_planning_again_moves_nothing() -> None:
    rules = tuple(in_force(["2 hours before"], since=NOW, kind=NoticeKind.INVITATION))
    event = planned(facts(day("2020-01-21")), invitee(), invitations=rules)

    for now in (NOW, NOW + timedelta(days=3)):
        assert only(wanted_notices(event, now), NoticeKind.INVITATION).due.at == NOW


def test_who_comes_back_gets_the_invitation_of_a_new_round() -> None:
    first = wanted_notices(planned(MEETING, invitee(), rules=PLAN), NOW)
    again = wanted_notices(planned(MEETING, invitee(round_=2), rules=PLAN), NOW)

    assert not identities(first.wanted) & identities(again.wanted)
    assert {notice.round for notice in again.wanted} == {2}


def test_what_was_due_before_the_person_was_invited_is_not_written_and_counted() -> None:
    plan = wanted_notices(planned(MEETING, invitee(invited_at=utc(2020, 1, 15)), rules=PLAN), utc(2020, 1, 15))

    assert moments(plan.wanted) == ["2020-01-19 17:00"]
    assert plan.never_due == {("7 days before at 09:00", NotWritten.BEFORE_INVITATION): 1}


def test_what_was_due_before_its_rule_was_first_applied_is_not_written_and_counted() -> None:
    new_rule = in_force(["7 days before at 09:00"], since=utc(2020, 1, 15))
    plan = wanted_notices(planned(MEETING, invitee(1), invitee(2), rules=new_rule), utc(2020, 1, 15))

    assert moments(plan.wanted) == []
    assert plan.never_due == {("7 days before at 09:00", NotWritten.BEFORE_RULE): 2}


def test_what_was_due_before_the_date_was_known_is_not_written_and_counted() -> None:
    plan = wanted_notices(planned(MEETING, invitee(), rules=PLAN, dates_since=utc(2020, 1, 15)), utc(2020, 1, 15))

    assert moments(plan.wanted) == ["2020-01-19 17:00"]
    assert plan.never_due == {("7 days before at 09:00", NotWritten.BEFORE_DATE): 1}


def test_what_is_overdue_but_was_due_after_the_invitation_stays_wanted() -> None:
    plan = wanted_notices(planned(MEETING, invitee(invited_at=NOW), rules=PLAN), utc(2020, 1, 18))

    assert moments(plan.wanted) == ["2020-01-13 09:00", "2020-01-19 17:00"]


def test_where_only_the_shift_puts_a_notice_too_early_its_own_moment_is_used() -> None:
    """3 days before Monday 20 is Friday 17, a weekend in Bangladesh: Thursday 16 is over when they are invited."""
    invited = invitee(whereabouts=BANGLADESH, is_free=friday_saturday, invited_at=utc(2020, 1, 16, 12))
    plan = wanted_notices(planned(MEETING, invited, rules=in_force(["3 days before"])), utc(2020, 1, 16, 12))

    assert moments(plan.wanted) == ["2020-01-17 09:00"]
    assert only(plan).due.shifted_from is None
    assert plan.never_due == {}


def test_two_reminders_of_one_event_that_a_shift_brings_onto_one_date_are_the_nearest_one() -> None:
    rules = in_force(["4 days before at 16:00", "3 days before at 08:00", "2 days before at 12:00"])
    plan = wanted_notices(planned(MEETING, invitee(whereabouts=BANGLADESH, is_free=friday_saturday), rules=rules), NOW)

    assert [notice.cause.rule for notice in plan.wanted if notice.kind is NoticeKind.REMINDER] == [
        "2 days before at 12:00"
    ]
    assert moments(plan.wanted) == ["2020-01-16 12:00"]


def test_the_reminder_nearest_to_a_deadline_is_the_one_nearest_to_its_end() -> None:
    """Friday 24 January is the weekend in Bangladesh: the last of the three leaves on Thursday as well."""
    rules = in_force(["1 day before", "0 days before at 20:00", "2 days before"])
    reader = invitee(whereabouts=BANGLADESH, is_free=friday_saturday)

    for due in (deadline("2020-01-24"), deadline("2020-01-24", "22:00")):
        plan = wanted_notices(planned(facts(due), reader, rules=rules), NOW)

        assert moments(plan.wanted) == ["2020-01-22 09:00", "2020-01-23 20:00"]


def test_the_reminder_nearest_to_the_end_of_a_window_is_the_one_nearest_to_its_last_date() -> None:
    window = day("2020-01-12", mode=Mode.ON_DEMAND, until="2020-01-26")
    rules = in_force(["3 days before closing at 09:00", "1 day before closing at 08:00", "2 days before closing"])
    reader = invitee(whereabouts=BANGLADESH, is_free=friday_saturday)

    plan = wanted_notices(planned(facts(window), reader, rules=rules), NOW)

    assert moments(plan.wanted) == ["2020-01-23 08:00"]


def test_a_reminder_of_the_first_day_and_one_of_the_event_on_one_date_are_one() -> None:
    days = facts(day("2020-01-20", "09:00-11:30"), day("2020-01-21", "09:00-11:30", slug="d2"))
    rules = in_force(["1 day before at 09:00", "1 day before each day at 17:00"])

    plan = wanted_notices(planned(days, invitee(), rules=rules), NOW)

    assert moments(plan.wanted) == ["2020-01-19 17:00", "2020-01-20 17:00"]


def test_a_reminder_in_hours_stays_beside_one_in_days_of_the_same_date() -> None:
    rules = in_force(["0 days before at 07:00", "1 hour before"])
    plan = wanted_notices(planned(MEETING, invitee(), rules=rules), NOW)

    assert moments(plan.wanted) == ["2020-01-20 07:00", "2020-01-20 08:00"]


def test_each_live_day_has_a_reminder_of_its_own() -> None:
    online = facts(*online_days("2022-01-10", "Asia/Phnom_Penh"))
    plan = wanted_notices(planned(online, invitee(), rules=in_force(["1 hour before each live day"])), utc(2022, 1, 1))

    assert moments(plan.wanted) == ["2022-01-12 11:00", "2022-01-13 11:00", "2022-01-14 11:00"]
    assert len({notice.cause.day_id for notice in plan.wanted if notice.kind is NoticeKind.REMINDER}) == 3


def test_an_event_that_moves_is_reminded_anew() -> None:
    moved = facts(day("2020-01-21", "09:00-11:30", venue=PHNOM_PENH))
    before = wanted_notices(planned(MEETING, invitee(), rules=PLAN, invitations=BY_HAND), NOW)
    after = wanted_notices(planned(moved, invitee(), rules=PLAN, invitations=BY_HAND), NOW)

    assert not identities(before.wanted) & identities(after.wanted)


@pytest.mark.parametrize("useless", ["2 days after", "1 hour after start", "on Wed 2020-01-22"])
def test_a_reminder_that_could_only_come_too_late_is_not_written_and_counted(useless: str) -> None:
    plan = wanted_notices(planned(MEETING, invitee(), rules=[RuleInForce(parse_rule(useless), NOW)]), NOW)

    assert kinds(plan) == ["invitation"]
    assert plan.never_due == {(parse_rule(useless).text, NotWritten.TOO_LATE): 1}


def test_a_reader_whose_evening_before_comes_after_the_start_gets_no_useless_reminder() -> None:
    """17:00 on the eve in Honolulu is noon of the day itself in Tokyo."""
    early = facts(day("2020-01-20", "09:00", zone="Asia/Tokyo"))
    honolulu = invitee(whereabouts=Whereabouts("Pacific/Honolulu", "US"))

    assert moments(wanted_notices(planned(early, honolulu, rules=PLAN), NOW).wanted) == ["2020-01-13 09:00"]


@pytest.mark.parametrize("early", ["thanks on 2020-01-10", "action plan 0 days after at 08:00"])
def test_a_follow_up_due_before_the_event_is_not_written_and_counted(early: str) -> None:
    plan = wanted_notices(planned(MEETING, invitee(), rules=in_force([early, "progress on 2020-03-01"])), NOW)

    assert kinds(plan) == ["invitation", "progress"]
    assert plan.never_due == {(parse_rule(early).text, NotWritten.TOO_EARLY): 1}


def test_progress_is_useful_until_the_next_one() -> None:
    rules = in_force(["progress 1 week after", "progress 2 weeks after"])
    plan = wanted_notices(planned(MEETING, invitee(whereabouts=CAMBODIA), rules=rules), NOW)
    first, second = (notice for notice in plan.wanted if notice.kind is NoticeKind.PROGRESS)

    assert first.useful_until == second.due.at
    assert second.useful_until == second.due.at + timedelta(days=30)


def test_a_window_that_closes_is_reminded_of_while_it_is_open() -> None:
    window = facts(day("2022-01-10", until="2022-01-12", mode=Mode.ON_DEMAND))
    plan = wanted_notices(planned(window, invitee(), rules=in_force(["1 day before closing"])), utc(2022, 1, 1))

    assert only(plan).due.at < only(plan).useful_until == utc(2022, 1, 12, 17)
