"""`person unsubscribe` and `erase`, and what the other commands say of people to whom nothing is written."""

import logging

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import MEETING, PEOPLE, SOKHA, VANNA, query, write_programme

from convene.store.database import open_database
from convene.store.programme_rows import person_at

NEW = "dara@union-kh.example"
LATER = "2020-01-14T03:00:00Z"


def refuse(convene: Terminal, address: str) -> None:
    """What the delivery notes of an address that a server does not know."""
    database = open_database(f"sqlite:///{convene.database}")
    try:
        with database.recording() as session:
            person = person_at(session, address)
            person.refused_at, person.refused_reply = person.created_at, "550 5.1.1 no such user"
    finally:
        database.close()


def states(convene: Terminal, address: str) -> set[str]:
    notices = convene("notice", "list", "--person", address, "--json").json("notices")
    return {notice["state"] for notice in notices}


def test_unsubscribing_says_how_many_mails_are_called_off_and_asks_nothing(told: Terminal) -> None:
    answer = told("person", "unsubscribe", SOKHA.upper())
    again = told("person", "unsubscribe", SOKHA)

    assert (answer.code, answer.out) == (
        0,
        f"{SOKHA}: they get only changes and cancellations of what they were told\n",
    )
    assert "3 planned mails are called off: the person unsubscribed." in answer.err
    assert states(told, SOKHA) == {"sent", "cancelled"}
    assert (again.code, again.out, again.err) == (0, "", "Nothing changes: it is so already.\n")


def test_one_programme_and_all_mail_are_named(told: Terminal) -> None:
    first = told("person", "unsubscribe", SOKHA, "--programme", "small")
    second = told("person", "unsubscribe", SOKHA, "--programme", "small", "--all-mail")
    again = told("person", "unsubscribe", SOKHA, "--programme", "small")
    unknown = told("person", "unsubscribe", SOKHA, "--programme", "smal")
    both = told("person", "unsubscribe", SOKHA, "--undo", "--all-mail")

    assert first.out == f"{SOKHA}: small: they get only changes and cancellations of what they were told\n"
    assert second.out == f"{SOKHA}: small: they get no more e-mails\n"
    assert (again.out, again.err) == ("", "Nothing changes: it is so already.\n")
    assert (unknown.code, both.code) == (3, 2)
    assert told("person", "list").out.splitlines()[1].endswith("small: unsubscribed")
    [sokha] = [each for each in told("person", "list", "--json").json("people") if each["address"] == SOKHA]
    assert sokha["unsubscribed"] == [{"programme": "small", "all_mail": True, "at": "2020-01-06T03:00:00Z"}]


def test_the_way_back_into_one_programme(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA)

    refused = told("person", "unsubscribe", SOKHA, "--programme", "small", "--undo", "--yes")
    done = told("person", "unsubscribe", SOKHA, "--undo", "--yes")
    told("person", "unsubscribe", SOKHA, "--programme", "small")
    one = told("person", "unsubscribe", SOKHA, "--programme", "small", "--undo", "--yes")

    assert (refused.code, done.code, one.code) == (4, 0, 0)
    assert f"convene person unsubscribe {SOKHA} --undo" in " ".join(refused.err.split())
    assert f"{SOKHA}: small: they get e-mails again" in one.out


def test_a_dry_run_shows_it_and_stores_nothing(told: Terminal) -> None:
    before = told.rows()

    answer = told("person", "unsubscribe", SOKHA, "--dry-run")

    assert (answer.code, told.rows()) == (0, before)
    assert "3 planned mails" in answer.err


