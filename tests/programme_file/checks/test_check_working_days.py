"""What working days do to a programme, as `check` tells it: what moves, and what stays all the same."""

from datetime import date, timedelta

import pytest
from tests.programme_file.checks.sample_foreseen import foreseen, lines, team

from convene.errors import Problem
from convene.programme_file.checks.check_working_days import free_days_of_events, free_written_dates, moved_notices
from convene.programme_file.document import PersonEntry
from convene.rules.vocabulary import Role

CAMBODIA, BANGLADESH, JAPAN = team("KH", 7), team("BD", 8), team("JP", 2)
BOTH_TEAMS = """\
  online-kh:
    kind: online-programme
    cohort: Cambodia
    days: [{on: Mon 2022-01-10, from: 12:00, to: 14:30}, {on: Fri 2022-01-14, from: 12:00, to: 14:30}]
    timezone: Asia/Phnom_Penh
    invite: [KH]
  online-bd: {same_as: online-kh, cohort: Bangladesh, starts: Mon 2022-01-17, timezone: Asia/Dhaka, invite: [BD]}
reminders: [3 days before]
follow_ups: [progress 1 month after, progress 3 months after, progress 6 months after]
"""


def meeting(on: str, invite: str, more: str = "") -> str:
    return f"  meeting: {{kind: meeting, days: [{{on: {on}}}], invite: [{invite}]{more}}}\n"


def moved(events: str, people: list[PersonEntry], settings: str = "") -> list[tuple[str, ...]]:
    return lines(list(moved_notices(foreseen(events, people, settings))))


def stays(events: str, people: list[PersonEntry], settings: str = "") -> list[tuple[str, ...]]:
    view = foreseen(events, people, settings)
    found: list[Problem] = [*free_days_of_events(view), *free_written_dates(view)]
    assert {problem.level for problem in found} <= {"holiday"}
    return lines(found)


def test_the_two_teams_of_case_1_move_as_published_and_no_further() -> None:
    assert moved(BOTH_TEAMS, CAMBODIA + BANGLADESH) == [
        (
            "3 days before, Cambodia",
            "Fri 7 Jan is a holiday (Day of Victory over the Genocidal Regime)",
            "-> Thu 6 Jan 09:00, 7 people",
        ),
        (
            "progress 3 months, Cambodia",
            "Thu 14 Apr is a holiday (Khmer New Year's Day)",
            "-> Mon 18 Apr 10:00, 7 people",
        ),
        ("3 days before, Bangladesh", "Fri 14 Jan is the weekend", "-> Thu 13 Jan 09:00, 8 people"),
        (
            "progress 1 month, Bangladesh",
            "Mon 21 Feb is a holiday (Martyrs' Day and International Mother Language Day)",
            "-> Tue 22 Feb 10:00, 8 people",
        ),
    ]


def test_an_event_day_on_a_weekend_stays_and_is_told() -> None:
    assert stays(BOTH_TEAMS, CAMBODIA + BANGLADESH) == [
        ("online-bd day 2, Bangladesh", "Fri 21 Jan is the weekend; the day stays")
    ]


def test_a_programme_that_ignores_working_days_is_told_nothing() -> None:
    events = BOTH_TEAMS.replace("[3 days before]", "[3 days before, on Fri 2022-01-07 at 10:00]")

    assert moved(events, CAMBODIA + BANGLADESH, ", working_days: ignore") == []
    assert stays(events, CAMBODIA + BANGLADESH, ", working_days: ignore") == []


def test_a_programme_may_have_weekends_of_its_own() -> None:
    sunday = meeting("Mon 2026-06-15", "NP", ", reminders: [1 day before], follow_ups: []")

    assert moved(sunday, team("NP")) == []
    assert moved(sunday, team("NP"), ", weekends: {NP: [Sat, Sun]}") == [
        ("1 day before, Nepal", "Sun 14 Jun is the weekend", "-> Fri 12 Jun 09:00, 1 person")
    ]


