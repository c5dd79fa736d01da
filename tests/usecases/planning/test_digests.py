"""Reminders of one person on one date are one mail (design section 5, "Digest")."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import NOW, PEOPLE, Planner

from convene.model.notice import Cause, Notice, NoticePart
from convene.store.notice_keys import key_of
from convene.store.programme_rows import row_id
from convene.usecases.delivery.retry_notice import retry_notice
from convene.usecases.events.edit_event import Edit, edit_event
from convene.usecases.events.set_event_aside import cancel_event

MEETING = """\
  meeting:
    kind: meeting
    title: {en: Meeting}
    days: [{on: 2020-01-22, from: 09:00, to: 11:30}]
    invite: [team]
    follow_ups: []
"""
TRAINING = MEETING.replace("meeting:", "training:", 1).replace(", from: 09:00, to: 11:30", "")
SEMINAR = MEETING.replace("meeting:", "seminar:", 1).replace("2020-01-22", "2020-01-23")


def with_reminders(event: str, *rules: str) -> str:
    return f"{event}    reminders: [{', '.join(rules)}]\n"


def waiting(planner: Planner, address: str = "p1@team.example") -> list[tuple[str, str]]:
    """The waiting reminders and digests of one person: kind and due moment on their clock."""
    notices = planner.notices(address=address, state="planned")
    return [(notice.kind, notice.due_local[:16]) for notice in notices if notice.kind in ("reminder", "digest")]


def parts(planner: Planner) -> set[str]:
    """The rules of the reminders that the digests stand for."""
    with planner.database.reading() as session:
        return set(session.exec(select(Cause.rule).join(NoticePart, col(NoticePart.cause_id) == Cause.id)))


def leave(planner: Planner, state: str) -> None:
    """What is due before noon UTC on Tue 21 January leaves, and comes to `state`."""
    with planner.database.writing() as session:
        due = col(Notice.due_at) < utc(2020, 1, 21, 12)
        session.execute(update(Notice).where(due, col(Notice.state) == "planned").values(state=state))


def test_a_digest_is_due_at_the_earliest_of_its_parts_and_useful_as_long_as_one_of_them(planner: Planner) -> None:
    planner.apply(with_reminders(MEETING, "1 day before at 17:00") + with_reminders(TRAINING, "1 day before at 08:00"))

    assert waiting(planner) == [("digest", "2020-01-21T08:00")]
    assert {notice.row.useful_until for notice in planner.notices("digest")} == {utc(2020, 1, 22, 2)}
    assert {notice.cause.occurrence for notice in planner.notices("digest")} == {"2020-01-21"}
    assert parts(planner) == {"1 day before at 17:00", "1 day before at 08:00"}


def test_different_rules_join_where_their_dates_meet_and_only_there(planner: Planner) -> None:
    planner.apply(with_reminders(MEETING, "1 day before", "7 days before") + with_reminders(SEMINAR, "2 days before"))

    assert waiting(planner) == [("reminder", "2020-01-15T09:00"), ("digest", "2020-01-21T09:00")]


def test_the_reminder_of_one_person_never_joins_that_of_another(planner: Planner) -> None:
    guests = with_reminders(TRAINING, "1 day before").replace("[team]", "[guests]")
    planner.apply(with_reminders(MEETING, "1 day before") + guests)

    assert planner.notices("digest") == []
    assert len(planner.notices("reminder")) == 3


def test_hours_invitations_and_follow_ups_are_never_joined(planner: Planner) -> None:
    rules = ("0 days before at 06:00", "1 hour before")
    both = with_reminders(MEETING, *rules) + with_reminders(
        SEMINAR.replace("2020-01-23", "2020-01-22"), "2 hours before"
    )
    planner.apply(both.replace("follow_ups: []", "follow_ups: [thanks 0 days after]"))

    assert planner.notices("digest") == []
    assert len(planner.notices(address="p1@team.example")) == 2 + 3 + 2


def test_a_written_date_joins(planner: Planner) -> None:
    written = with_reminders(SEMINAR, "on Tue 2020-01-21 at 08:00")
    planner.apply(with_reminders(MEETING, "1 day before") + written)

    assert waiting(planner) == [("digest", "2020-01-21T08:00")]


def test_the_date_that_joins_is_the_readers_even_for_a_rule_in_venue_time(planner: Planner) -> None:
    """23:00 of 20 January in Phnom Penh is 01:00 of the 21st in Tokyo."""
    both = with_reminders(MEETING, "2 days before at 23:00 venue time") + with_reminders(TRAINING, "1 day before")
    planner.apply(both.replace("[team]", "[guests]"))

    assert waiting(planner, "p3@team.example") == [("digest", "2020-01-21T01:00")]


def test_what_comes_up_after_the_digest_of_its_date_has_left_makes_another(planner: Planner) -> None:
    first = with_reminders(MEETING, "1 day before at 08:00") + with_reminders(TRAINING, "1 day before at 08:00")
    planner.apply(first)
    planner.send_due(NOW)
    assert planner.send_due(utc(2020, 1, 21, 2)) == {"digest": 2}

    more = "".join(
        with_reminders(MEETING.replace("meeting:", f"{name}:", 1), "1 day before at 15:00")
        for name in ("late", "later")
    )
    planner.apply(first + more, utc(2020, 1, 21, 3))

    assert waiting(planner) == [("digest", "2020-01-21T15:00")]
    assert [notice.row.round for notice in planner.notices("digest", "p1@team.example")] == [1, 2]


@pytest.mark.parametrize("second", ["sent", "failed"])
def test_a_digest_that_failed_can_be_retried_after_another_one_of_its_date(planner: Planner, second: str) -> None:
    first = with_reminders(MEETING, "1 day before at 08:00") + with_reminders(TRAINING, "1 day before at 08:00")
    more = first.replace("meeting:", "late:").replace("training:", "later:").replace("at 08:00", "at 15:00")
    planner.apply(first)
    planner.send_due(NOW)
    leave(planner, "failed")
    planner.apply(first + more, utc(2020, 1, 21, 3))
    planner.send_due(utc(2020, 1, 21, 3))
    leave(planner, second)
    [morning, afternoon] = planner.notices("digest", "p1@team.example")

    with planner.database.writing() as session:
        key = key_of(session, row_id(morning.row))
        assert retry_notice(session, key, utc(2020, 1, 21, 9)).planned

    states = {notice.row.id: notice.state for notice in planner.notices("digest", "p1@team.example")}
    assert states == {morning.row.id: "planned", afternoon.row.id: second}


def test_what_has_left_alone_does_not_join_what_comes_later(planner: Planner) -> None:
    planner.apply(with_reminders(MEETING, "1 day before at 08:00"))
    planner.send_due(NOW)
    assert planner.send_due(utc(2020, 1, 21, 2)) == {"reminder": 2}

    more = with_reminders(TRAINING, "1 day before at 15:00")
    planner.apply(with_reminders(MEETING, "1 day before at 08:00") + more, utc(2020, 1, 21, 3))

    assert waiting(planner) == [("reminder", "2020-01-21T15:00")]


def test_a_part_that_moves_to_another_hour_moves_the_digest(planner: Planner) -> None:
    training = with_reminders(TRAINING, "1 day before at 10:00")
    planner.apply(with_reminders(MEETING, "1 day before at 17:00") + training)
    planner.apply(with_reminders(MEETING, "1 day before at 08:00") + training, NOW + timedelta(hours=1))

    assert waiting(planner) == [("digest", "2020-01-21T08:00")]
    assert parts(planner) == {"1 day before at 08:00", "1 day before at 10:00"}


def test_who_leaves_one_of_two_events_is_reminded_of_the_other_alone(planner: Planner) -> None:
    both = with_reminders(MEETING, "1 day before") + with_reminders(TRAINING, "1 day before").replace("team", "guests")
    everybody = PEOPLE.replace(",team\n", ",team;guests\n")
    planner.apply(both, people=everybody)
    assert waiting(planner) == [("digest", "2020-01-21T09:00")]

    planner.apply(both, NOW + timedelta(hours=1), people=everybody.replace("KH,km,,team;guests", "KH,km,,guests"))

    assert waiting(planner) == [("reminder", "2020-01-21T09:00")]
    assert waiting(planner, "p2@team.example") == [("digest", "2020-01-21T09:00")]


def test_a_digest_that_nobody_sent_in_time_stays_as_it_is_and_in_no_later_change_s_way(planner: Planner) -> None:
    planner.apply(with_reminders(MEETING, "1 day before") + with_reminders(TRAINING, "1 day before"))
    begun = utc(2020, 1, 22, 4)

    with planner.database.writing() as session:
        cancel_event(session, "meeting", (), begun)
    with planner.database.writing() as session:
        edit_event(session, "meeting", Edit({"description": ["It does not take place"]}), begun)

    assert waiting(planner) == [("digest", "2020-01-21T09:00")]
    planner.plan_again(begun)
    assert waiting(planner) == [("digest", "2020-01-21T09:00")]