def test_the_way_back_shows_the_mails_and_asks(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA)
    before = told.rows()

    asked = told("person", "unsubscribe", SOKHA, "--undo", NOW=LATER)
    assert told.rows() == before
    done = told("person", "unsubscribe", SOKHA, "--undo", "--yes", NOW=LATER)
    again = told("person", "unsubscribe", SOKHA, "--undo", NOW=LATER)

    assert (asked.code, done.code, again.code) == (4, 0, 0)
    assert "1 person will be written to" in asked.err
    assert [line.split()[0] for line in done.out.splitlines()] == [f"{SOKHA}:", "now", "reminder", "follow-up"]
    assert "Nothing changes" in again.err
    due = [
        notice["due_at"]
        for notice in told("notice", "list", "--person", SOKHA, "--state", "planned", "--json").json("notices")
    ]
    # Sun 19 January moves to the Friday before.
    assert due == ["2020-01-17T10:00:00Z", "2020-01-21T03:00:00Z"]


def test_who_gets_no_mail_is_said_wherever_people_are_shown(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA, "--programme", "small")
    corrected = told("person", "list").out.splitlines()[1], told("person", "show", SOKHA).out
    told("person", "unsubscribe", SOKHA, "--programme", "small", "--undo", "--yes")
    told("person", "unsubscribe", SOKHA, "--all-mail")
    refuse(told, VANNA)

    listed = told("person", "list").out.splitlines()
    shown, refused = told("person", "show", SOKHA).out, told("person", "show", VANNA).out
    people = {person["address"]: person for person in told("person", "list", "--json").json("people")}

    assert corrected[0].endswith("small: only corrections")
    assert "only corrections: unsubscribed from small on 2020-01-06 03:00 UTC\n" in corrected[1]
    assert [line.split()[-1] for line in listed] == ["mail", "unsubscribed", "refused"]
    assert "no mail: unsubscribed on 2020-01-06 03:00 UTC\n" in shown
    assert "no mail: a server refused the address on 2020-01-06 03:00 UTC: 550 5.1.1 no such user\n" in refused
    assert people[SOKHA]["unsubscribed_at"] == "2020-01-06T03:00:00Z"
    assert people[VANNA]["unsubscribed_at"] is None
    assert (people[VANNA]["refused_at"], people[VANNA]["refused_reply"]) == (
        "2020-01-06T03:00:00Z",
        "550 5.1.1 no such user",
    )


def test_an_event_says_who_is_invited_and_gets_only_corrections(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA)

    lines = told("event", "show", "meeting").out.splitlines()
    event = told("event", "show", "meeting", "--json").json("event")

    assert "  1 person invited gets only changes and cancellations of what they know: unsubscribed" in lines
    assert "  2 told these facts" in lines
    assert (event["no_mail"], event["only_corrections"]) == ({"unsubscribed": 0, "refused": 0}, 1)
    assert (event["people"], event["told"]) == (2, {"now": 2, "otherwise": 0, "nothing": 0})
    assert [moment["people"] for rule in event["rules"] for moment in rule["due"]] == [1, 1, 1]
    assert [rule["not_written"] for rule in event["rules"]] == [[], [], []]


def test_an_event_says_who_is_invited_and_gets_no_mail(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA, "--all-mail")

    lines = told("event", "show", "meeting").out.splitlines()
    event = told("event", "show", "meeting", "--json").json("event")

    assert "  1 person invited gets no mail: 1 unsubscribed" in lines
    assert "  1 told these facts" in lines
    assert event["no_mail"] == {"unsubscribed": 1, "refused": 0}
    assert (event["people"], event["told"]) == (2, {"now": 1, "otherwise": 0, "nothing": 0})
    assert [moment["people"] for rule in event["rules"] for moment in rule["due"]] == [1, 1, 1]


def test_the_preview_of_a_change_says_who_gets_nothing_else(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA)
    write_programme(told.folder, MEETING.replace("Mon 2020-01-20", "Wed 2020-01-22"))

    preview = told("apply", "small.yaml", "--dry-run")

    assert "1 person invited gets only changes and cancellations of what they know: unsubscribed." in preview.err
    assert [line.split()[:5] for line in preview.out.splitlines() if line.startswith("change")] == [
        ["change", "-", "2", "-", "2"]
    ]


