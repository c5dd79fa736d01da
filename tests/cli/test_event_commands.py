"""`event list` and `show`, and what cancelling leaves behind."""

import asyncio

import pytest
from tests.cli.terminal import Terminal
from tests.programmes import INVITED_AT, MEETING, query, send_due, write_programme

from convene.store.database import open_database


@pytest.fixture
def told(convene: Terminal) -> Terminal:
    """Two people were invited to the meeting by mail."""
    write_programme(convene.folder)
    assert convene("apply", "small.yaml", "--yes").code == 0
    database = open_database(f"sqlite:///{convene.database}")
    try:
        assert asyncio.run(send_due(database, INVITED_AT)) == {"sent": 2}
    finally:
        database.close()
    return convene


def test_events_are_listed_by_their_first_day(convene: Terminal) -> None:
    later = MEETING.replace("meeting:", "later:", 1).replace("Mon 2020-01-20", "Mon 2020-02-03")
    undated = MEETING.replace("meeting:", "undated:", 1).replace(
        "{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: October 2027}"
    )
    write_programme(convene.folder, undated + later + MEETING)
    convene("apply", "small.yaml", "--yes")

    events = convene("event", "list", "--json").json("events")

    assert [event["event"] for event in events] == ["small/meeting", "small/later", "small/undated"]
    table = convene("event", "list").out
    assert [line.split()[0] for line in table.splitlines()[1:]] == [event["event"] for event in events]
    assert "not decided" in table


def test_an_event_is_shown_with_its_days_people_and_notices(told: Terminal) -> None:
    event = told("event", "show", "meeting", "--json").json("event")

    [day] = event["days"]
    assert (event["event"], event["status"], event["people"]) == ("small/meeting", "confirmed", 2)
    assert (day["id"], day["on"], day["from"], day["to"]) == ("d1", "2020-01-20", "09:00", "11:30")
    assert (day["timezone"], day["starts_at"], day["sequence"]) == ("Asia/Phnom_Penh", "2020-01-20T02:00:00Z", 0)
    assert event["languages"] == {"en": 1, "km": 1}
    assert event["notices"] == {"planned": 6, "sent": 2}
    assert "d1" in told("event", "show", "meeting").out


def test_what_is_over_is_called_held(told: Terminal) -> None:
    assert told("event", "show", "meeting", "--json", NOW="2020-02-01T00:00:00Z").json("event")["status"] == "held"


def test_no_events_is_a_sentence_and_an_empty_list(convene: Terminal) -> None:
    answer = convene("event", "list")

    assert answer.code == 0
    assert "no events" in answer.err
    assert convene("event", "list", "--json").json("events") == []


def test_cancelling_says_first_who_will_be_written_to_and_asks(told: Terminal) -> None:
    before = told.rows()

    answer = told("event", "cancel", "meeting")

    assert answer.code == 4
    assert "cancellation" in answer.out
    assert "2 people will be written to" in answer.err
    assert told.rows() == before


def test_cancelling_with_yes_cancels_and_a_second_time_is_a_conflict(told: Terminal) -> None:
    first = told("event", "cancel", "small/meeting", "--reason", "The hall was flooded", "--yes")
    second = told("event", "cancel", "small/meeting", "--yes")

    assert (first.code, second.code) == (0, 4)
    assert query(told.database, "SELECT status, reason FROM event") == [("cancelled", '{"en": "The hall was flooded"}')]


def test_a_name_that_several_programmes_have_ends_2_with_those_to_choose_from(convene: Terminal) -> None:
    write_programme(convene.folder, programme="first")
    write_programme(convene.folder, programme="second")
    convene("apply", "first.yaml", "second.yaml", "--yes")

    answer = convene("event", "show", "meeting")

    assert answer.code == 2
    assert "first/meeting" in answer.err
    assert "second/meeting" in answer.err
