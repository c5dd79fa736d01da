"""`event list` and `show`, and what cancelling leaves behind."""

import re

from tests.cli.terminal import Terminal
from tests.programmes import MEETING, PEOPLE, VANNA, query, write_programme


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


def test_of_an_hour_that_clocks_show_twice_it_is_said_which(convene: Terminal) -> None:
    night = "{on: Sun 2020-10-25, from: 02:30, to: 04:00, timezone: Europe/Brussels, fold: later}"
    write_programme(convene.folder, MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", night))
    convene("apply", "small.yaml", "--yes")

    assert "02:30-04:00 Brussels (the later of two)" in convene("event", "show", "meeting").out


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


UNKNOWN = """\
  meeting:
    kind: seminar
    title: {en: Planning meeting}
    capacity: 40
    target: over 15
    days: [{on: Mon 2020-01-20, mode: live, link: "https://meet.example/1"}, {on: October 2027}]
    reminders: [7 days before, 1 hour before]
    follow_ups: []
    invite: [members, {who: guests, role: speaker}]
  later:
    kind: meeting
    title: {en: A later meeting}
    days: [{on: to be decided}]
    invite: [members]
"""
GUESTS = (*PEOPLE, "speaker@zenrosai.example,A speaker,JP,ja,,guests")


def test_an_event_is_shown_whole_with_what_it_does_not_send_and_why(convene: Terminal) -> None:
    hours = UNKNOWN.replace("Mon 2020-01-20,", "Mon 2020-01-20, from: 09:00, to: 11:30,")
    write_programme(convene.folder, hours, people=GUESTS)
    convene("apply", "small.yaml", "--yes", NOW="2020-01-14T03:00:00Z")

    assert convene("event", "show", "meeting", NOW="2020-01-14T03:00:00Z").out == (
        "small/meeting  Planning meeting\n"
        "seminar, confirmed, revision 1, capacity 40, target over 15\n"
        "\n"
        "days\n"
        "  d1  Mon 2020-01-20 09:00-11:30 Phnom Penh  live, https://meet.example/1\n"
        "        Mon 2020-01-20 11:00-13:30 Tokyo, for 1 person\n"
        "  d2  October 2027: no date yet, so no notices, and in no feed\n"
        "\n"
        "people\n"
        "  participant  2  Phnom Penh  km 1  en 1\n"
        "  speaker      1  Tokyo       ja 1\n"
        "  3 told nothing yet\n"
        "\n"
        "rules\n"
        "  invitations: at once\n"
        "  1 hour before           Mon 2020-01-20 08:00 Phnom Penh, 2 people: km 1  en 1\n"
        "                          Mon 2020-01-20 10:00 Tokyo, 1 person: ja 1\n"
        "  7 days before at 09:00  not written: 3, due before the rule was applied\n"
        "\n"
        "notices: 6 planned\n"
    )


def test_what_is_not_known_is_never_printed_as_zero_or_midnight(convene: Terminal) -> None:
    unknown = UNKNOWN.replace("    capacity: 40\n    target: over 15\n", "")
    write_programme(convene.folder, unknown, people=GUESTS)
    convene("apply", "small.yaml", "--yes")

    dated, undated = convene("event", "show", "meeting").out, convene("event", "show", "later").out

    assert dated.splitlines()[:5] == [
        "small/meeting  Planning meeting",
        "seminar, confirmed, revision 1",
        "",
        "days",
        "  d1  Mon 2020-01-20 Phnom Penh  live, https://meet.example/1",
    ]
    assert "  1 hour before           not written: 3, no hour is known" in dated.splitlines()
    assert "  d1  to be decided: no date yet, so no notices, and in no feed" in undated.splitlines()
    assert "  no rule writes anything: no day has a date" in undated.splitlines()
    assert not [line for line in (dated + undated).splitlines() if re.search(r"00:00|None|\b0\b", line)]


def test_a_day_that_lost_its_date_is_one_line(told: Terminal) -> None:
    told("event", "edit", "meeting", "--day", "to be decided, id: d1", "--yes")

    lines = told("event", "show", "meeting").out.splitlines()

    assert [line for line in lines if line.startswith("  d1")] == [
        "  d1  to be decided: no date now, so no notices; its entry of Mon 2020-01-20 09:00-11:30 Phnom Penh stays in "
        "feeds, marked as cancelled"
    ]


def test_json_says_the_same_with_null_for_what_is_not_known(convene: Terminal) -> None:
    write_programme(convene.folder, UNKNOWN, people=GUESTS)
    convene("apply", "small.yaml", "--yes")

    meeting = convene("event", "show", "meeting", "--json").json("event")
    later = convene("event", "show", "later", "--json").json("event")

    assert (meeting["capacity"], meeting["target"], later["capacity"], later["target"]) == (40, "over 15", None, None)
    assert (meeting["undated"], later["silent"]) == ([{"id": "d2", "on": "October 2027"}], "no day has a date")
    assert (meeting["roles"], meeting["timezones"]) == (
        {"participant": 2, "speaker": 1},
        {"Asia/Phnom_Penh": 2, "Asia/Tokyo": 1},
    )
    assert meeting["told"] == {"now": 0, "otherwise": 0, "nothing": 3}
    [seven_days, hour] = meeting["rules"]
    assert hour["not_written"] == [{"why": "no hour is known", "notices": 3}]
    assert seven_days["due"][-1] == {
        "due_at": "2020-01-13T02:00:00Z",
        "due_local": "2020-01-13T09:00:00",
        "timezone": "Asia/Phnom_Penh",
        "day": None,
        "people": 2,
        "languages": {"km": 1, "en": 1},
        "shifted_from": None,
        "shifted_why": None,
    }


def test_who_was_told_otherwise_or_left_is_counted_in_words(told: Terminal) -> None:
    moved = MEETING.replace("Mon 2020-01-20", "Tue 2020-01-21").replace("[members]", f"[{VANNA}]")
    write_programme(told.folder, moved)
    told("apply", "small.yaml", "--yes")

    lines = told("event", "show", "meeting").out.splitlines()

    start = lines.index("people")
    assert lines[start : start + 4] == [
        "people",
        "  participant  1  Phnom Penh  en 1",
        "  1 person left the list: they get nothing, beyond being told so if told before",
        "  1 told otherwise",
    ]
