"""Texts, times and options that somebody may type into a programme file, good and bad: `convene check` names the key of
each bad one, writes nothing, and takes each good one.
"""

import json

import pytest
from tests.cli.terminal import Answer, Terminal
from tests.programmes import write_programme

EVENT = "  e: {{kind: meeting, title: {title}, {moments}}}\n"


def problems(answer: Answer) -> list[tuple[str, str, str]]:
    """Level, key and remedy of each error and warning."""
    found = json.loads(answer.out)["problems"]
    return [(item["level"], item["where"], item["remedy"]) for item in found if item["level"] in ("error", "warning")]


def check(convene: Terminal, title: str = "A", moments: str = "days: [{on: 2027-06-04}]", settings: str = "") -> Answer:
    write_programme(convene.folder, EVENT.format(title=title, moments=moments), settings=settings)
    return convene("check", "small.yaml", "--json")


def refused(convene: Terminal, answer: Answer, before: object) -> list[str]:
    """The keys that were named; nothing was written, and nobody met a stack trace."""
    assert (answer.code, convene.rows()) == (1, before)
    assert "Traceback" not in answer.out + answer.err
    assert all(remedy for _, _, remedy in problems(answer))
    return [where for level, where, _ in problems(answer) if level == "error"]


@pytest.mark.parametrize(
    "title",
    [
        '""',
        '"   "',
        '"A\\nB"',
        '"A\\r\\nBcc: x@y.z"',
        '"A\\0B"',
        '"\\x1b[31mA"',
        '"A\\x7fB"',
        '"A\\x85B"',
        '"A\\u2028B"',
        '"\\u200b"',
        "a" * 10_000,
        "[A]",
    ],
)
def test_a_title_that_is_none_or_holds_signs_nobody_sees_is_refused(convene: Terminal, title: str) -> None:
    before = convene.rows()

    answer = check(convene, title)

    assert refused(convene, answer, before) == ["events.e.title"]


KEPT = [
    "<script>alert(1)</script>",
    "a,b;c\\d",
    "BEGIN:VEVENT",
    "👨‍👩‍👧‍👦",
    "ក្រុ" * 200,
    "ກຳ" * 200,
    "ক্ষি" * 200,
    "اجتماع اللجنة",
    "'; DROP TABLE event;--",
    "{{7*7}} %s {0.__class__}",
    "=1+1",
]


@pytest.mark.parametrize("title", KEPT)
def test_a_title_that_only_looks_dangerous_is_kept_letter_by_letter(convene: Terminal, title: str) -> None:
    answer = check(convene, json.dumps(title, ensure_ascii=False))

    assert (answer.code, problems(answer)) == (0, [])
    convene("apply", "small.yaml", "--yes")
    assert convene("event", "list", "--json").json("events")[0]["title"] == title


def test_a_tab_becomes_a_space_and_two_spellings_of_one_word_are_one(convene: Terminal) -> None:
    titles = []
    for title in ('"A\\tB"', "সম\u09af\u09bc", "সম\u09df", "caf\u00e9", "cafe\u0301"):
        assert check(convene, title).code == 0
        convene("apply", "small.yaml", "--yes")
        titles.append(convene("event", "list", "--json").json("events")[0]["title"])

    assert titles[0] == "A B"
    assert titles[1] == titles[2]
    assert titles[3] == titles[4]


