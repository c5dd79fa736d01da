"""The whole file: every fault at once, each with its place and what to write instead."""

import pytest

from convene.errors import Problem
from convene.programme_file.reading.read_programme import ReadResult, decode_text, read_programme

HEAD = """\
convene: 1
programme:
  id: sgra
  title: SGRA
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {name: JILAF, email: sgra@jilaf.example}
"""

TEN_FAULTS = """\
convene: 1
programme:
  id: sgra-cambodia
  title: SGRA
  timezone: Mars/Base
  language: en
  organiser: {name: JILAF, email: sgra@jilaf}
  quiet_hours: 21:00
events:
  dac-3:
    kind: comittee-meeting
    tittle: Dissemination Advisory Committee
    capacity: -1
    days:
      - {on: Wed 2022-01-13, from: 9:00, to: 11:30}
      - {on: 2027-02-29}
    reminders: [soon]
"""


def problems(text: str) -> list[Problem]:
    result = read_programme(text, "sgra.yaml")
    assert (result.document is None) == bool(result.problems)
    return list(result.problems)


def read(events: str) -> ReadResult:
    return read_programme(f"{HEAD}events:\n{events}", "sgra.yaml")


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def test_who_writes_none_for_a_list_is_shown_the_empty_one() -> None:
    fault = only(HEAD + "reminders: none\n")
    assert (fault.where, fault.remedy) == ("reminders", "write [] for none")
    assert only(HEAD + "reminders: 7 days before at 09:00\n").remedy == "write it in brackets: [7 days before at 09:00]"


def test_ten_faults_give_ten_messages_with_place_and_remedy() -> None:
    told = [(fault.line, fault.column, fault.where, fault.remedy) for fault in problems(TEN_FAULTS)]
    assert told == [
        (5, 13, "programme.timezone", "write a zone such as Asia/Phnom_Penh"),
        (7, 35, "programme.organiser.email", "write one address, such as name@union.example"),
        (8, 16, "programme.quiet_hours", "write: 21:00-07:00"),
        (11, 11, "events.dac-3.kind", told[3][3]),
        (12, 5, "events.dac-3.tittle", "did you mean title?"),
        (13, 15, "events.dac-3.capacity", "write 1 or more, or leave the key out"),
        (15, 14, "events.dac-3.days[1].on", "write: Thu 2022-01-13"),
        (15, 36, "events.dac-3.days[1].from", "write: 09:00"),
        (16, 14, "events.dac-3.days[2].on", "February 2027 has 28 days"),
        (17, 17, "events.dac-3.reminders[1]", "a number first, as in: 7 days before at 09:00"),
    ]
    assert told[3][3].startswith("did you mean committee-meeting?")


def test_each_message_quotes_the_value() -> None:
    quoted = ["Mars/Base", "sgra@jilaf", "21:00", "comittee-meeting", "tittle", "-1", "Wed 2022-01-13", "9:00"]
    for value, problem in zip(quoted, problems(TEN_FAULTS), strict=False):
        assert f'"{value}"' in problem.what


def test_nothing_is_guessed_from_plain_text() -> None:
    document = read(
        "  no:\n    kind: seminar\n    title: {no: 2020-01-20}\n    days: [{on: 2020-01-20, from: 09:00}]\n"
    ).document
    assert document is not None
    assert document.events["no"].title == {"no": "2020-01-20"}


def test_a_text_without_a_language_is_in_that_of_the_programme() -> None:
    document = read_programme(HEAD.replace("language: en", "language: Khmer"), "x").document
    assert document is not None
    assert document.programme.title == {"km": "SGRA"}


def test_a_misspelt_key_that_must_be_there_is_one_fault() -> None:
    fault = only(HEAD.replace("timezone:", "timezon:"))
    assert (fault.line, fault.column, fault.remedy) == (5, 3, "did you mean timezone?")