def test_the_country_of_the_organisation_serves_where_a_persons_is_not_known() -> None:
    events = meeting("Mon 2022-01-17", "all", ", reminders: [3 days before], follow_ups: []")
    events += "organisations: {Union: {country: BD}}\n"
    people = [
        PersonEntry("a@x.example", organisation="Union", groups=("all",)),
        PersonEntry("b@x.example", organisation="Union", country="KH", groups=("all",)),
        PersonEntry("c@x.example", groups=("all",)),
    ]

    assert moved(events, people) == [
        ("3 days before, Bangladesh", "Fri 14 Jan is the weekend", "-> Thu 13 Jan 09:00, 1 person")
    ]


def test_an_event_is_named_where_several_have_the_same_to_tell() -> None:
    events = "".join(
        f"  m{n}: {{kind: meeting, days: [{{on: {on}}}], invite: [KH], follow_ups: [], reminders: [1 day before]}}\n"
        for n, on in ((1, "2022-02-14"), (2, "2022-02-21"))
    )

    assert [about for about, *_ in moved(events, CAMBODIA)] == [
        "1 day before m1, Cambodia",
        "1 day before m2, Cambodia",
    ]


def weekly(first: date, count: int) -> str:
    """Meetings on `count` weeks in a row, each reminded of the day before."""
    dates = [first + timedelta(weeks=n) for n in range(count)]
    return "".join(
        f"  m{n}: {{kind: meeting, days: [{{on: {on}}}], invite: [BD], follow_ups: [], reminders: [1 day before]}}\n"
        for n, on in enumerate(dates, 1)
    )


def test_of_many_events_with_the_same_to_tell_the_first_stands_for_all() -> None:
    saturdays = weekly(date(2022, 6, 4), 20)

    assert moved(saturdays, BANGLADESH) == [
        ("1 day before, Bangladesh", "Fri 3 Jun is the weekend", "-> Thu 2 Jun 09:00, 8 people, and 19 more events")
    ]
    assert stays(saturdays, BANGLADESH) == [
        ("m1, Bangladesh", "Sat 4 Jun is the weekend; the day stays, and so do 19 more")
    ]


def test_a_rule_for_each_day_is_told_once() -> None:
    events = (
        "  m: {kind: meeting, days: [{on: Sat 2022-06-04}, {on: Sun 2022-06-05}, {on: Sat 2022-06-11}],\n"
        "    invite: [BD], follow_ups: [], reminders: [1 day before each day]}\n"
    )

    assert moved(events, BANGLADESH) == [
        (
            "1 day before each day, Bangladesh",
            "Fri 3 Jun is the weekend",
            "-> Thu 2 Jun 09:00, 8 people, and 2 more like it",
        )
    ]


def test_only_those_count_who_get_the_notice() -> None:
    speakers = [PersonEntry("s@kh.example", country="KH", role=Role.SPEAKER, groups=("KH",))]
    events = meeting(
        "Fri 2022-01-14", "KH", ", reminders: [], follow_ups: [thanks 3 months after, progress 3 months after]"
    )

    assert [remedy for *_, remedy in moved(events, CAMBODIA + speakers)] == [
        "-> Mon 18 Apr 10:00, 8 people",
        "-> Mon 18 Apr 10:00, 7 people",
    ]
    assert len(moved(events, speakers)) == 1


def test_a_reminder_that_another_one_of_its_event_replaces_on_its_date_is_not_told_as_moved() -> None:
    events = meeting("Mon 2020-01-20", "KH", ", follow_ups: [], reminders: [2 days before, 1 day before at 17:00]")

    assert moved(events, CAMBODIA) == [
        ("1 day before, Cambodia", "Sun 19 Jan is the weekend", "-> Fri 17 Jan 17:00, 7 people")
    ]


