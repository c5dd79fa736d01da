"""Rows that somebody edited until a column held no JSON: whatever does not concern them goes on, and all name them."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import httpx
import pytest
from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, MEETING, PEOPLE, SOKHA, VANNA, Postbox, send_due, write_programme

from convene.store.database import Database, open_database
from convene.usecases.delivery.moments import VirtualClock
from convene.web.feed_reading import feed_app
from convene.web.server import running_server
from convene.worker.run_worker import plan_all

EVENTS = f"""\
{MEETING.replace("[members]", f"[{SOKHA}]")}
  other:
    kind: meeting
    title: {{en: The other meeting}}
    days: [{{on: Tue 2020-01-21, from: 09:00, to: 11:30}}]
    invite: [{VANNA}]
  again: {{same_as: other, starts: Wed 2020-01-22, invite: [{VANNA}]}}
"""
OTHER = 'The event small/other cannot be read: "title" holds no JSON.'
AGAIN = "The event small/again cannot be read: it repeats other, which cannot be read."
SAID = [f"warning: {OTHER}", f"warning: {AGAIN}"]


@pytest.fixture
def edited(convene: Terminal) -> Terminal:
    """Two programmes with two people; one event has a title that is no JSON, and another one repeats it."""
    write_programme(convene.folder, EVENTS)
    write_programme(convene.folder, people=PEOPLE[:2], programme="big")
    assert convene("apply", "small.yaml", "big.yaml", "--yes").code == 0
    edit(convene, "UPDATE event SET title = '{oops' WHERE slug = 'other'")
    return convene


def edit(convene: Terminal, sql: str) -> None:
    with closing(sqlite3.connect(convene.database, isolation_level=None)) as connection:
        connection.execute(sql)


@contextmanager
def opened(convene: Terminal) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{convene.database}")) as database:
        yield database


def warnings(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith("warning:")]


def test_doctor_names_each_event_with_what_of_it_is_unreadable_and_goes_on(edited: Terminal) -> None:
    checks = json.loads(edited("doctor", "--offline", "--json", NOW="").out)["checks"]

    found = [(check["level"], check["sentence"]) for check in checks if check["name"] == "content"]
    assert found == [("fault", OTHER), ("fault", AGAIN)]
    assert {"sender", "worker", "overdue", "failed", "no mail to", "volume"} <= {check["name"] for check in checks}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("organiser = 'nobody'", '"organiser" holds no JSON'),
        ("alarms = x'00ff', title = ''", '"title" holds no JSON, "alarms" holds no JSON'),
        ("title = 5", '"title" holds no JSON'),
        ("reminders = '{}', title = '[]'", '"title" holds no map, "reminders" holds no list'),
        ("materials = '\"none\"'", '"materials" holds no list'),
    ],
)
def test_whatever_columns_do_not_hold_what_they_should_are_named(told: Terminal, value: str, why: str) -> None:
    edit(told, f"UPDATE event SET {value}")

    checks = json.loads(told("doctor", "--offline", "--json", NOW="").out)["checks"]

    found = [check["sentence"] for check in checks if check["name"] == "content"]
    assert found == [f"The event small/meeting cannot be read: {why}."]


def test_the_title_of_a_day_belongs_to_its_event(told: Terminal) -> None:
    edit(told, "UPDATE day SET title = '{'")

    said = told("event", "show", "meeting")

    assert said.err.splitlines()[0] == 'The event small/meeting cannot be read: "title" of day d1 holds no JSON.'


def test_a_programme_that_cannot_be_read_itself_leaves_the_others_alone(edited: Terminal) -> None:
    edit(edited, "UPDATE programme SET title = 'small' WHERE slug = 'small'")
    said = 'The programme small cannot be read: "title" holds no JSON.'

    notices = edited("notice", "list", "--json")

    assert said in edited("doctor", "--offline", NOW="").out
    assert f"warning: {said}" in warnings(notices.err)
    assert {notice["event"] for notice in notices.json("notices")} == {
        *("small/meeting", "small/other", "small/again", "big/meeting")
    }
    assert [event["event"] for event in edited("event", "list", "--json").json("events")] == ["big/meeting"]
    assert edited("export", "big").code == 0
    refused = edited("export", "small")
    assert (refused.code, refused.err.splitlines()[0]) == (1, said)


@pytest.mark.parametrize("due_at", ["", "5", "tomorrow", "2020-02-31 09:00:00.000000", "0000-01-13 09:00:00.000000"])
def test_a_notice_that_is_due_at_no_moment_is_named_and_all_others_are_listed(told: Terminal, due_at: str) -> None:
    before = told("notice", "list", "--json").json("notices")
    edit(told, f"UPDATE notice SET due_at = '{due_at}' WHERE id = (SELECT max(id) FROM notice)")

    listed = told("notice", "list", "--json")
    others = listed.json("notices")
    [bad] = [notice for notice in before if notice not in others]
    said = f'Of the notice {bad["key"]}, when it is due cannot be read: "{due_at}" is no moment.'
    shown, of_person = told("notice", "show", bad["key"]), told("person", "show", bad["person"], "--json")

    assert len(others) == 7
    assert warnings(listed.err) == warnings(of_person.err) == [f"warning: {said}"]
    assert of_person.json("person")["notices"] == {"planned": 2, "sent": 1}
    assert (shown.code, shown.err.splitlines()[0]) == (1, said)


def test_notice_list_has_all_notices_and_says_of_which_event_nothing_can_be_read(edited: Terminal) -> None:
    answer = edited("notice", "list", "--json")

    assert warnings(answer.err) == SAID
    by_event: dict[str, set[str]] = {}
    for notice in answer.json("notices"):
        by_event.setdefault(notice["event"], set()).add(notice["why"])
    cannot = {"at once when invited", "its event cannot be read"}
    assert by_event["small/other"] == by_event["small/again"] == cannot
    assert "its event cannot be read" not in by_event["small/meeting"] | by_event["big/meeting"]


def test_what_a_worker_sets_aside_says_why_and_is_shown(edited: Terminal) -> None:
    postbox = Postbox()
    with opened(edited) as database:
        for hours in range(4):
            asyncio.run(send_due(database, INVITED_AT + timedelta(hours=hours), postbox))

    assert [recipient for recipient, _ in postbox.mails] == [SOKHA] * 2
    failed = edited("notice", "list", "--state", "failed", "--json").json("notices")
    assert {(notice["event"], notice["last_error"]) for notice in failed} == {
        *(("small/other", OTHER), ("small/again", OTHER))
    }
    assert f"What went wrong last: {OTHER}" in edited("notice", "show", failed[0]["key"]).out


def test_event_list_and_show_have_the_others(edited: Terminal) -> None:
    listed = edited("event", "list", "--json")
    shown = [edited("event", "show", name) for name in ("small/meeting", "big/meeting", "small/other", "small/again")]

    assert warnings(listed.err) == SAID
    assert [event["event"] for event in listed.json("events")] == ["big/meeting", "small/meeting"]
    assert [answer.code for answer in shown] == [0, 0, 1, 1]
    assert [answer.err.splitlines()[0] for answer in shown[2:]] == [OTHER, AGAIN]


def test_people_are_shown(edited: Terminal) -> None:
    assert [edited("person", "show", address).code for address in (SOKHA, VANNA)] == [0, 0]
    assert edited("person", "list").code == 0


@pytest.mark.parametrize("words", [("export", "{}"), ("diff", "{}.yaml"), ("apply", "{}.yaml", "--yes")])
def test_only_the_programme_concerned_cannot_be_exported_compared_or_applied(
    edited: Terminal, words: tuple[str, ...]
) -> None:
    before = edited.rows()["notice"]

    fine, refused = (edited(*(word.format(name) for word in words)) for name in ("big", "small"))

    assert (fine.code, refused.code) == (0, 1)
    assert OTHER in refused.err.splitlines()
    assert edited.rows()["notice"] == before


def test_the_daily_pass_plans_the_others_and_keeps_the_notices_of_what_it_cannot_read(
    edited: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    edit(edited, "DELETE FROM notice WHERE cause_id IN (SELECT id FROM cause WHERE event_id = 1 AND kind = 'thanks')")
    before = {notice["key"] for notice in edited("notice", "list", "--json").json("notices")}

    with opened(edited) as database, caplog.at_level(logging.ERROR):
        plan_all(database, VirtualClock(INVITED_AT))

    after = {notice["key"] for notice in edited("notice", "list", "--json").json("notices")}
    assert before < after
    assert len(after - before) == 1
    assert [record.getMessage() for record in caplog.records] == [
        f"{sentence} Its notices stay as they are." for sentence in (OTHER, AGAIN)
    ]


def test_a_feed_that_shows_it_is_503_and_never_without_it_and_the_others_are_served(edited: Terminal) -> None:
    """Subscribers replace their copy by what they get: left out, it would vanish from their calendars."""
    keep = {"BASE_URL": "https://convene.example"}
    addresses = [edited("feed", "link", "--person", who, **keep).out.splitlines()[0] for who in (SOKHA, VANNA)]

    with opened(edited) as database:
        app = feed_app(database, ["a-key-for-tests"], VirtualClock(INVITED_AT))
        with running_server(app) as url, httpx.Client(base_url=url) as client:
            answers = [client.get(address.removeprefix("https://convene.example")) for address in addresses]

    assert [answer.status_code for answer in answers] == [200, 503]
    assert answers[1].headers["retry-after"]
