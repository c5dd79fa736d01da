"""Events and their days as values: what is refused, and what is taken."""

from datetime import date, time

import pytest

from convene.errors import Problem
from convene.programme_file.document import DayEntry, EventEntry, InviteEntry, Target
from convene.programme_file.reading.read_programme import read_programme
from convene.rules.vocabulary import EventStatus, Mode, Role

HEAD = """\
convene: 1
programme: {id: x, title: x, timezone: UTC, language: en, organiser: {name: x, email: x@y.example}}
"""


def read(event: str) -> tuple[EventEntry | None, tuple[Problem, ...]]:
    result = read_programme(f"{HEAD}events:\n  e: {{{event}}}\n", "x.yaml")
    return result.document.events["e"] if result.document else None, result.problems


def faults(event: str) -> list[str]:
    return [problem.where.removeprefix("events.e.") for problem in read(event)[1]]


def day(words: str) -> DayEntry:
    event, problems = read(f"days: [{{{words}}}]")
    assert event is not None, problems
    assert event.days is not None
    return event.days[0]


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("on: 2027-02-29", "on"),
        ("on: 2027-13-01", "on"),
        ("on: 31/04", "on"),
        ("on: 1969-12-31", "on"),
        ("on: Wed 2020-01-20", "on"),
        ("on: someday", "on"),
        ("on: between Fri 2027-10-29 and Mon 2027-10-18", "on"),
        ("on: 2020-01-20, from: 25:00", "from"),
        ("on: 2020-01-20, from: 9:00", "from"),
        ('on: 2020-01-20, from: "09:00:60"', "from"),
        ("on: 2020-01-20, from: 09:00, to: 08:00", "to"),
        ("on: 2020-01-20, from: 09:00, to: 09:00", "to"),
        ("on: 2020-01-20, to: 09:00", "to"),
        ("on: 2020-01-20, until: 2020-01-19", "until"),
        ("on: 2020-01-20, until: 2021-02-24", "until"),
        ("on: October 2027, until: 2027-10-29", "until"),
        ("on: 2020-01-20, timezone: Mars/Base", "timezone"),
        ("on: 2020-01-20, timezone: ../etc/passwd", "timezone"),
        ('on: 2020-01-20, timezone: ""', "timezone"),
        ('on: 2020-01-20, link: "javascript:alert(1)"', "link"),
        ('on: 2020-01-20, link: "file:///x"', "link"),
        ('on: 2020-01-20, link: "http://u:p@h/"', "link"),
        ("on: 2020-01-20, mode: deadline", "mode"),
        ("on: 2020-01-20, fold: perhaps", "fold"),
        ("on: 2020-01-20, id: due", "id"),
        ("from: 09:00", "on"),
    ],
)
def test_a_day_that_cannot_be_is_refused(words: str, where: str) -> None:
    assert faults(f"days: [{{{words}}}]") == [f"days[1].{where}"]


def test_an_end_after_midnight_is_taken_up_to_twelve_hours() -> None:
    assert day("on: 2020-01-20, from: 20:00, to: 08:00").end == time(8)
    assert faults("days: [{on: 2020-01-20, from: 20:00, to: 08:01}]") == ["days[1].to"]


def test_far_dates_are_taken() -> None:
    assert day("on: Mon 2100-03-01").on == date(2100, 3, 1)


def test_a_date_that_is_not_known_yet_keeps_its_words() -> None:
    assert day("on: To be  decided").undecided == "to be decided"
    assert day("on: october 2027").undecided == "October 2027"
    words = day("on: between 2027-10-18 and 2027-10-29").undecided
    assert words == "between Mon 2027-10-18 and Fri 2027-10-29"


def test_an_on_demand_window_is_taken_as_written() -> None:
    window = day('on: Mon 2022-01-10, mode: on-demand, link: "https://video.example/1", until: Wed 2022-01-12')
    assert (window.mode, window.until, window.start) == (Mode.ON_DEMAND, date(2022, 1, 12), None)


@pytest.mark.parametrize(
    ("event", "where"),
    [
        ("kind: party", "kind"),
        ("status: maybe", "status"),
        ("capacity: 0", "capacity"),
        ("capacity: many", "capacity"),
        ("number: 3rd", "number"),
        ("target: lots", "target"),
        ("days: []", "days"),
        ("days: 2020-01-20", "days"),
        ("days: [{on: 2020-01-20, id: a}, {on: 2020-01-21, id: a}]", "days[2].id"),
        ("due: {at: 18:00}", "due.on"),
        ("invite: team-kh", "invite"),
        ("invite: [a@b]", "invite[1]"),
        ("invite: [x, {who: x, role: speaker}]", "invite[2]"),
        ("invite: [{who: x, role: guest}]", "invite[1].role"),
        ("reminders: [1 day before, 1 day before at 09:00]", "reminders[2]"),
        ("reminders: [7 days before, 1 week before]", "reminders[2]"),
        ("reminders: [60 minutes before, 1 hour before]", "reminders[2]"),
        ('reminders: ["1 day\\x1cbefore"]', "reminders[1]"),
        ("reminders: [thanks 1 day after]", "reminders[1]"),
        ("follow_ups: [1 day after]", "follow_ups[1]"),
        ("invitations: later", "invitations"),
        ("invitations: [30 days before each day]", "invitations[1]"),
        ("alarms: [1 day before]", "alarms[1]"),
        ("alarms: [1 hour before closing]", "alarms[1]"),
        ("alarms: [1 hour after joining]", "alarms[1]"),
        ("materials: [{title: Slides}]", "materials[1].link"),
        ("spoken: [klingon]", "spoken[1]"),
        ("title: {en: {de: x}}", "title.en"),
        ("reason: [x]", "reason"),
        ("colour: red", "colour"),
    ],
)
def test_an_event_that_cannot_be_is_refused(event: str, where: str) -> None:
    assert faults(event) == [where]


@pytest.mark.parametrize("word", ["at once", "By  hand"])
def test_how_people_are_invited_is_no_rule_of_a_list(word: str) -> None:
    _, [problem] = read(f"kind: seminar, invitations: [{word}]")

    plain = " ".join(word.lower().split())
    assert problem.where == "events.e.invitations[1]"
    assert (problem.what, problem.remedy) == (
        f'"{word}" is no rule of a list.',
        f"write it without the list: invitations: {plain}",
    )


def test_an_event_is_read_whole() -> None:
    event, _ = read(
        "kind: seminar, status: postponed, reason: Flood, target: over 15, capacity: 20, "
        "invite: [team, {who: Lecturer@Zenrosai.Example, role: speaker}], invitations: by hand, reminders: []"
    )
    assert event is not None
    assert (event.status, event.reason) == (EventStatus.POSTPONED, {"en": "Flood"})
    assert (event.target, event.capacity) == (Target(15, "over"), 20)
    assert event.invite == (InviteEntry("team"), InviteEntry("lecturer@zenrosai.example", Role.SPEAKER))
    assert (event.rules.invitations, event.rules.reminders, event.rules.follow_ups) == ("by hand", (), None)
