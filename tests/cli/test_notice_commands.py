"""`notice list` and `show`."""

import asyncio
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, SOKHA, VANNA, query, send_due, write_programme

from convene.store.database import open_database

FIELDS = [
    *("key", "kind", "event", "events", "day", "person", "role", "language", "language_source", "due_at", "due_local"),
    *("timezone", "shifted_from", "state", "reason", "attempts", "uncertain", "revision", "round", "occurrence"),
    *("subject", "message_id", "sent_at", "last_error", "why"),
]
"""Design, section 6."""


@pytest.fixture
def told(convene: Terminal) -> Terminal:
    """Two people were invited to the meeting by mail."""
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    send(convene.database)
    return convene


def send(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    try:
        asyncio.run(send_due(database, INVITED_AT))
    finally:
        database.close()


def test_a_notice_has_exactly_the_promised_fields(told: Terminal) -> None:
    notices = told("notice", "list", "--json").json("notices")

    assert [list(notice) for notice in notices] == [FIELDS] * 8


def test_what_is_unknown_is_null_and_what_is_known_is_of_its_kind(told: Terminal) -> None:
    invitation, *_, thanks = (
        notice for notice in told("notice", "list", "--json").json("notices") if notice["person"] == SOKHA
    )

    assert invitation | {"key": "", "message_id": "", "subject": ""} == {
        "key": "",
        "kind": "invitation",
        "event": "small/meeting",
        "events": ["small/meeting"],
        "day": None,
        "person": SOKHA,
        "role": "participant",
        "language": "km",
        "language_source": "person",
        "due_at": "2020-01-06T03:00:00Z",
        "due_local": "2020-01-06T10:00:00",
        "timezone": "Asia/Phnom_Penh",
        "shifted_from": None,
        "state": "sent",
        "reason": None,
        "attempts": 1,
        "uncertain": False,
        "revision": 0,
        "round": 1,
        "occurrence": None,
        "subject": "",
        "message_id": "",
        "sent_at": "2020-01-06T03:00:00Z",
        "last_error": None,
        "why": "at once when invited",
    }
    assert invitation["message_id"] == f"<{invitation['key']}@organiser.example>"
    assert (thanks["subject"], thanks["message_id"], thanks["sent_at"]) == (None, None, None)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ((), 8),
        (("--state", "sent"), 2),
        (("--person", SOKHA), 4),
        (("--person", SOKHA.upper()), 4),
        (("--event", "meeting", "--programme", "small"), 8),
        (("--due-before", "2020-01-13"), 2),
        (("--due-before", "2020-01-13T02:00:01Z"), 4),
        (("--due-before", "Mon 2020-01-13"), 2),
        (("--state", "failed"), 0),
        (("--state", "planned", "--person", VANNA, "--due-before", "2020-01-18"), 2),
    ],
)
def test_filters_narrow_the_list(told: Terminal, filters: tuple[str, ...], count: int) -> None:
    assert len(told("notice", "list", *filters, "--json").json("notices")) == count


def test_the_table_holds_the_whole_list_uncut(told: Terminal) -> None:
    answer = told("notice", "list")

    lines = answer.out.splitlines()
    assert len(lines) == 9
    assert "7 days before at 09:00, counted from Mon 2020-01-20 09:00 Asia/Phnom_Penh" in answer.out
    assert "…" not in answer.out


def test_no_notice_is_a_sentence_and_ends_0(told: Terminal) -> None:
    answer = told("notice", "list", "--state", "failed")

    assert answer.code == 0
    assert answer.err == "No notice fits.\n"


def test_a_notice_is_shown_by_its_key(told: Terminal) -> None:
    [listed, *_] = told("notice", "list", "--json").json("notices")

    assert told("notice", "show", listed["key"], "--json").json("notice") == listed
    assert "at once when invited" in told("notice", "show", listed["key"]).out


def test_eml_prints_exactly_what_was_sent(told: Terminal) -> None:
    stored = dict(query(told.database, "SELECT message_id, body FROM notice JOIN message ON notice_id = notice.id"))
    sent = told("notice", "list", "--state", "sent", "--json").json("notices")

    assert len(sent) == len(stored) == 2
    for notice in sent:
        assert told("notice", "show", notice["key"], "--eml").out.encode() == stored[notice["message_id"]]


def test_eml_of_what_was_not_sent_yet_ends_3_and_says_so(told: Terminal) -> None:
    [planned, *_] = told("notice", "list", "--state", "planned", "--json").json("notices")

    answer = told("notice", "show", planned["key"], "--eml")

    assert (answer.code, answer.out) == (3, "")
    assert "planned" in answer.err
