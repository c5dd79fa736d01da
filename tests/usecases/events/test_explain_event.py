"""One event explained: who is invited, what they know, and what each rule comes to."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select
from tests.rules.planned_events import utc
from tests.usecases.sample_planner import MEETING, NOW, PEOPLE, TRAINING, Planner

from convene.model.person import Invitation
from convene.rules.planned_event import NotWritten
from convene.usecases.events.show_event import EventShown, show_event


def shown(planner: Planner, now: datetime = NOW) -> EventShown:
    with planner.database.reading() as session:
        return show_event(session, "dac-3", now)


def rules(planner: Planner, now: datetime = NOW) -> dict[str, list[tuple[str, str, int, dict[str, int], str]]]:
    """By rule: when, where, for how many, in which languages, moved from where."""
    return {
        rule.words: [
            (
                f"{moment.due_local:%Y-%m-%d %H:%M}",
                moment.zone,
                moment.people,
                dict(moment.languages),
                f"{moment.shifted_from:%Y-%m-%d %H:%M} {moment.shifted_why}" if moment.shifted_from else "",
            )
            for moment in rule.moments
        ]
        for rule in shown(planner, now).explained.rules
    }


def test_a_rule_says_when_for_how_many_where_in_which_languages_and_for_whom_it_moved(planner: Planner) -> None:
    planner.apply(MEETING.replace("[team]", "[team, guests]"))

    eve = "2020-01-17 17:00"
    assert rules(planner)["1 day before at 17:00"] == [
        (eve, "Asia/Tokyo", 1, {"ja": 1}, "2020-01-19 17:00 weekend"),
        (eve, "Asia/Phnom_Penh", 2, {"km": 2}, "2020-01-19 17:00 weekend"),
    ]


def test_what_is_explained_is_what_is_planned(planner: Planner) -> None:
    planner.apply(MEETING.replace("[team]", "[team, guests]").replace("committee-meeting", "training"))
    by_rules = {(notice.cause.rule, notice.due_local[:16].replace("T", " ")) for notice in planner.notices()}

    explained = {(rule, moment[0]) for rule, moments in rules(planner).items() for moment in moments}

    assert explained == {(rule, due) for rule, due in by_rules if rule != "at once"}


def test_what_is_not_written_is_counted_by_why(planner: Planner) -> None:
    late = utc(2020, 1, 14)
    planner.apply(now=late)

    [seven_days] = [rule for rule in shown(planner, late).explained.rules if rule.words.startswith("7 days")]

    assert (seven_days.moments, seven_days.not_written) == ((), {NotWritten.BEFORE_RULE: 2})


def test_who_was_told_what_is_counted(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    assert shown(planner).explained.told == {"now": 2}

    newcomer = PEOPLE + "p4@team.example,Participant 4,KH,km,,team\n"
    planner.apply(MEETING.replace("2020-01-20", "2020-01-22"), NOW + timedelta(hours=1), newcomer)

    assert shown(planner).explained.told == {"otherwise": 2, "nothing": 1}


def test_who_was_told_that_an_event_is_off_was_not_told_nothing(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    planner.apply(f"{MEETING}    status: cancelled\n", NOW + timedelta(hours=1))
    planner.send_due(NOW + timedelta(hours=2))

    assert shown(planner).explained.told == {"now": 2}
    planner.apply(MEETING, NOW + timedelta(hours=5))
    assert shown(planner).explained.told == {"otherwise": 2}


def test_who_declined_and_who_left_get_nothing_and_are_counted(planner: Planner) -> None:
    planner.apply()
    planner.send_due(NOW)
    with planner.database.writing() as session:
        session.exec(select(Invitation)).first().answer = "declined"  # type: ignore[union-attr]
    planner.apply(MEETING, NOW + timedelta(hours=1), PEOPLE.replace("km,observer,team", "km,observer,"))

    event = shown(planner)

    assert (event.explained.declined, event.explained.left, event.explained.told) == (1, 1, {"now": 1})
    assert (event.roles, event.zones) == ({"participant": 1}, {"Asia/Phnom_Penh": 1})
    assert [rule.moments for rule in event.explained.rules] == [(), (), ()]


def test_a_day_is_shown_on_the_clocks_that_differ_from_its_own(planner: Planner) -> None:
    planner.apply(MEETING.replace("[team]", "[team, guests]"))

    [clock] = shown(planner).clocks["d1"]

    assert (clock.zone, f"{clock.start:%H:%M}", f"{clock.end:%H:%M}", clock.people) == (
        "Asia/Tokyo",
        "11:00",
        "13:30",
        1,
    )


def test_an_hour_that_is_not_known_is_on_nobodys_clock(planner: Planner) -> None:
    planner.apply(MEETING.replace("[team]", "[team, guests]").replace(", from: 09:00, to: 11:30", ""))

    assert shown(planner).clocks == {"d1": ()}


@pytest.mark.parametrize(
    ("written", "silent"),
    [
        ("    status: draft\n", "it is a draft"),
        ("    status: postponed\n", "it is postponed"),
        ("    invitations: by hand\n", ""),
    ],
)
def test_an_event_that_writes_nothing_says_why(planner: Planner, written: str, silent: str) -> None:
    planner.apply(MEETING + written)

    assert shown(planner).explained.silent == silent


def test_a_day_without_a_date_is_named_and_counts_unknown_stay_unknown(planner: Planner) -> None:
    planner.apply(MEETING.replace("2020-01-20, from: 09:00, to: 11:30", "October 2027"))

    event = shown(planner)

    assert (event.undated, event.capacity, event.target) == ({"d1": "October 2027"}, None, None)
    assert event.explained.silent == "no day has a date"


def test_counts_that_are_known_are_shown_as_written(planner: Planner) -> None:
    planner.apply(MEETING + "    capacity: 40\n    target: over 15\n")

    assert (shown(planner).capacity, shown(planner).target) == (40, "over 15")


def test_mails_that_speak_of_other_events_as_well_are_counted_apart(planner: Planner) -> None:
    planner.apply(MEETING + TRAINING)

    assert (shown(planner).digests, shown(planner).view.notices) == (4, {"planned": 4})
