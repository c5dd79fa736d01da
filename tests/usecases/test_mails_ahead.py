"""What is said before mail is caused: what moves to a working day, and what is called off and why."""

from datetime import datetime, timedelta

from tests.rules.planned_events import utc
from tests.usecases.sample_planner import MEETING, NOW, PEOPLE, TRAINING, Planner

from convene.rules.vocabulary import NoticeKind
from convene.usecases.mails_ahead import MovedAhead

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