@pytest.mark.parametrize(
    ("moments", "key", "remedy"),
    [
        ("days: [{on: 2027-02-29}]", "days[1].on", "February 2027 has 28 days"),
        ("days: [{on: 2027-13-01}]", "days[1].on", "months are 01 to 12"),
        ("days: [{on: 31/04}]", "days[1].on", "write it as Mon 2020-01-20"),
        ("days: [{on: 1969-12-31}]", "days[1].on", "years 1970 to 2199 are taken"),
        ("days: [{on: 2200-01-01}]", "days[1].on", "years 1970 to 2199 are taken"),
        ("days: [{on: Mon 2027-06-04}]", "days[1].on", "write: Fri 2027-06-04"),
        ('days: [{on: "\\x1b[31m2027-06-04"}]', "days[1].on", "write it as Mon 2020-01-20"),
        ("days: [{on: 2027-06-04, from: 25:00}]", "days[1].from", ""),
        ('days: [{on: 2027-06-04, from: "09:00:60"}]', "days[1].from", ""),
        ("days: [{on: 2027-06-04, from: 09:60}]", "days[1].from", ""),
        ("days: [{on: 2027-06-04, from: 24:00}]", "days[1].from", ""),
        ("days: [{on: 2027-06-04, from: 11:00, to: 09:00}]", "days[1].to", "write an hour after 11:00"),
        ("days: [{on: 2027-06-04, from: 11:00, to: 11:00}]", "days[1].to", "write a later hour, or leave to out"),
        ("days: [{on: 2027-06-04, until: 2027-06-03}]", "days[1].until", ""),
        ("days: [{on: 2027-06-04, until: 2028-07-08, mode: on-demand}]", "days[1].until", ""),
        (
            "days: [{on: 2027-03-28, from: 02:30, timezone: Europe/Paris}]",
            "days[1].from",
            "write an hour before or after the change",
        ),
        (
            "days: [{on: 2027-10-31, from: 02:30, timezone: Europe/Paris}]",
            "days[1].from",
            "add fold: earlier, or fold: later",
        ),
        (
            "days: [{on: 2027-10-31, from: 01:00, to: 02:30, timezone: Europe/Paris}]",
            "days[1].to",
            "add fold: earlier, or fold: later",
        ),
        (
            "days: [{on: 2009-06-19, from: 23:00, timezone: Asia/Dhaka}]",
            "days[1].from",
            "write an hour before or after the change",
        ),
        (
            "days: [{on: 2009-12-31, from: 23:59, timezone: Asia/Dhaka}]",
            "days[1].from",
            "add fold: earlier, or fold: later",
        ),
        ("days: [{on: 2027-06-04, timezone: Mars/Base}]", "days[1].timezone", "write a zone such as Asia/Phnom_Penh"),
        ("days: [{on: 2027-06-04, timezone: ../etc/passwd}]", "days[1].timezone", ""),
        ('days: [{on: 2027-06-04, timezone: ""}]', "days[1].timezone", "write one, or leave the key out"),
        (
            "days: [{on: 2027-06-04, timezone: GMT+6}]",
            "days[1].timezone",
            "write the zone of a place, such as Asia/Dhaka",
        ),
        ("days: [{on: 2027-06-04, timezone: reader}]", "days[1].timezone", ""),
        ('days: [{on: 2027-06-04, link: "javascript:alert(1)"}]', "days[1].link", ""),
        ('days: [{on: 2027-06-04, link: "file:///x"}]', "days[1].link", ""),
        ('days: [{on: 2027-06-04, link: "http://u:p@h/"}]', "days[1].link", ""),
        ("days: [{on: 2027-06-04}], capacity: -1", "capacity", ""),
        ("days: [{on: 2027-06-04}], capacity: 0", "capacity", ""),
        ("days: [{on: 2027-06-04}], capacity: 1e3", "capacity", ""),
        ("days: [{on: 2027-06-04}], target: -1", "target", ""),
        ("days: [{on: 2027-06-04}], reminders: [soon]", "reminders[1]", ""),
        ("days: [{on: 2027-06-04}], reminders: [-1 hours before]", "reminders[1]", ""),
        ("days: [{on: 2027-06-04}], alarms: [-1h before]", "alarms[1]", ""),
        (
            f"days: [{{on: 2027-06-04}}], reminders: [{', '.join(f'{n} days before' for n in range(50))}]",
            "reminders",
            "at most 20",
        ),
    ],
)
def test_moments_and_options_that_cannot_be_are_refused_at_their_key(
    convene: Terminal, moments: str, key: str, remedy: str
) -> None:
    before = convene.rows()

    answer = check(convene, moments=moments)

    assert refused(convene, answer, before) == [f"events.e.{key}"]
    assert not remedy or problems(answer)[0][2] == remedy


