"""Checks of the whole file: names that lead nowhere, hours that do not exist, groups that nobody is in."""

import pytest

from convene.errors import Problem
from convene.programme_file.checks.check_document import check_read
from convene.programme_file.checks.no_effect_yet import NO_EFFECT_YET
from convene.programme_file.document import PersonEntry
from convene.programme_file.reading.read_programme import read_programme

HEAD = """\
convene: 1
programme: {id: x, title: x, timezone: Asia/Phnom_Penh, language: en, organiser: {name: x, email: x@y.example}}
series: {dac: {kind: committee-meeting, title: {en: DAC, km: DAC}}}
venues: {phnom-penh: {title: {en: Phnom Penh, km: ភ្នំពេញ}, timezone: Asia/Phnom_Penh, country: KH}}
events:
"""
PEOPLE = (
    PersonEntry("a@kh.example", country="KH", groups=("team-kh",)),
    PersonEntry("b@kh.example", language="km", groups=("team-kh",)),
    PersonEntry("c@bd.example", country="BD", groups=("team-bd",)),
    PersonEntry("d@cm.example", country="CM", groups=("others",)),
)


def check(events: str, people: tuple[PersonEntry, ...] | None = PEOPLE) -> list[Problem]:
    return check_read(read_programme(HEAD + events, "x.yaml"), people, "x.yaml")


def errors(events: str) -> list[tuple[str, str]]:
    return [(problem.where.removeprefix("events."), problem.remedy) for problem in check(events) if problem.is_error]


def said(events: str, level: str) -> list[tuple[str, str]]:
    return [(problem.what, problem.remedy) for problem in check(events) if problem.level == level]


DAY = "kind: seminar, days: [{on: 2020-01-20}]"


@pytest.mark.parametrize(
    ("events", "where", "remedy"),
    [
        ("  a: {series: dca, days: [{on: 2020-01-20}]}", "a.series", "did you mean dac?"),
        (f"  a: {{{DAY}, venue: pnom-penh}}", "a.venue", "did you mean phnom-penh?"),
        (
            "  a: {kind: seminar, days: [{on: 2020-01-20, venue: pnom-penh}]}",
            "a.days[1].venue",
            "did you mean phnom-penh?",
        ),
        (f"  a: {{{DAY}, part_of: x9}}", "a.part_of", "add it under events, or leave the key out"),
        (f"  a: {{{DAY}, part_of: a}}", "a.part_of", "leave part_of out in the one that wraps the other"),
        (
            f"  online-kh: {{{DAY}}}\n  b: {{same_as: online-k, starts: 2020-02-01}}",
            "b.same_as",
            "did you mean online-kh?",
        ),
        (f"  a: {{{DAY}}}\n  b: {{same_as: a}}", "b.starts", "add starts: Mon 2022-01-17"),
        (f"  a: {{{DAY}, starts: 2020-02-01}}", "a.starts", "write the date in days: on"),
        (
            "  a: {same_as: b, starts: 2020-02-01}\n  b: {same_as: a, starts: 2020-02-01}",
            "a.same_as",
            "write days: in one of them",
        ),
        (
            f"  a: {{{DAY}}}\n  b: {{same_as: a, starts: 2020-02-01, days: [{{on: 2020-01-20}}]}}",
            "b.same_as",
            "keep days",
        ),
        ("  a: {kind: seminar}", "a.days", "add days: [{on: Mon 2020-01-20}] (or on: to be decided)"),
        ("  a: {kind: deadline}", "a.due", "add due: {on: Fri 2022-02-11}"),
        ("  a: {kind: deadline, days: [{on: 2020-01-20}]}", "a.days", "write: due: {on: Fri 2022-02-11}"),
        ("  a: {kind: seminar, due: {on: 2020-01-20}}", "a.due", "write: kind: deadline, or days instead of due"),
        (
            "  a: {days: [{on: 2020-01-20}]}",
            "a.kind",
            "add kind: meeting, seminar, workshop ... or a series that has one",
        ),
        (f"  a: {{{DAY}, was: b}}\n  b: {{{DAY}}}", "a.was", "leave was out, or give the other one a new id"),
        (f"  a: {{{DAY}, was: c}}\n  b: {{{DAY}, was: c}}", "b.was", "keep was in one of them"),
        (f"  a: {{{DAY}, invite: [team-khm]}}", "a.invite", "did you mean team-kh?"),
        (
            "  a: {kind: seminar, days: [{on: to be decided}]}\n  b: {same_as: a, starts: 2020-02-01}",
            "b.same_as",
            "decide a date of a, or write days here",
        ),
    ],
)
def test_what_leads_nowhere_is_refused_with_a_remedy(events: str, where: str, remedy: str) -> None:
    assert errors(events) == [(where, remedy)]


