"""`check` as a coordinator types it: the layout, the numbers, JSON, and what is not known yet."""

import json
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import MEETING, SHIPPED, write_programme

ONLINE = """\
online-2022.yaml  1 programme, 2 events, 2 cohorts, 17 people, 10 days, 3 languages (bn km ja)

  moved    1 day before, Cambodia                     Sun 9 Jan is the weekend                                      -> Thu 6 Jan 17:00, 7 people
  moved    1 day before online-kh, Japan              Sun 9 Jan is the weekend                                      -> Fri 7 Jan 17:00, 2 people
  moved    thanks 1 day, Cambodia                     Sat 15 Jan is the weekend                                     -> Mon 17 Jan 10:00, 7 people
  moved    thanks 1 day after online-kh, Japan        Sat 15 Jan is the weekend                                     -> Mon 17 Jan 10:00, 2 people
  moved    progress 3 months, Cambodia                Thu 14 Apr is a holiday (Khmer New Year's Day)                -> Mon 18 Apr 10:00, 7 people
"""  # noqa: E501
FAULTY = """\
  launch:
    kind: meeting
    days: [{on: Wed 2022-01-13}]
    invite: [membres]
  meeting:
    kind: meeting
    title: {en: Meeting}
    days: [{on: Mon 2020-01-20}]
    invite: [members]
    reminders: [1 day before]
    follow_ups: []
"""
UNKNOWN_PRINTED = re.compile(r"\b0 |00:00|24:00|\bNone\b|\bnull\b")
"""What a count, an hour or a place that nobody knows looks like where it slips through."""
UNKNOWN = """\
  undated: {kind: seminar, days: [{on: to be decided}, {on: October 2027}], invite: [members]}
  hourless: {kind: seminar, days: [{on: Mon 2020-01-20}], invite: [members], reminders: [1 hour before, 1 day before]}
  endless: {kind: webinar, days: [{on: Tue 2020-01-21, from: 09:00, link: "https://meet.example/1"}], invite: [members]}
  essays: {kind: deadline, due: {on: Fri 2020-01-24}, invite: [members]}
  window:
    kind: online-programme
    days: [{on: Mon 2020-01-27, until: Fri 2020-01-31, mode: on-demand, link: "https://video.example/1"}]
    invite: [members]
    reminders: [1 day before, 2 days before closing]
  visit:
    kind: exchange-visit
    days: [{on: Mon 2020-02-03, until: Thu 2020-02-06}]
    target: about 40
    invite: [members]
  part: {kind: meeting, days: [{on: Tue 2020-02-04, from: 09:00, to: 10:00}], part_of: visit, invite: [members]}
"""


def test_the_report_of_case_1_reads_as_laid_out(convene: Terminal) -> None:
    answer = convene("check", SHIPPED / "online-2022.yaml")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.removeprefix(f"{SHIPPED}/").startswith(ONLINE)


def test_a_people_file_that_is_missing_is_said_at_the_place_that_names_it(convene: Terminal) -> None:
    path = write_programme(convene.folder)
    path.write_text(path.read_text("utf-8").replace("people: [", "people: [nowhere.csv, "), "utf-8")

    answer = convene("check", "small.yaml")

    assert re.search(r'error  8:10, people\[1\] +There is no file "nowhere.csv"\.', answer.out)
    assert answer.code == 1


def test_a_good_file_is_counted_with_the_languages_that_its_people_read(convene: Terminal) -> None:
    answer = convene("check", SHIPPED / "sgra-cambodia.yaml")

    assert answer.code == 0
    assert "1 programme, 3 events, 58 people, 3 days, 2 languages (km ja)" in answer.out.splitlines()[0]


def test_errors_come_first_and_what_is_foreseen_of_the_rest_comes_with_them(convene: Terminal) -> None:
    write_programme(convene.folder, FAULTY)

    answer = convene("check", "small.yaml")

    rows = [re.split(r"  +", line.strip()) for line in answer.out.splitlines()[2:] if line.strip()]
    assert rows == [
        ["error", "12:17, events.launch.days[1].on", '"Wed 2022-01-13" is a Thursday.', "write: Thu 2022-01-13"],
        ["error", "13:14, events.launch.invite", 'no group "membres".', "did you mean members?"],
        ["moved", "1 day before, Cambodia", "Sun 19 Jan is the weekend", "-> Fri 17 Jan 09:00, 2 people"],
        ["missing", "title of meeting has no km", "1 person will read it in English"],
    ]
    assert (answer.code, answer.err) == (1, "2 errors: nothing was changed.\n")


def test_columns_are_aligned(convene: Terminal) -> None:
    write_programme(convene.folder, FAULTY)

    lines = convene("check", "small.yaml").out.splitlines()[2:6]

    columns = [[match.end() for match in re.finditer(r"  +(?=\S)", line)] for line in lines]
    assert [starts[:3] for starts in columns] == [columns[0][:3]] * 4
    assert not any(line != line.rstrip() for line in lines)


