"""`person import` and `list`."""

from tests.cli.terminal import Terminal
from tests.programmes import PEOPLE, SOKHA, VANNA, query, write_programme

NEW = "dara@union-kh.example"


def write_csv(convene: Terminal, *rows: str) -> None:
    (convene.folder / "more.csv").write_text("\n".join(rows) + "\n", "utf-8")


def test_people_are_listed_by_address_with_their_groups(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")

    people = convene("person", "list", "--json").json("people")

    assert [person["address"] for person in people] == [SOKHA, VANNA]
    assert people[0]["groups"] == ["small: members"]
    assert people[0]["organisation"] is None
    assert SOKHA in convene("person", "list", "--programme", "small").out


def test_nobody_is_a_sentence_and_an_empty_list(convene: Terminal) -> None:
    assert "nobody" in convene("person", "list").err
    assert convene("person", "list", "--json").json("people") == []


def test_an_import_without_a_programme_takes_people_and_asks_nothing(convene: Terminal) -> None:
    write_csv(convene, *PEOPLE)

    answer = convene("person", "import", "more.csv")

    assert answer.code == 0
    assert "2 new, 0 changed, 0 as they were" in answer.err
    assert "--programme" in answer.err


def test_an_import_that_causes_mail_shows_it_and_asks(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    write_csv(convene, PEOPLE[0], f'{NEW},"Participant 3, Cambodia",KH,km,,members')
    before = convene.rows()

    refused = convene("person", "import", "more.csv", "--programme", "small")
    assert convene.rows() == before
    done = convene("person", "import", "more.csv", "--programme", "small", "--yes")

    assert (refused.code, done.code) == (4, 0)
    assert "1 person will be written to" in refused.err
    assert done.out.splitlines()[1].split() == ["invitation", "1", "-", "-", "1", "km", "1"]


def test_a_new_language_is_shown_before_it_changes_a_mail(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    write_csv(convene, PEOPLE[0], f"{VANNA},,,km,,")

    answer = convene("person", "import", "more.csv", "--yes")

    assert answer.code == 0
    assert "language: en -> km" in answer.err
    assert query(convene.database, "SELECT DISTINCT language FROM notice") == [("km",)]


def test_every_faulty_row_is_named_by_its_line_and_nobody_is_taken(convene: Terminal) -> None:
    write_csv(
        convene,
        PEOPLE[0],
        PEOPLE[1],
        ",No Address,KH,km,,members",
        "not-an-address,Nobody,KH,km,,members",
        "a@b.example,Nobody,Atlantis,km,,members",
        "c@d.example,Nobody,KH,Klingon,,members",
        "e@f.example,Nobody,KH,km,boss,members",
        "g@h.example,Nobody",
    )

    answer = convene("person", "import", "more.csv")

    lines = [line.split()[1].rstrip(",") for line in answer.err.splitlines() if line.strip().startswith("error")]
    assert answer.code == 1
    assert lines == ["3", "4", "5", "6", "7", "8"]
    assert query(convene.database, "SELECT count(*) FROM person") == [(0,)]


def test_what_a_country_or_language_was_taken_for_is_shown(convene: Terminal) -> None:
    write_csv(convene, PEOPLE[0], f"{NEW},,Cambodia,Khmer,,")

    answer = convene("person", "import", "more.csv")

    assert '"Cambodia" was taken for KH' in answer.err
    assert '"Khmer" was taken for km' in answer.err
    assert query(convene.database, "SELECT country, language FROM person") == [("KH", "km")]


def test_a_file_without_an_address_column_is_refused(convene: Terminal) -> None:
    write_csv(convene, "name,country", "Participant 1,KH")

    answer = convene("person", "import", "more.csv")

    assert answer.code == 1
    assert "email" in answer.err