def test_a_number_that_is_taken_names_both_events() -> None:
    day = "series: dac, number: 3, days: [{on: 2020-01-20}]"
    (problem,) = check(f"  dac-3: {{{day}}}\n  dac-4: {{{day}}}\n")
    assert problem.where == "events.dac-4.number"
    assert "dac-3 and dac-4" in problem.what


def test_cohorts_of_one_event_share_its_number() -> None:
    day = "series: dac, number: 3, days: [{on: 2020-01-20}]"
    assert errors(f"  dac-3: {{{day}}}\n  dac-3-bd: {{same_as: dac-3, starts: 2020-01-27}}\n") == []


def test_an_hour_that_clocks_skip_is_refused() -> None:
    assert errors("  a: {kind: seminar, days: [{on: 2027-03-28, from: 02:30, timezone: Europe/Paris}]}") == [
        ("a.days[1].from", "write an hour before or after the change")
    ]


def test_an_hour_that_clocks_repeat_must_be_chosen() -> None:
    day = "on: 2027-10-31, from: 02:30, timezone: Europe/Paris"
    assert errors(f"  a: {{kind: seminar, days: [{{{day}}}]}}") == [
        ("a.days[1].from", "add fold: earlier, or fold: later")
    ]
    assert errors(f"  a: {{kind: seminar, days: [{{{day}, fold: later}}]}}") == []


def test_an_hour_skipped_for_a_cohort_points_at_its_start() -> None:
    events = (
        "  a: {kind: seminar, days: [{on: 2027-03-21, from: 02:30, timezone: Europe/Paris}]}\n"
        "  b: {same_as: a, starts: 2027-03-28}\n"
    )
    assert [where for where, _ in errors(events)] == ["b.starts"]


def test_a_live_day_lasts_a_day_and_a_visit_may_last_longer() -> None:
    live = 'on: 2020-01-20, until: 2020-01-22, mode: live, link: "https://x.example"'
    assert errors(f"  a: {{kind: seminar, days: [{{{live}}}]}}")[0][0] == "a.days[1].until"
    assert errors("  a: {kind: exchange-visit, days: [{on: 2020-01-20, until: 2020-01-22}]}") == []


def test_more_than_twenty_rules_are_too_many() -> None:
    rules = ", ".join(f"{n} days before" for n in range(1, 22))
    assert errors(f"  a: {{{DAY}, reminders: [{rules}]}}") == [("a.reminders", "at most 20")]


def test_the_programme_and_the_event_count_together() -> None:
    rules = ", ".join(f"{n} days before" for n in range(1, 20))
    follow_ups = "follow_ups: [thanks 1 day after, progress 1 month after]"
    assert errors(f"  a: {{{DAY}, reminders: [{rules}]}}\n{follow_ups}") == [("a.reminders", "at most 20")]


def test_read_faults_and_cross_faults_are_told_together_and_once() -> None:
    found = check("  a: {kind: seminar, days: [{on: Wed 2022-01-13}], invite: [team-khm]}\n")
    assert [(problem.line, problem.where) for problem in found] == [
        (6, "events.a.days[1].on"), (6, "events.a.invite")
    ]  # fmt: skip


def test_an_event_with_a_misspelt_key_for_its_days_is_one_fault() -> None:
    assert [where for where, _ in errors("  a: {kind: seminar, dais: [{on: 2020-01-20}]}")] == ["a.dais"]


def test_an_address_in_no_people_file_is_a_warning() -> None:
    assert said(f"  a: {{{DAY}, invite: [z@zenrosai.example]}}\npeople: [people.csv]\n", "warning") == [
        ('"z@zenrosai.example" is in no people file.', "only the address is known: name and language are not")
    ]


def test_addresses_of_a_programme_that_has_no_people_file_are_one_note() -> None:
    both = "invite: [y@zenrosai.example, z@zenrosai.example]"
    events = f"  a: {{{DAY}, {both}}}\n  b: {{{DAY}, {both}}}"

    assert said(events, "warning") == []
    assert said(events, "note") == [
        (
            "There is no people file: of 2 addresses nothing else is known.",
            "add people: [people.csv] with names, languages, countries",
        )
    ]


def test_without_people_files_groups_are_not_judged() -> None:
    assert check(f"  a: {{{DAY}, invite: [anybody]}}", people=None) == []


def test_undated_days_are_listed() -> None:
    events = "  a: {kind: seminar, days: [{on: October 2027}]}"
    (problem,) = [problem for problem in check(events) if problem.level == "undated"]
    assert (problem.about, problem.what) == ("a", 'the date is "October 2027"')
    assert problem.remedy == "people are told when it is fixed"


