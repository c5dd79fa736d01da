"""What is said before mail is caused: what moves to a working day, and what is called off and why."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import HEAD, MEETING, NOW, PEOPLE, TRAINING, Planner

from convene.rules.vocabulary import NoticeKind
from convene.usecases.planning.mails_ahead import MovedAhead

LATER = NOW + timedelta(hours=1)
ONE_DAY = "1 day before at 17:00"
SUNDAY, FRIDAY = datetime(2020, 1, 19, 17), datetime(2020, 1, 17, 17)


def moved(planner: Planner, events: str, people: str = PEOPLE, general: str = "") -> list[MovedAhead]:
    return planner.apply(events, people=people, general=general).planned.mails.moved


def test_what_moves_to_a_working_day_is_told_by_rule_and_country(planner: Planner) -> None:
    people = PEOPLE + "p4@team.example,Participant 4,BD,bn,,team\n"

    assert moved(planner, MEETING, people) == [
        MovedAhead(NoticeKind.REMINDER, ONE_DAY, "KH", SUNDAY, "weekend", FRIDAY, 2)
    ]


def test_the_country_may_be_that_of_the_organisation(planner: Planner) -> None:
    people = "email,country,organisation,groups\np1@team.example,,Union,team\n"

    shifts = moved(planner, MEETING, people, "organisations:\n  Union: {country: KH}\n")

    assert [(move.country, move.people) for move in shifts] == [("KH", 1)]


def test_what_moves_within_a_digest_is_told_too_and_counts_each_reader_once(planner: Planner) -> None:
    assert [(move.rule, move.people) for move in moved(planner, MEETING + TRAINING)] == [(ONE_DAY, 2)]


def test_what_leaves_in_a_digest_is_said_to_leave_with_it(planner: Planner) -> None:
    """The other reminder is not moved: its event begins soon after the quiet hours."""
    early = MEETING.replace("09:00", "08:00") + "    reminders: [on 2020-01-20 at 06:30]\n"
    late = TRAINING.replace("2020-01-20}", "2020-01-20, from: 14:00}") + "    reminders: [on 2020-01-20 at 06:00]\n"
    quiet = HEAD.replace("  language: en\n", "  language: en\n  quiet_hours: 21:00-07:00\n")
    file = planner.folder / "programme.yaml"
    (planner.folder / "people.csv").write_text(PEOPLE, "utf-8")
    file.write_text(f"{quiet}events:\n{early}{late}", "utf-8")

    shifts = planner.apply_file(file, NOW).planned.mails.moved

    assert [(move.before, move.after) for move in shifts if move.kind is NoticeKind.REMINDER] == [
        (datetime(2020, 1, 20, 6), datetime(2020, 1, 20, 6, 30))
    ]


def test_what_did_not_change_is_not_told_again(planner: Planner) -> None:
    moved(planner, MEETING + TRAINING)

    again = planner.apply(MEETING + TRAINING, NOW + timedelta(hours=1)).planned.mails

    assert (again.moved, again.called_off) == ([], {})


def test_what_is_called_off_is_counted_by_why(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)

    fewer = PEOPLE.replace("km,observer,team", "km,observer,")
    gone = planner.apply(MEETING, utc(2020, 1, 6), fewer).planned.mails
    planner.send_due(utc(2020, 1, 6, 1))
    cancelled = planner.apply(MEETING + "    status: cancelled\n", utc(2020, 1, 7), fewer).planned.mails

    assert gone.called_off == {"the person was taken off the list": 3}
    assert cancelled.called_off == {"the event was cancelled": 3}


def called_off(planner: Planner, events: str, now: datetime = LATER, people: str = PEOPLE) -> dict[str, int]:
    return dict(planner.apply(events, now, people).planned.mails.called_off)


def reasons(planner: Planner) -> Counter[str | None]:
    return Counter(notice.reason for notice in planner.notices(state="cancelled"))


def test_what_is_planned_anew_for_another_date_is_not_called_off(planner: Planner) -> None:
    planner.apply()

    assert called_off(planner, MEETING.replace("2020-01-20", "2020-01-22")) == {}
    assert reasons(planner) == {"planned anew for the new date or hour": 6}


def test_what_joins_a_digest_or_leaves_it_again_is_not_called_off(planner: Planner) -> None:
    planner.apply()

    assert called_off(planner, MEETING + TRAINING) == {}
    assert reasons(planner) == {"it joined a digest": 4}
    assert called_off(planner, MEETING + TRAINING.replace("01-20", "01-23"), LATER + timedelta(hours=1)) == {}
    assert reasons(planner)["its reminders changed"] == 4


def test_what_has_no_moment_ahead_at_the_new_date_is_called_off(planner: Planner) -> None:
    """The reminders of 7 days before lie behind them; those of the eve and the thanks are planned anew."""
    planner.apply()

    gone = called_off(planner, MEETING.replace("2020-01-20", "2020-01-14"), utc(2020, 1, 8, 3))

    assert gone == {"as the event stands now, its rule brings no mail": 2}


def test_what_left_before_takes_no_place_of_what_is_called_off(planner: Planner) -> None:
    """The reminder of the date to which the event returns has left long ago: that of the other date has no heir."""
    only = "    reminders: [7 days before]\n    follow_ups: []\n"
    planner.apply(MEETING + only)
    planner.send_due(NOW)
    planner.send_due(utc(2020, 1, 13, 3))
    planner.apply(MEETING.replace("2020-01-20", "2020-02-20") + only, utc(2020, 1, 14))
    planner.send_due(utc(2020, 1, 14, 1))

    assert called_off(planner, MEETING + only, utc(2020, 1, 15)) == {
        "as the event stands now, its rule brings no mail": 2
    }


def test_each_mail_that_is_called_off_has_its_own_reason(planner: Planner) -> None:
    days = MEETING.replace("11:30}]", "11:30}, {on: 2020-01-22}]") + "    reminders: [1 day before each day]\n"
    planner.apply(days)
    planner.send_due(NOW)
    without_day, without_rule = days.replace(", {on: 2020-01-22}", ""), days.replace("1 day before each day", "")
    undated = days.replace("{on: 2020-01-22}", "{id: d2, on: to be decided}")

    def tried(events: str, people: str = PEOPLE) -> dict[str, int]:
        with planner.database.trying() as session:
            return dict(planner.apply_in(session, events, LATER, people).planned.mails.called_off)

    assert tried(days + "    status: postponed\n") == {"the event was postponed": 6}
    assert tried(without_day) == {"its day was removed": 2}
    assert tried(undated) == {"its day has no date now": 2}
    assert tried(without_rule) == {"its rule was removed": 4}
    assert tried(days, PEOPLE.replace("km,observer,team", "km,observer,")) == {"the person was taken off the list": 3}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "UPDATE person SET refused_at = created_at WHERE address = 'p1@team.example'",
            "no server knows their address",
        ),
        (
            "INSERT INTO optout (person_id, programme_id, all_mail, at) "
            "SELECT id, 1, false, created_at FROM person WHERE address = 'p1@team.example'",
            "the person unsubscribed",
        ),
    ],
)
def test_who_gets_no_mail_is_why_theirs_are_called_off(planner: Planner, statement: str, why: str) -> None:
    planner.apply()
    with planner.database.writing() as session:
        session.execute(text(statement))

    assert set(called_off(planner, MEETING)) == {why}


def test_a_digest_is_called_off_as_one_mail_where_none_of_its_reminders_leaves(planner: Planner) -> None:
    events = MEETING + TRAINING
    both = events.replace("    invite", "    status: cancelled\n    invite")
    one = MEETING + TRAINING.replace("    invite", "    status: cancelled\n    invite")
    mixed = one.replace("committee-meeting\n", "committee-meeting\n    reminders: []\n")
    planner.apply(events, general="follow_ups: []\n")
    planner.send_due(NOW)

    def tried(events: str) -> dict[str, int]:
        with planner.database.trying() as session:
            return dict(planner.apply_in(session, events, LATER, PEOPLE, "follow_ups: []\n").planned.mails.called_off)

    assert tried(both) == {"the event was cancelled": 4}
    assert tried(one) == {}
    assert tried(mixed) == {"its reminders are called off, each for a reason of its own": 4}


def test_a_correction_that_another_overtakes_is_not_called_off_and_one_without_cause_is(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    moved_once, moved_twice = (MEETING.replace("2020-01-20", date) for date in ("2020-01-22", "2020-01-23"))
    planner.apply(moved_once, LATER)

    assert called_off(planner, moved_twice, LATER + timedelta(minutes=1)) == {}
    assert reasons(planner)["the facts changed again"] == 2
    assert called_off(planner, MEETING, LATER + timedelta(minutes=2)) == {"the facts are again as they were told": 2}


def test_who_is_no_participant_any_more_reports_on_no_progress(planner: Planner) -> None:
    training = MEETING.replace("committee-meeting", "training") + "    reminders: []\n"
    planner.apply(training, general="follow_ups: [progress 1 month after]\n")

    with planner.database.trying() as session:
        people = PEOPLE.replace("KH,km,,team", "KH,km,speaker,team")
        rules = "follow_ups: [progress 1 month after]\n"
        gone = planner.apply_in(session, training, LATER, people, rules).planned.mails.called_off

    assert gone == {"it goes to participants only": 1}


def test_invitations_by_hand_call_off_those_that_wait(planner: Planner) -> None:
    planner.apply(MEETING)

    assert called_off(planner, MEETING + "    invitations: by hand\n") == {"people are invited by hand": 2}


def test_a_deadline_wherever_the_reader_is_has_a_date_all_the_same(planner: Planner) -> None:
    essays = """\
  essays: {kind: deadline, title: {en: Essays}, due: {on: 2020-02-14}, invite: [team], reminders: [14 days before]}
"""
    planner.apply(essays)
    planner.send_due(NOW)

    gone = called_off(planner, essays.replace("2020-02-14", "2020-01-20"), utc(2020, 1, 13, 3))

    assert gone == {"as the event stands now, its rule brings no mail": 2}