@pytest.mark.parametrize(
    "moments",
    [
        'days: [{on: "\\x1b[31m2027-06-04"}]',
        'days: [{on: 2027-06-04, timezone: "\\x1b[31m"}]',
        'days: [{on: 2027-06-04}], reminders: ["\\x1b[31m"]',
        'days: [{on: 2027-06-04}], "\\x1b[31m": x',
    ],
)
def test_no_message_takes_the_signs_that_steer_a_terminal_with_it(convene: Terminal, moments: str) -> None:
    write_programme(convene.folder, EVENT.format(title="A", moments=moments))

    answer = convene("check", "small.yaml")

    assert answer.code == 1
    assert "[31m" in answer.out
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize("on", ["2027-03-28", "2027-10-31"])
def test_a_deadline_at_a_skipped_or_repeated_hour_is_refused(convene: Terminal, on: str) -> None:
    due = f"{{on: {on}, at: 02:30, timezone: Europe/Paris}}"
    write_programme(convene.folder, f"  e: {{kind: deadline, due: {due}}}\n")

    answer = convene("check", "small.yaml", "--json")

    assert answer.code == 1
    assert problems(answer) == [("error", "events.e.due.at", "write an hour before or after the change")]


def test_a_cohort_that_comes_into_a_repeated_hour_is_told_to_write_its_days(convene: Terminal) -> None:
    day = "{on: 2027-10-24, from: 02:30, timezone: Europe/Paris}"
    cohort = "  f: {same_as: e, cohort: B, starts: 2027-10-31}\n"
    write_programme(convene.folder, EVENT.format(title="A", moments=f"days: [{day}]") + cohort)

    answer = convene("check", "small.yaml", "--json")

    assert problems(answer) == [("error", "events.f.starts", "write days here, with fold: earlier or fold: later")]


@pytest.mark.parametrize(
    "moments",
    [
        "days: [{on: Tue 2038-01-19, from: 03:14, timezone: UTC}]",
        "days: [{on: Mon 2100-03-01}]",
        "days: [{on: 1970-01-01}]",
        "days: [{on: 2020-01-20}]",  # history is data
        "days: [{on: 2028-02-29}]",
        "days: [{on: 2027-10-31, from: 02:30, timezone: Europe/Paris, fold: later}]",
        "days: [{on: 2009-12-31, from: 23:30, timezone: Asia/Dhaka, fold: earlier}]",
        "days: [{on: 2027-06-04, from: 22:00, to: 00:30}]",
        "days: [{on: 2027-06-04, until: 2028-06-04, mode: on-demand}]",
        f"days: [{{on: 2027-06-04}}], reminders: [{', '.join(f'{n} days before' for n in range(20))}]",
    ],
)
def test_moments_that_are_rare_and_right_are_taken(convene: Terminal, moments: str) -> None:
    answer = check(convene, moments=moments)

    assert (answer.code, problems(answer)) == (0, [])


def test_a_language_may_be_written_with_its_country(convene: Terminal) -> None:
    answer = check(convene, settings="  description: {km-KH: កម្មវិធី}\n")

    assert (answer.code, problems(answer)) == (0, [])


def with_language(convene: Terminal, language: str) -> Answer:
    path = write_programme(convene.folder)
    path.write_text(path.read_text("utf-8").replace("language: en\n", f"language: {language}\n"), "utf-8")
    return convene("check", "small.yaml", "--json")


def test_a_language_that_convene_does_not_speak_is_warned_of_and_english_is_used(convene: Terminal) -> None:
    answer = with_language(convene, "xx")

    assert (answer.code, problems(answer)) == (0, [("warning", "programme.language", "English is used instead")])
    assert convene("apply", "small.yaml", "--yes").code == 0
    assert convene("export", "small").out == (convene.folder / "small.yaml").read_text("utf-8")


@pytest.mark.parametrize("language", ["../../x", "English please", '"x\\ny"'])
def test_what_is_no_language_at_all_is_refused(convene: Terminal, language: str) -> None:
    answer = with_language(convene, language)

    assert (answer.code, [where for _, where, _ in problems(answer)]) == (1, ["programme.language"])


def test_an_organisations_language_that_convene_does_not_speak_falls_back(convene: Terminal) -> None:
    write_programme(convene.folder, keys="organisations: {ACME: {language: de}}\n")

    answer = convene("check", "small.yaml", "--json")

    assert problems(answer) == [
        ("warning", "organisations.ACME.language", "that of the country or the programme is used")
    ]


@pytest.mark.parametrize("hold", ["0", "-1h", "400 days", "61 minutes"])
def test_a_length_that_is_none_is_refused(convene: Terminal, hold: str) -> None:
    answer = check(convene, settings=f"  hold: {hold}\n")

    assert (answer.code, [where for _, where, _ in problems(answer)]) == (1, ["programme.hold"])