def test_a_text_that_some_readers_get_in_another_language_is_noted() -> None:
    events = f"  mutual-aid: {{{DAY}, title: {{en: Mutual aid, bn: x}}, invite: [team-kh, team-bd, others]}}"
    (problem,) = [problem for problem in check(events) if problem.level == "missing"]
    assert (problem.about, problem.what) == ("title of mutual-aid has no km", "2 people will read it in English")


def test_of_many_texts_that_lack_the_same_the_first_stands_for_all() -> None:
    events = "".join(f"  e{n}: {{{DAY}, title: {{en: x}}, invite: [team-kh]}}\n" for n in range(4))
    (problem,) = [problem for problem in check(events) if problem.level == "missing"]
    assert problem.about == "title of e0 has no km"
    assert problem.what == "2 people will read it in English, and so with 3 more"


def test_an_assumed_clock_is_told_once_for_all() -> None:
    people = (*PEOPLE, PersonEntry("e@x.example", groups=("others",)), PersonEntry("f@x.example", country="ES"))
    events = f"  a: {{{DAY}, invite: [others, f@x.example, z@x.example]}}\n  b: {{{DAY}, invite: [others]}}\n"
    (problem,) = [problem for problem in check(events, people) if problem.level == "assumed"]
    assert (problem.about, problem.what) == ("the clock of 3 people", "nothing tells where they live: Asia/Phnom_Penh")


def test_keys_without_effect_are_noted_once_at_their_first_place() -> None:
    events = f"  a: {{{DAY}, capacity: 20}}\n  b: {{{DAY}, capacity: 30}}"
    assert said(events, "note") == [("places are not counted yet (2 times)", "kept as written")]


def test_every_key_without_effect_is_one_that_the_spec_knows() -> None:
    text = HEAD.replace(
        "language: en",
        "language: en, coordinators: [x@y.example], fiscal_year_starts: 04-01, description: x",
    ).replace("events:", "organisations: {ACME: {title: Acme, side: labour}}\nevents:")
    text += f"  a: {{{DAY}, capacity: 1, target: 1, spoken: [fr]}}\n"
    found = check_read(read_programme(text, "x.yaml"), None, "x.yaml")
    assert {problem.level for problem in found} == {"note"}
    assert {problem.where.rpartition(".")[2] for problem in found} == {
        pattern.rpartition(".")[2] for pattern in NO_EFFECT_YET
    }


def test_a_rule_that_finds_nothing_to_count_from_is_warned_of() -> None:
    events = f"  a: {{{DAY}, reminders: [1 hour before, 2 days before closing, 1 day before], invite: [team-bd]}}"
    assert said(events, "warning") == [
        ('"1 hour before" gives nothing: the first day has no hour.', ""),
        ('"2 days before closing at 09:00" gives nothing: no day is on-demand, so nothing closes.', ""),
    ]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (f"{DAY}, reminders: [1 hour before each day]", "no day has an hour"),
        (f"{DAY}, reminders: [1 hour before end each day]", "no day has an end"),
        (f"{DAY}, follow_ups: [thanks 2 hours after]", "the last day has no end"),
        (f"{DAY}, reminders: [2 days after start]", "a reminder after the start is of no use to anybody"),
        (f"{DAY}, reminders: [1 hour after]", "a reminder after the end is of no use to anybody"),
        (f"{DAY}, invitations: [1 day after]", "an invitation after the end is of no use to anybody"),
        (f"{DAY}, reminders: [on 2020-01-22]", "a reminder after the start is of no use to anybody"),
        (
            f"{DAY}, invitations: [on 2020-01-22]",
            "an invitation after the last day has begun is of no use to anybody",
        ),
        (f"{DAY}, follow_ups: [thanks on 2020-01-18]", "it comes before the event"),
        ("kind: deadline, due: {on: 2020-01-20}, reminders: [1 day before each live day]", "no day is live"),
        (
            "kind: deadline, due: {on: 2020-01-20}, reminders: [1 day before closing]",
            "no day is on-demand, so nothing closes",
        ),
        (
            "kind: online-programme, days: [{on: 2020-01-10, until: 2020-01-31, mode: on-demand}, "
            '{on: 2020-01-12, from: 09:00, link: "https://x.example"}], reminders: [1 hour before]',
            "the first day has no hour",
        ),
    ],
)
def test_a_rule_that_makes_nothing_says_why(event: str, why: str) -> None:
    ((what, _),) = said(f"  a: {{{event}}}", "warning")
    assert what.endswith(f" gives nothing: {why}.")


@pytest.mark.parametrize(
    "event",
    [
        f"{DAY}, reminders: [2 days after joining, 0 days before at 07:00, on 2020-01-19]",
        f"{DAY}, invitations: [1 day after start, on 2020-01-19], reminders: []",
        f"{DAY}, follow_ups: [thanks on 2020-01-21, action plan 0 days after start]",
        "kind: deadline, due: {on: 2020-01-20}, reminders: [1 hour before]",
        "kind: online-programme, days: [{on: 2020-01-10, mode: on-demand}], follow_ups: [thanks 2 hours after]",
    ],
)
def test_a_rule_that_makes_something_is_not_warned_of(event: str) -> None:
    assert said(f"  a: {{{event}}}", "warning") == []