def test_places_are_those_of_the_values() -> None:
    result = read("  a: {kind: seminar, days: [{on: 2020-01-20}]}\n")
    assert result.places["events.a.days[1].on"] == (9, 34)


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("", 1, 1, "empty"),
        ("# a comment alone\n", 1, 1, "empty"),
        ("convene: [1", 1, 12, "never closed"),
        ("convene: 1\nprogramme:\n\tid: x\n", 3, 1, "tab"),
        ("convene: 1\n id: x\n", 2, 4, "colon"),
        ("convene: @x\n", 1, 10, "begin with"),
        ("convene: 1\nprogramme: \x1b[31m\n", 2, 12, "U+001B"),
        ("convene: \x00\n", 1, 10, "U+0000"),
        ("x" * 1_000_001, 0, 0, "1 MB"),
        ("[" * 100_000, 1, 22, "deeper"),
        ("{a: " * 5_000, 1, 82, "deeper"),
    ],
)
def test_what_is_no_yaml_is_one_sentence(text: str, line: int, column: int, word: str) -> None:
    fault = only(text)
    assert (fault.line, fault.column) == (line, column)
    assert word in fault.what


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (HEAD.replace("id: sgra", "id: &a sgra"), "programme.id"),
        (HEAD.replace("id: sgra", "id: *a"), "programme.id"),
        (HEAD.replace("id: sgra", "id: !!str sgra"), "programme.id"),
        (HEAD + "convene: 1\n", "convene"),
        (HEAD + "---\nconvene: 1\n", ""),
        (HEAD.replace("convene: 1", "convene: 2"), "convene"),
        (HEAD + "people: people.csv\n", "people"),
        (HEAD + "people: [/etc/passwd]\n", "people[1]"),
        (HEAD + "events: []\n", "events"),
        (HEAD + "events: {A B: {}}\n", "events.A B"),
        (HEAD.replace("title: SGRA", "title: {klingon: SGRA}"), "programme.title.klingon"),
        (HEAD.replace("title: SGRA", "title: {km: a, km-KH: b}"), "programme.title.km-KH"),
        (HEAD.replace("title: SGRA", "title: {}"), "programme.title"),
        (HEAD + "  weekends: {NP: [Caturday]}\n", "programme.weekends.NP[1]"),
        (HEAD + "  weekends: [Sat]\n", "programme.weekends"),
    ],
)
def test_what_a_programme_file_has_no_use_for_is_refused_at_its_place(text: str, where: str) -> None:
    assert only(text).where == where


@pytest.mark.parametrize(
    "title",
    ['""', '"  "', '"\\u200b"', '"a\\nb"', '"a\\r\\nBcc: x@y.z"', '"a\\0b"', '"\\e[31m"', '"\\ud800"', "a" * 10_000],
)
def test_texts_that_are_empty_broken_or_endless_are_refused(title: str) -> None:
    assert only(HEAD.replace("title: SGRA", f"title: {title}")).where == "programme.title"


@pytest.mark.parametrize(
    "title",
    ["<script>alert(1)</script>", "a,b;c\\d", "BEGIN:VEVENT", "👩‍👩‍👧", "ក្រុ" * 200, "عنوان", "'; DROP TABLE event;--"],
)
def test_texts_that_only_look_dangerous_are_kept(title: str) -> None:
    document = read_programme(
        HEAD.replace("title: SGRA", f"title: {title}" if title[0] != "'" else f'title: "{title}"'), "x"
    )
    assert document.document is not None
    assert document.document.programme.title == {"en": title}


def test_one_word_in_two_unicode_forms_is_one_text() -> None:
    composed, taken_apart = (HEAD.replace("title: SGRA", f"title: {title}") for title in ("caf\u00e9", "cafe\u0301"))
    assert read_programme(composed, "x").document == read_programme(taken_apart, "x").document


def test_a_file_in_another_encoding_is_told_where() -> None:
    text, faults = decode_text(b"convene: 1\nid: caf\xe9\n", "x.yaml")
    assert text is None
    assert [(fault.line, fault.column, fault.remedy) for fault in faults] == [(2, 8, "save it as UTF-8")]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_programme("\ufeff" + HEAD, "x").document is not None