def test_a_file_of_which_there_is_nothing_to_say_is_its_headline_alone(convene: Terminal) -> None:
    thursday = MEETING.replace("Mon 2020-01-20", "Thu 2020-01-23").replace("{en: Planning meeting}", "{en: x, km: x}")
    write_programme(convene.folder, thursday)

    answer = convene("check", "small.yaml")

    headline = "small.yaml  1 programme, 1 event, 2 people, 1 day, 2 languages (km en)\n"
    assert (answer.code, answer.out, answer.err) == (0, headline, "")


def test_of_very_many_findings_of_a_kind_the_rest_is_a_number(convene: Terminal) -> None:
    undated = "".join(
        f"  e{n}: {{kind: meeting, days: [{{on: to be decided}}], invite: [members]}}\n" for n in range(45)
    )
    write_programme(convene.folder, undated)

    printed, listed = convene("check", "small.yaml").out, convene("check", "small.yaml", "--json").json("problems")

    lines = [line.split() for line in printed.splitlines() if line.startswith("  undated")]
    assert (len(lines), lines[-1][1:4]) == (41, ["and", "5", "more"])
    assert len(listed) == 45


def test_several_files_are_reported_one_after_the_other(convene: Terminal) -> None:
    for name in ("first", "second"):
        write_programme(convene.folder, FAULTY, programme=name)

    answer = convene("check", "second.yaml", "first.yaml")

    assert [line.split()[0] for line in answer.out.splitlines() if line and line[0] != " "] == [
        "second.yaml",
        "first.yaml",
    ]
    assert answer.err == "4 errors: nothing was changed.\n"


def test_json_carries_the_same_findings_in_the_same_order(convene: Terminal) -> None:
    write_programme(convene.folder, FAULTY)

    answer = convene("check", "small.yaml", "--json")

    problems = json.loads(answer.out)["problems"]
    assert (answer.code, [problem["level"] for problem in problems]) == (1, ["error", "error", "moved", "missing"])
    assert problems[2] == {
        "file": "small.yaml",
        "line": 15,
        "column": 5,
        "where": "events.meeting",
        "what": "Sun 19 Jan is the weekend",
        "remedy": "-> Fri 17 Jan 09:00, 2 people",
        "level": "moved",
        "about": "1 day before, Cambodia",
    }


def test_a_key_without_effect_yet_is_said(convene: Terminal) -> None:
    write_programme(convene.folder, MEETING + "    capacity: 20\n")

    answer = convene("check", "small.yaml")

    assert answer.code == 0
    assert re.search(r"note +15:15, events.meeting.capacity +places are not counted yet +kept as written", answer.out)


def test_a_line_that_the_clocks_contradict_is_refused_by_check_and_apply(convene: Terminal) -> None:
    live = 'from: 13:00, mode: live, timezone: UTC, link: "https://meet.example/5"'
    webinar = MEETING.replace("from: 09:00, to: 11:30", live) + "    announced_as: 13h UTC/GMT (15h Europe)\n"
    write_programme(convene.folder, webinar)

    checked, applied = convene("check", "small.yaml"), convene("apply", "small.yaml", "--yes")

    assert (checked.code, applied.code) == (1, 1)
    assert "it is 14:00 in Brussels and 13:00 in London" in checked.out
    assert "it is 14:00 in Brussels and 13:00 in London" in applied.err


def test_what_is_not_known_is_never_printed_as_zero_or_midnight(convene: Terminal) -> None:
    write_programme(convene.folder, UNKNOWN)

    answer = convene("check", "small.yaml")

    assert answer.code == 0
    assert UNKNOWN_PRINTED.search(answer.out) is None
    assert re.search(
        r'undated +undated day 1 +the date is "to be decided" +people are told when it is fixed', answer.out
    )
    assert re.search(r'undated +undated day 2 +the date is "October 2027"', answer.out)
    assert '"1 hour before" gives nothing: the first day has no hour.' in answer.out
    assert "clash" not in answer.out


@pytest.fixture
def life(convene: Terminal) -> Path:
    """The folder of a rehearsal of what is hardly known."""
    write_programme(convene.folder, UNKNOWN)
    answer = convene("rehearse", "small.yaml", "--out", "life")
    assert answer.code == 0, answer.err
    return convene.folder / "life"


def test_a_rehearsal_holds_all_that_can_be_planned_for(life: Path) -> None:
    notices = json.loads((life / "notices.json").read_text("utf-8"))["notices"]

    planned = {(notice["event"], notice["kind"]) for notice in notices}
    assert {event for event, _ in planned} == {
        f"small/{name}" for name in ("hourless", "endless", "essays", "window", "visit", "part")
    }
    assert {("small/essays", "reminder"), ("small/window", "reminder"), ("small/visit", "reminder")} <= planned


def test_no_mail_of_a_rehearsal_prints_midnight_or_zero_for_what_is_not_known(life: Path) -> None:
    texts = {path.name: plain_text(path.read_bytes()) for path in (life / "mails").iterdir()}

    assert len(texts) > 20
    assert {name for name, text in texts.items() if UNKNOWN_PRINTED.search(text)} == set()


def plain_text(mail: bytes) -> str:
    """The subject and the plain text of a mail."""
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['Subject']}\n{body.get_content()}"