@pytest.mark.parametrize(
    ("event", "warned"),
    [
        (f"{DAY}, invitations: [2 days before]", ["7 days before at 09:00"]),
        (f"{DAY}, invitations: [2 days before, 2 weeks before]", []),
        (f"{DAY}, invitations: [7 days before]", []),
        (f"{DAY}, invitations: [2 days before], reminders: [1 day before]", []),
        (f"{DAY}, invitations: [2 days before], reminders: [1 day before, on 2020-01-10]", ["on 2020-01-10 at 09:00"]),
        ("kind: deadline, due: {on: 2020-01-20}, invitations: [4 days before]", ["14 days before at 09:00"]),
        (f"{DAY}, invitations: by hand", []),
        ("kind: meeting, days: [{on: to be decided}], invitations: [2 days before]", []),
    ],
)
def test_a_reminder_that_would_come_before_the_invitation_is_warned_of(event: str, warned: list[str]) -> None:
    found = said(f"  a: {{{event}}}", "warning")

    assert [what.partition(" has left: ")[2].removesuffix(".") for what, _ in found] == warned


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (f"{DAY}, alarms: [1 hour before]", "no day has an hour"),
        ("kind: deadline, due: {on: 2020-01-20, at: 18:00}, alarms: [1 hour before]", "a deadline takes no time"),
        (
            "kind: meeting, days: [{on: 2020-01-20, from: 09:00}], alarms: [1 hour before each live day]",
            "no day with an hour is live",
        ),
        (
            "kind: meeting, days: [{on: 2020-01-20, from: 09:00, mode: on-demand}], alarms: [1 hour before]",
            "no day has an hour",
        ),
    ],
)
def test_an_alarm_that_no_entry_has_says_why(event: str, why: str) -> None:
    ((what, _),) = said(f"  a: {{{event}}}", "warning")
    assert what == f'"{event.partition("alarms: [")[2].removesuffix("]")}" rings on no day: {why}.'


@pytest.mark.parametrize(
    ("where", "instead"),
    [("mode: in-person", "leave from and to out for a visit"), ("mode: live", "mode: on-demand for a window")],
)
def test_hours_over_several_dates_are_refused_with_what_fits_the_mode(where: str, instead: str) -> None:
    days = f"days: [{{on: 2020-01-20, until: 2020-01-23, from: 09:00, to: 17:00, {where}}}]"
    assert said(f"  a: {{kind: meeting, {days}}}", "error") == [
        ("A day lasts at most 24 hours.", f"write one day for each date, or {instead}")
    ]


@pytest.mark.parametrize(
    "days", ["{on: 2020-01-20}, {on: 2020-01-21, from: 09:00}", "{on: to be decided}", "{on: 2020-01-20, from: 09:00}"]
)
def test_an_alarm_that_rings_some_day_is_not_warned_of(days: str) -> None:
    assert said(f"  a: {{kind: meeting, days: [{days}], alarms: [1 hour before]}}", "warning") == []


def test_a_rule_of_the_programme_warns_at_the_event_that_it_makes_nothing_of() -> None:
    text = f"{HEAD}  a: {{{DAY}}}\nreminders: [1 hour before each live day]\n"
    found = check_read(read_programme(text, "x.yaml"), PEOPLE, "x.yaml")
    assert [(problem.where, problem.what) for problem in found if problem.level == "warning"] == [
        ("events.a", 'a: "1 hour before each live day" gives nothing: no day is live.')
    ]


def test_too_many_rules_of_the_programme_hide_none_of_an_event() -> None:
    rules = ", ".join(f"{number} days before" for number in range(1, 22))
    text = f"{HEAD}  a: {{{DAY}, reminders: [{rules}]}}\n  b: {{{DAY}}}\nreminders: [{rules}]\n"
    found = check_read(read_programme(text, "x.yaml"), PEOPLE, "x.yaml")
    assert [(problem.where, problem.what) for problem in found if problem.is_error] == [
        ("events.a.reminders", "21 rules are too many for one event."),
        ("reminders", "21 rules are too many."),
    ]


def test_a_circle_of_events_that_wrap_one_another_is_one_problem() -> None:
    events = "\n".join(f"  {name}: {{{DAY}, part_of: {wraps}}}" for name, wraps in ("ab", "bc", "ca"))
    assert said(events, "error") == [
        ("part_of goes in a circle: a > b > c > a.", "leave part_of out in the one that wraps the other")
    ]
