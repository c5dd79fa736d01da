"""`person import`, `list`, `show`, `add` and `edit`."""

import asyncio
from datetime import timedelta

from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, PEOPLE, SOKHA, VANNA, query, send_due, write_programme

from convene.store.database import open_database

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


def test_one_person_is_shown_with_all_that_ties_them(convene: Terminal) -> None:
    write_programme(convene.folder, people=[*PEOPLE[:2], PEOPLE[2].replace(",,members", ",speaker,members")])
    convene("apply", "small.yaml", "--yes")

    person = convene("person", "show", VANNA.upper(), "--json").json("person")

    assert (person["address"], person["name"], person["language"]) == (VANNA, "Participant 2, Cambodia", "en")
    assert (person["programmes"], person["groups"], person["roles"]) == (
        ["small"],
        ["small: members"],
        {"small": "speaker"},
    )
    assert [(row["event"], row["role"], row["round"], row["answer"]) for row in person["invitations"]] == [
        ("small/meeting", "speaker", 1, None)
    ]
    assert person["notices"] == {"planned": 4}
    assert person["told"] == []
    assert convene("person", "show", VANNA).out.splitlines() == [
        f"{VANNA}  Participant 2, Cambodia",
        "  country       KH",
        "  language      en",
        "programmes: small (speaker)",
        "groups: small: members",
        "invitations:",
        "  small/meeting  speaker, round 1, no answer",
        "notices: 4 planned",
    ]


def test_what_somebody_was_told_is_shown_with_the_notice_and_the_moment(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    assert convene("person", "show", VANNA, "--told").out.splitlines()[-1] == "told: nothing yet"
    database = open_database(f"sqlite:///{convene.database}")
    asyncio.run(send_due(database, INVITED_AT))
    database.close()
    convene("event", "move", "meeting", "--by", "2 days", "--yes")

    [told] = convene("person", "show", VANNA, "--told", "--json").json("person")["told"]
    lines = convene("person", "show", VANNA, "--told").out.splitlines()

    assert (told["event"], told["kind"], told["told_at"], told["status"]) == (
        "small/meeting",
        "invitation",
        "2020-01-06T03:00:00Z",
        "confirmed",
    )
    assert told["days"] == ["Mon 2020-01-20 09:00-11:30 Asia/Phnom_Penh, in-person"]
    assert convene("notice", "show", told["notice"], "--json").code == 0
    assert lines[-2:] == [
        f"  small/meeting  confirmed  by invitation {told['notice']}, 2020-01-06 03:00 UTC",
        "    Mon 2020-01-20 09:00-11:30 Asia/Phnom_Penh, in-person",
    ]


def test_who_was_taken_off_the_list_was_not_told_that_the_event_is_cancelled(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    database = open_database(f"sqlite:///{convene.database}")
    asyncio.run(send_due(database, INVITED_AT))
    convene("event", "edit", "meeting", "--uninvite", "members", "--invite", SOKHA, "--yes")
    asyncio.run(send_due(database, INVITED_AT + timedelta(days=1)))
    database.close()

    [told] = convene("person", "show", VANNA, "--told", "--json").json("person")["told"]
    lines = convene("person", "show", VANNA, "--told").out.splitlines()

    assert (told["kind"], told["off_list"]) == ("cancellation", True)
    assert lines[-2].startswith("  small/meeting  taken off the list  by cancellation ")


def test_adding_somebody_to_a_group_says_whom_it_mails_and_asks(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    words = ("person", "add", NEW, "--language", "Khmer", "--programme", "small", "--group", "members")
    before = convene.rows()

    asked = convene(*words)
    assert convene.rows() == before
    done = convene(*words, "--yes")
    again = convene(*words, "--yes")

    assert (asked.code, done.code, again.code) == (4, 0, 4)
    assert "1 person will be written to" in asked.err
    assert convene("person", "show", NEW, "--json").json("person")["language"] == "km"


def test_editing_says_what_changes_and_which_programmes_share_the_person(convene: Terminal) -> None:
    write_programme(convene.folder, programme="first")
    write_programme(convene.folder, programme="second")
    convene("apply", "first.yaml", "second.yaml", "--yes")

    answer = convene("person", "edit", VANNA, "--language", "km", "--name", "", "--yes")
    again = convene("person", "edit", VANNA, "--language", "km", "--name", "")

    assert answer.code == 0
    assert answer.out.splitlines()[:2] == [
        "  language: en -> km",
        "  name: Participant 2, Cambodia -> (empty)",
    ]
    assert "In the programmes: first, second." in answer.err
    assert (again.code, again.out) == (0, "")
    assert "Nothing changes" in again.err


def test_a_person_who_is_not_there_ends_3_without_the_address(convene: Terminal) -> None:
    for words in (("show",), ("edit", "--language", "km")):
        answer = convene("person", words[0], NEW, *words[1:])

        assert (answer.code, answer.out) == (3, "")
        assert NEW not in answer.err