def test_what_falls_into_quiet_hours_is_told_with_both_hours_also_of_people_without_a_country() -> None:
    events = meeting("Mon 2020-01-20", "KH", ", follow_ups: [], reminders: [2 days before at 22:30]")
    nowhere = [PersonEntry("a@x.example", timezone="Asia/Phnom_Penh", groups=("KH",))]

    assert moved(events, CAMBODIA + nowhere, ", quiet_hours: 21:00-07:00") == [
        (
            "2 days before, Cambodia",
            "Sat 18 Jan is the weekend, and then come quiet hours",
            "-> Sat 18 Jan 07:00, 7 people",
        ),
        ("2 days before", "Sat 18 Jan 22:30 falls into quiet hours", "-> Sun 19 Jan 07:00, 1 person"),
    ]


def test_hours_and_written_dates_never_move_and_a_written_date_on_a_free_day_is_told() -> None:
    events = (
        "  meeting: {kind: meeting, days: [{on: 2022-01-15, from: 09:00}], invite: [BD, KH], follow_ups: [],\n"
        "    reminders: [24 hours before, on Fri 2022-01-14 at 10:00]}\n"
    )

    assert moved(events, BANGLADESH + CAMBODIA) == []
    assert ("reminder of meeting, Bangladesh", "Fri 14 Jan is the weekend; a written date stays") in stays(
        events, BANGLADESH + CAMBODIA
    )


def test_a_day_that_is_free_where_it_is_held_is_told_though_nobody_from_there_is_invited() -> None:
    events = meeting("Thu 2022-04-14", "JP", ", venue: hall")

    assert stays(events, JAPAN) == [
        ("meeting, Cambodia", "Thu 14 Apr is a holiday (Khmer New Year's Day); the day stays")
    ]


def test_countries_that_are_free_for_one_reason_are_told_together() -> None:
    events = meeting("Sat 2022-06-11", "JP, KH, BD, LA")

    assert stays(events, [*JAPAN, *CAMBODIA, *BANGLADESH]) == [
        ("meeting, Bangladesh, Cambodia and Japan", "Sat 11 Jun is the weekend; the day stays")
    ]
    assert stays(events, [*JAPAN, *CAMBODIA, *BANGLADESH, *team("LA")])[0][0] == "meeting, 4 countries"


def test_a_live_day_is_free_by_the_date_that_its_readers_have() -> None:
    events = (
        "  webinar: {kind: webinar, days: [{on: Fri 2022-06-10, from: 22:00, mode: live, timezone: UTC,\n"
        '    link: "https://x.example"}], invite: [JP]}\n'
    )

    assert stays(events, JAPAN) == [("webinar, Japan", "Sat 11 Jun is the weekend; the day stays")]


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("on: Fri 2022-06-10, until: Mon 2022-06-13", 0),
        ("on: Sat 2022-06-11, until: Sun 2022-06-12", 1),
        ("on: Sat 2022-06-11, until: Sun 2022-06-12, mode: on-demand", 1),
        ("on: to be decided", 0),
    ],
)
def test_a_window_or_a_visit_is_told_only_where_no_day_of_it_is_a_working_day(day: str, count: int) -> None:
    events = f"  visit: {{kind: exchange-visit, days: [{{{day}}}], invite: [JP]}}\n"

    assert len(stays(events, JAPAN)) == count


@pytest.mark.parametrize("status", ["draft", "postponed", "cancelled"])
def test_nothing_is_foreseen_of_an_event_that_does_not_take_place(status: str) -> None:
    events = meeting("Sat 2022-06-11", "JP", f", status: {status}")

    assert (moved(events, JAPAN), stays(events, JAPAN)) == ([], [])


def test_an_estimated_holiday_is_called_so() -> None:
    events = meeting("Tue 2018-06-12", "BD")

    assert stays(events, BANGLADESH) == [
        ("meeting, Bangladesh", "Tue 12 Jun is a holiday (Laylat al-Qadr, estimated); the day stays")
    ]
