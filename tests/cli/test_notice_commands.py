"""`notice list` and `show`."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from email import message_from_string, policy
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, PEOPLE, SOKHA, VANNA, query, send_due, write_programme
from tests.smtp_inbox import listening_inbox

from convene.cli.notice_lines import notice_rows
from convene.store.database import open_database
from convene.usecases.planning.list_notices import notice_named

FIELDS = [
    *("key", "kind", "event", "events", "day", "person", "role", "language", "language_source", "due_at", "due_local"),
    *("timezone", "shifted_from", "state", "reason", "attempts", "uncertain", "revision", "round", "occurrence"),
    *("subject", "message_id", "sent_at", "last_error", "why"),
]
"""Design, section 6."""


def send(path: Path, now: datetime = INVITED_AT) -> None:
    database = open_database(f"sqlite:///{path}")
    try:
        asyncio.run(send_due(database, now))
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
    recorded = {checksum for (checksum,) in query(told.database, "SELECT sha256 FROM message")}
    sent = told("notice", "list", "--state", "sent", "--json").json("notices")
    mails = {notice["message_id"]: told("notice", "show", notice["key"], "--eml").out.encode() for notice in sent}

    assert len(mails) == 2
    assert {hashlib.sha256(mail).digest() for mail in mails.values()} == recorded
    assert all(f"Message-ID: {message_id}".encode() in mail for message_id, mail in mails.items())


def test_eml_of_what_waits_is_the_mail_as_it_would_leave_and_says_that_it_has_not(told: Terminal) -> None:
    before = told.rows()
    [planned, *_] = told("notice", "list", "--state", "planned", "--person", SOKHA, "--json").json("notices")

    answer = told("notice", "show", planned["key"], "--eml")

    mail = message_from_string(answer.out, policy=policy.default)
    assert (answer.code, mail["To"].addresses[0].addr_spec) == (0, SOKHA)
    assert (mail["Date"], mail["Content-Language"]) == ("Mon, 13 Jan 2020 02:00:00 +0000", "km")
    assert answer.err == (
        "Not sent yet: this is what would leave on Mon 2020-01-13 09:00 Asia/Phnom_Penh, if all stays as it is.\n"
    )
    assert told.rows() == before


def test_what_was_shown_beforehand_is_what_leaves(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    keys = [notice["key"] for notice in convene("notice", "list", "--json").json("notices")[:2]]
    shown = [convene("notice", "show", key, "--eml").out for key in keys]

    send(convene.database)

    assert [convene("notice", "show", key, "--eml").out for key in keys] == shown


def test_eml_of_what_will_not_leave_ends_3_and_says_why(told: Terminal) -> None:
    told("event", "cancel", "meeting", "--yes")
    [cancelled, *_] = told("notice", "list", "--state", "cancelled", "--json").json("notices")

    answer = told("notice", "show", cancelled["key"], "--eml")

    assert (answer.code, answer.out) == (3, "")
    assert answer.err.splitlines() == [
        f'Nothing was sent for "{cancelled["key"]}" (it is cancelled).',
        "  the event was cancelled",
    ]


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_eml_of_what_a_server_refused_before_the_mail_itself_says_that_nothing_was_sent_and_why(
    convene: Terminal, stage: str
) -> None:
    refuse(convene, stage, "550 5.5.0 not here")
    [failed] = convene("notice", "list", "--state", "failed", "--json").json("notices")

    answer = convene("notice", "show", failed["key"], "--eml")

    assert (answer.code, answer.out) == (3, "")
    assert answer.err.splitlines() == [
        f'Nothing was sent for "{failed["key"]}" (it is failed).',
        "  550 5.5.0 not here",
    ]
    assert (failed["subject"], failed["message_id"]) == (None, None)


def test_eml_of_what_a_server_refused_once_it_had_the_mail_is_what_was_sent(convene: Terminal) -> None:
    [body] = refuse(convene, "BODY", "550 5.5.0 not this")
    [failed] = convene("notice", "list", "--state", "failed", "--json").json("notices")

    assert convene("notice", "show", failed["key"], "--eml").out.encode() == body


def test_eml_of_what_a_server_put_off_says_so_and_is_what_would_leave(convene: Terminal) -> None:
    refuse(convene, "RCPT", "451 4.3.0 later")
    [deferred] = convene("notice", "list", "--state", "deferred", "--json").json("notices")

    answer = convene("notice", "show", deferred["key"], "--eml")

    assert answer.err.splitlines() == [
        "What went wrong last: 451 4.3.0 later",
        answer.err.splitlines()[1],
    ]
    assert answer.err.splitlines()[1].startswith(
        "Not sent yet, and due since Mon 2020-01-06 10:00 Asia/Phnom_Penh. It is tried again with the first pass of a "
        "worker after "
    )
    assert message_from_string(answer.out)["Message-ID"] == f"<{deferred['key']}@organiser.example>"


def overdue(told: Terminal, rule: str, now: str) -> str:
    """What is said of the mail of an overdue reminder, after when it was due."""
    planned = told("notice", "list", "--state", "planned", "--person", SOKHA, "--json").json("notices")
    [key] = [notice["key"] for notice in planned if notice["why"].startswith(rule)]
    answer = told("notice", "show", key, "--eml", NOW=now)
    assert message_from_string(answer.out)["Message-ID"] == f"<{key}@organiser.example>"
    return answer.err.strip()


def test_eml_of_what_is_overdue_says_that_it_leaves_next_or_why_it_does_not(told: Terminal) -> None:
    first, second = "7 days before", "1 day before"
    since = "Not sent yet, and due since Mon 2020-01-13 09:00 Asia/Phnom_Penh. "
    later = "Not sent yet, and due since Fri 2020-01-17 17:00 Asia/Phnom_Penh. "

    assert overdue(told, first, "2020-01-13T02:00:00Z") == f"{since}It leaves with the next pass of a worker."
    assert overdue(told, first, "2020-01-18T02:00:00Z") == (
        f"{since}A worker marks it missed with its next pass: a later reminder leaves in its place."
    )
    assert overdue(told, second, "2020-01-18T02:00:00Z") == f"{later}It leaves with the next pass of a worker."
    assert overdue(told, second, "2020-01-20T02:00:00Z") == (
        f"{later}A worker marks it missed with its next pass: it came too late to be of use."
    )

    told("pause", "small", NOW="2020-01-13T01:00:00Z")
    assert overdue(told, first, "2020-01-13T02:00:00Z") == (
        f"{since}Sending of small is paused since Mon 2020-01-13 01:00 UTC: the operator paused it. "
        "Nothing of it leaves before `convene resume small`."
    )


def refuse(convene: Terminal, stage: str, reply: str) -> list[bytes]:
    """A server refuses the one invitation at a stage; what arrived there."""
    write_programme(convene.folder, people=PEOPLE[:2])
    convene("apply", "small.yaml", "--yes")
    with listening_inbox() as inbox:
        inbox.answers(stage, reply)
        convene("worker", "--until-idle", SMTP_URL=inbox.url)
        return inbox.bodies


def test_a_notice_that_waits_is_told_in_sentences(told: Terminal) -> None:
    [planned] = [notice for notice in shifted(told) if notice["person"] == SOKHA]

    assert told("notice", "show", planned["key"]).out.splitlines() == [
        f"reminder {planned['key']}, planned",
        "It speaks of small/meeting.",
        f"It goes to {SOKHA}, participant, in km (by the language of the person).",
        "It is due on Fri 2020-01-17 17:00 on the reader's clock (Asia/Phnom_Penh), in 11 days.",
        "Why then: 1 day before at 17:00, counted from Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock and the "
        "reader's; moved from Sun 2020-01-19 17:00, weekend.",
    ]


def test_a_notice_that_left_and_one_that_will_not_say_so(told: Terminal) -> None:
    told("event", "cancel", "meeting", "--yes")
    [sent] = told("notice", "list", "--state", "sent", "--person", SOKHA, "--json").json("notices")
    [cancelled, *_] = told("notice", "list", "--state", "cancelled", "--json").json("notices")

    assert told("notice", "show", sent["key"]).out.splitlines()[-1] == (
        f"It left on Mon 2020-01-06 10:00 on that clock, as {sent['message_id']}: {sent['subject']}"
    )
    assert told("notice", "show", cancelled["key"]).out.splitlines()[-1] == (
        "It will not leave: the event was cancelled."
    )


def test_a_notice_to_who_was_put_on_the_list_again_names_the_round(told: Terminal) -> None:
    told("event", "edit", "meeting", "--invite", f"{SOKHA}, role: speaker", "--yes")
    told("event", "edit", "meeting", "--uninvite", SOKHA, "--uninvite", "members", "--yes", NOW="2020-01-07T03:00:00Z")
    send(told.database, INVITED_AT + timedelta(days=1, minutes=10))
    told("event", "edit", "meeting", "--invite", SOKHA, "--yes", NOW="2020-01-08T03:00:00Z")
    notices = told("notice", "list", "--person", SOKHA, "--state", "planned", "--json").json("notices")
    again = next(notice for notice in notices if notice["round"] == 2)

    assert told("notice", "show", again["key"]).out.splitlines()[-1] == (
        "The person was put on the list again: it belongs to round 2."
    )


def test_the_list_of_an_event_says_what_its_rules_do_not_write_and_why(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes", NOW="2020-01-17T03:00:00Z")

    answer = convene("notice", "list", "--event", "meeting", NOW="2020-01-17T03:00:00Z")

    assert answer.err.splitlines() == [
        "Not written by the rule 7 days before at 09:00: 2, due before the rule was applied."
    ]
    assert convene("notice", "list", NOW="2020-01-17T03:00:00Z").err == ""


def test_a_terminal_shows_each_notice_in_lines_that_fit(told: Terminal) -> None:
    [planned] = [notice for notice in shifted(told) if notice["person"] == SOKHA]
    database = open_database(f"sqlite:///{told.database}")
    try:
        with database.reading() as session:
            wide, narrow = (list(notice_rows([notice_named(session, planned["key"])], width)) for width in (84, 80))
    finally:
        database.close()

    assert wide == [
        f"{planned['key']}  Fri 2020-01-17 17:00  Phnom Penh  planned  reminder  small/meeting",
        "                  sokha@union-kh.example  km  1 day before at 17:00, counted from",
        "                  Mon 2020-01-20 09:00 Asia/Phnom_Penh, the venue's clock and the",
        "                  reader's; moved from Sun 2020-01-19 17:00, weekend",
    ]
    assert narrow == [
        f"{planned['key']}  Fri 2020-01-17 17:00  Phnom Penh  planned",
        "                  reminder  small/meeting  sokha@union-kh.example  km  1 day",
        "                  before at 17:00, counted from Mon 2020-01-20 09:00",
        "                  Asia/Phnom_Penh, the venue's clock and the reader's; moved",
        "                  from Sun 2020-01-19 17:00, weekend",
    ]


def shifted(told: Terminal) -> list[dict[str, str]]:
    return [notice for notice in told("notice", "list", "--json").json("notices") if notice["shifted_from"]]