def test_the_preview_of_a_change_says_who_gets_no_mail(told: Terminal) -> None:
    told("person", "unsubscribe", SOKHA, "--all-mail")
    write_programme(told.folder, MEETING.replace("Mon 2020-01-20", "Wed 2020-01-22"))

    preview = told("apply", "small.yaml", "--dry-run")
    refuse(told, VANNA)
    nobody = told("apply", "small.yaml", "--dry-run")

    assert "1 person invited gets no mail: 1 unsubscribed." in preview.err
    assert [line.split() for line in preview.out.splitlines() if line.startswith("change")] == [
        ["change", "-", "1", "-", "1", "en", "1"]
    ]
    assert "change" not in [line.split()[0] for line in nobody.out.splitlines() if line.split()]


def test_erasing_says_what_it_deletes_and_asks(told: Terminal) -> None:
    before = told.rows()

    asked = told("person", "erase", SOKHA)
    assert told.rows() == before
    done = told("person", "erase", SOKHA, "--yes")
    again = told("person", "erase", SOKHA)

    assert (asked.code, done.code, again.code) == (4, 0, 0)
    assert "the person, 4 notices, 1 told, 1 invitations, 1 memberships, 1 groups. It cannot be undone" in asked.err
    assert done.err.endswith("Erased.\n")
    assert again.err == "It was erased on 2020-01-06 already.\n"
    assert told("person", "show", SOKHA).code == 3
    assert told("person", "erase", NEW).code == 3


def test_neither_the_files_nor_the_logs_keep_an_erased_address(
    told: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert SOKHA.encode() in b"".join(path.read_bytes() for path in told.folder.glob("convene.db*"))

    told("person", "unsubscribe", SOKHA)
    told("person", "erase", SOKHA, "--yes")

    assert SOKHA.encode() not in b"".join(path.read_bytes() for path in told.folder.glob("convene.db*"))
    assert SOKHA not in caplog.text


def test_files_that_still_have_an_erased_address_are_taken_without_it(told: Terminal) -> None:
    told("person", "erase", SOKHA, "--yes")
    (told.folder / "more.csv").write_text("\n".join([*PEOPLE, f"{NEW},,KH,km,,members"]) + "\n", "utf-8")

    applied = told("apply", "small.yaml", "--yes")
    imported = told("person", "import", "more.csv", "--programme", "small", "--yes")

    assert (applied.code, imported.code) == (0, 0)
    for answer, file in ((applied, "small.people.csv"), (imported, "more.csv")):
        assert file in answer.err.splitlines()
        assert "2, email" in answer.err
        assert "This address was erased, and is left out." in answer.err
        assert SOKHA not in answer.err
    assert "1 new, 0 changed, 1 as they were" in imported.err
    assert query(told.database, "SELECT address FROM person ORDER BY address") == [(NEW,), (VANNA,)]


def test_an_event_that_invites_an_erased_address_says_so(told: Terminal) -> None:
    told("person", "erase", SOKHA, "--yes")

    answer = told("event", "edit", "meeting", "--invite", "members", "--invite", SOKHA, "--yes")

    assert answer.code == 0
    assert "This address was erased, and is left out." in answer.err


def test_an_erased_person_is_added_again_only_where_it_is_allowed(told: Terminal) -> None:
    told("person", "erase", SOKHA, "--yes")

    refused = told("person", "add", SOKHA)
    done = told("person", "add", SOKHA, "--allow-erased")

    assert (refused.code, done.code) == (4, 0)
    assert "--allow-erased" in refused.err
    assert query(told.database, "SELECT count(*) FROM erasedaddress") == [(0,)]


def test_show_as_json_is_everything_that_is_kept(told: Terminal) -> None:
    told("feed", "link", "--person", SOKHA, BASE_URL="https://convene.example")
    person = told("person", "show", SOKHA, "--json").json("person")

    assert {mail["state"] for mail in person["mails"]} == {"sent", "planned"}
    assert len(person["mails"]) == sum(person["notices"].values()) == 4
    assert [told["event"] for told in person["told"]] == ["small/meeting"]
    assert person["feeds"] == ["km"]
    assert (person["created_at"], person["unsubscribed_at"]) == ("2020-01-06T03:00:00Z", None)
