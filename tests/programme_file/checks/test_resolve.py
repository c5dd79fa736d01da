"""Cohorts, modes and zones: what a file leaves unsaid."""

from datetime import date, time

from convene.programme_file.checks.resolve import effective_event, expand_same_as, resolve_day
from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.reading.read_programme import read_programme
from convene.rules.vocabulary import EventKind, Mode

FILE = """\
convene: 1
programme: {id: x, title: x, timezone: UTC, language: en, organiser: {name: x, email: x@y.example}}
venues:
  vientiane: {title: Vientiane, timezone: Asia/Vientiane, country: LA}
  tokyo: {title: Tokyo, timezone: Asia/Tokyo, country: JP}
events:
  online-kh:
    kind: online-programme
    cohort: cambodia
    title: Online programme
    timezone: Asia/Phnom_Penh
    reminders: [1 day before]
    days:
      - {on: Mon 2022-01-10, mode: on-demand, link: "https://video.example/1", until: Wed 2022-01-12}
      - {on: Thu 2022-01-13, from: 14:00, to: 16:30, timezone: Asia/Tokyo, link: "https://meet.example/4"}
      - {on: to be decided}
  online-bd: {same_as: online-kh, cohort: bangladesh, starts: Mon 2022-01-17, timezone: Asia/Dhaka}
  online-np: {same_as: online-bd, starts: Mon 2022-01-24, reminders: []}
  essays: {kind: deadline, due: {on: Fri 2022-02-11}}
  essays-bd: {same_as: essays, starts: Fri 2022-02-18}
  seminar:
    kind: seminar
    venue: vientiane
    days:
      - {on: 2022-03-01}
      - {on: 2022-03-02, venue: tokyo}
      - {on: 2022-03-03, timezone: Asia/Dhaka, mode: hybrid, link: "https://meet.example/5"}
      - {on: 2022-03-04, mode: live, link: "https://meet.example/6"}
  talk: {kind: webinar, days: [{on: 2022-04-01, link: "https://meet.example/7"}, {on: 2022-04-02}]}
"""


def document() -> ProgrammeDocument:
    read = read_programme(FILE, "x").document
    assert read is not None
    return read


def test_a_cohort_goes_through_the_same_days_on_its_own_dates() -> None:
    first, second, third = expand_same_as(document(), document().events["online-bd"])
    assert (first.on, first.until, first.mode) == (date(2022, 1, 17), date(2022, 1, 19), Mode.ON_DEMAND)
    assert (second.on, second.start, second.timezone) == (date(2022, 1, 20), time(14), "Asia/Tokyo")
    assert third.undecided == "to be decided"


def test_a_cohort_has_its_own_zone_where_a_day_names_none() -> None:
    event = effective_event(document(), document().events["online-bd"])
    assert event.days is not None
    assert [resolve_day(document(), event, day).zone for day in event.days] == [
        "Asia/Dhaka",
        "Asia/Tokyo",
        "Asia/Dhaka",
    ]


def test_a_cohort_takes_over_what_it_does_not_say_itself() -> None:
    event = effective_event(document(), document().events["online-bd"])
    assert (event.kind, event.title, event.cohort) == (
        EventKind.ONLINE_PROGRAMME, {"en": "Online programme"}, "bangladesh"
    )  # fmt: skip
    assert event.rules == document().events["online-kh"].rules


def test_a_cohort_of_a_cohort_counts_from_the_first_day() -> None:
    event = effective_event(document(), document().events["online-np"])
    assert event.days is not None
    assert event.days[0].on == date(2022, 1, 24)
    assert event.rules.reminders == ()


def test_a_deadline_moves_with_its_cohort() -> None:
    event = effective_event(document(), document().events["essays-bd"])
    assert event.due is not None
    assert event.due.on == date(2022, 2, 18)


def test_the_zone_of_a_day_is_the_nearest_one_written() -> None:
    event = document().events["seminar"]
    resolved = [resolve_day(document(), event, day) for day in event.days or ()]
    assert [day.zone for day in resolved] == ["Asia/Vientiane", "Asia/Tokyo", "Asia/Dhaka", "Asia/Vientiane"]
    assert [day.venue and day.venue.id for day in resolved] == ["vientiane", "tokyo", "vientiane", None]


def test_a_link_without_a_venue_is_live_and_everything_else_in_person() -> None:
    event = document().events["talk"]
    assert [resolve_day(document(), event, day).mode for day in event.days or ()] == [Mode.LIVE, Mode.IN_PERSON]
    seminar = document().events["seminar"]
    assert resolve_day(document(), seminar, (seminar.days or ())[0]).mode is Mode.IN_PERSON
