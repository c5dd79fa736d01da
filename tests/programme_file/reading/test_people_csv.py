"""People files: rows as values, and every fault with its line."""

import pytest

from convene.errors import Problem
from convene.programme_file.document import PersonEntry
from convene.programme_file.reading.people_csv import MOST_ROWS, merge_people, read_people
from convene.rules.vocabulary import Role


def people(text: str) -> list[PersonEntry]:
    found, problems = read_people(text, "people.csv")
    assert not [problem for problem in problems if problem.level == "error"], problems
    return found


def faults(text: str) -> list[Problem]:
    return [problem for problem in read_people(text, "people.csv")[1] if problem.level != "note"]


def notes(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.what) for problem in read_people(text, "people.csv")[1] if problem.level == "note"]


def test_a_row_is_a_person_with_columns_in_any_order() -> None:
    text = (
        "groups,email,name,country,language,digits,gender,side,role,timezone,organisation\r\n"
        'dac-members; tot-members ,P1@MLVT.example,"អ្នកចូលរួម, ទី១",Cambodia,Khmer,native,woman,civil society,'
        "speaker,Asia/Phnom_Penh,MLVT\r\n\r\n\r\n"
    )
    assert people(text) == [
        PersonEntry(
            "p1@mlvt.example", "អ្នកចូលរួម, ទី១", None, "KH", "km", "Asia/Phnom_Penh", "native", "woman", "MLVT",
            "civil society", Role.SPEAKER, ("dac-members", "tot-members"),
        )
    ]  # fmt: skip


def test_only_the_address_is_needed() -> None:
    assert people("\ufeffemail\na@b.example\n") == [PersonEntry("a@b.example")]


def test_what_a_name_was_taken_for_is_said_once() -> None:
    rows = "a@b.example,Lao PDR,Lao\nc@d.example,Lao PDR,lo\ne@f.example,KH,km-KH\n"
    assert notes("email,country,language\n" + rows) == [
        (2, '"Lao PDR" was taken for LA.'),
        (2, '"Lao" was taken for lo.'),
        (4, '"km-KH" was taken for km.'),
    ]


def test_a_row_without_an_address_names_its_line() -> None:
    text = 'email,name\na@b.example,"two\nlines"\n,Participant 3\n'
    assert [(fault.line, fault.where) for fault in faults(text)] == [(2, "name"), (4, "email")]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("\n\n", 1, "empty"),
        ("name\nx\n", 1, "no column email"),
        ("email,naem\na@b.example,x\n", 1, '"naem"'),
        ("email,email\na@b.example,x\n", 1, "twice"),
        ("email;name\na@b.example;x\n", 1, "commas"),
        ("email,name\na@b.example\n", 2, "1 cells"),
        ("email,name\na@b.example,x,y\n", 2, "3 cells"),
        ('email,name\na@b.example,"x"y\n', 2, "CSV"),
        ("email,country\na@b.example,Atlantis\n", 2, "Atlantis"),
        ("email,language\na@b.example,Khmerish\n", 2, "Khmerish"),
        ("email,language\na@b.example,../../x\n", 2, "../../x"),
        ("email,timezone\na@b.example,Mars/Base\n", 2, "Mars/Base"),
        ("email,name\na@b.example,\x1b[31m\n", 2, "U+001B"),
        ("email\na@b\n", 2, "a@b"),
        ("email,groups\na@b.example,x;y@z\n", 2, "y@z"),
    ],
)
def test_a_fault_names_its_line(text: str, line: int, words: str) -> None:
    found = faults(text)
    assert [fault.line for fault in found] == [line]
    assert words in found[0].what
    assert found[0].remedy


@pytest.mark.parametrize(
    ("column", "listed"),
    [
        ("digits", "native, latin"),
        ("gender", "woman, man, other"),
        ("side", "government, labour, employers, civil society, other"),
        ("role", "participant, speaker, organiser, interpreter, observer"),
    ],
)
def test_a_word_outside_a_closed_list_lists_it(column: str, listed: str) -> None:
    (fault,) = faults(f"email,{column}\na@b.example,xyz\n")
    assert fault.remedy == f"write one of: {listed}"


def test_a_language_that_convene_does_not_speak_is_a_warning() -> None:
    found, problems = read_people("email,language\na@b.example,xx\n", "people.csv")
    assert found == [PersonEntry("a@b.example")]
    assert [(problem.level, problem.line) for problem in problems] == [("warning", 2)]


def test_all_faults_are_reported_at_once() -> None:
    text = "email,country,gender\na@b,Atlantis,x\nc@d.example,KH,woman\n,,man\n"
    found, problems = read_people(text, "people.csv")
    assert [person.address for person in found] == ["c@d.example"]
    assert [(problem.line, problem.where) for problem in problems] == [
        (2, "country"), (2, "email"), (2, "gender"), (4, "email")
    ]  # fmt: skip


def test_an_address_that_comes_twice_is_one_person() -> None:
    text = "email,name,country,groups\nA@b.example,,KH,x\na@B.example,Participant 1,,y;x\n"
    assert people(text) == [PersonEntry("a@b.example", name="Participant 1", country="KH", groups=("x", "y"))]


def test_rows_that_contradict_each_other_are_both_named() -> None:
    (fault,) = faults("email,country\na@b.example,KH\nc@d.example,LA\na@b.example,BD\n")
    assert (fault.line, fault.where) == (4, "country")
    assert "line 4" in fault.what
    assert "line 2" in fault.what


def test_two_files_that_contradict_each_other_are_both_named() -> None:
    first, _ = read_people("email,language\na@b.example,km\n", "one.csv")
    second, _ = read_people("email,language\na@b.example,lo\n", "two.csv")
    _, problems = merge_people([*first, *second])
    assert problems[0].file == "two.csv"
    assert "one.csv line 2" in problems[0].what


def test_a_header_alone_is_nobody_and_says_so() -> None:
    assert people("email,name\n") == []
    assert notes("email,name\n") == [(1, "The file has a header and no people.")]


def test_a_name_like_a_formula_is_kept() -> None:
    assert people("email,name\na@b.example,=1+1\n")[0].name == "=1+1"


def test_a_file_without_end_is_refused() -> None:
    (fault,) = faults("email\n" + "".join(f"p{n}@b.example\n" for n in range(MOST_ROWS + 1)))
    assert fault.line == MOST_ROWS + 2
