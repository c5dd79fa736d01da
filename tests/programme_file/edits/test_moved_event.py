"""Moving: what changes in the tree of the file, and what keeps its distance."""

import pytest

from convene.errors import NotFoundError
from convene.programme_file.edits.document_tree import Tree
from convene.programme_file.edits.edit_document import EventTree
from convene.programme_file.edits.moved_event import Move, moved_event
from convene.programme_file.reading.findings import WrittenValueError

ONE: EventTree = {"days": [{"id": "d1", "on": "Mon 2020-01-20", "from": "09:00"}]}
TWO: EventTree = {
    "days": [
        {"id": "d1", "on": "Mon 2020-01-20", "until": "Tue 2020-01-21"},
        {"id": "d2", "on": "Thu 2020-01-23", "from": "09:00"},
        {"id": "d3", "on": "to be decided"},
    ]
}
DUE: EventTree = {"due": {"on": "Fri 2022-02-11", "timezone": "Asia/Tokyo"}}
COHORT: EventTree = {"same_as": "online-kh", "starts": "Mon 2022-01-17"}


def dates(tree: EventTree) -> list[Tree]:
    days = tree["days"]
    assert isinstance(days, list)
    return [day["on"] for day in days if isinstance(day, dict)]


@pytest.mark.parametrize("move", [Move(on="Wed 2020-01-22"), Move(by="2 days"), Move(on="2020-01-22")])
def test_all_days_move_by_the_same_distance_and_windows_with_them(move: Move) -> None:
    assert moved_event(TWO, move)["days"] == [
        {"id": "d1", "on": "Wed 2020-01-22", "until": "Thu 2020-01-23"},
        {"id": "d2", "on": "Sat 2020-01-25", "from": "09:00"},
        {"id": "d3", "on": "to be decided"},
    ]


def test_one_day_moves_alone() -> None:
    moved = moved_event(TWO, Move(on="Fri 2020-01-24", day="d2", keys=[("from", ""), ("link", "https://a.example")]))

    assert moved["days"] == [
        TWO["days"][0],  # type: ignore[index]
        {"id": "d2", "on": "Fri 2020-01-24", "link": "https://a.example"},
        TWO["days"][2],  # type: ignore[index]
    ]


def test_a_day_that_was_open_gets_its_date() -> None:
    assert dates(moved_event(TWO, Move(on="2020-02-03", day="d3"))) == [
        "Mon 2020-01-20",
        "Thu 2020-01-23",
        "Mon 2020-02-03",
    ]


@pytest.mark.parametrize(
    ("span", "on"),
    [
        ("1 day", "Tue 2020-01-21"),
        ("2 weeks", "Mon 2020-02-03"),
        ("3 Days earlier", "Fri 2020-01-17"),
        ("1 week later", "Mon 2020-01-27"),
    ],
)
def test_a_span_is_counted_in_days_and_weeks(span: str, on: str) -> None:
    assert dates(moved_event(ONE, Move(by=span))) == [on]


def test_a_deadline_gets_another_date_and_hour() -> None:
    moved = moved_event(DUE, Move(on="Fri 2022-02-18", keys=[("at", "18:00"), ("timezone", "reader")]))

    assert moved == {"due": {"on": "Fri 2022-02-18", "at": "18:00", "timezone": "reader"}}


def test_a_cohort_moves_by_its_first_date() -> None:
    assert moved_event(COHORT, Move(by="1 week")) == {**COHORT, "starts": "Mon 2022-01-24"}


def test_venue_and_zone_of_an_only_day_change_where_they_stand() -> None:
    general: EventTree = {**ONE, "venue": "hall", "timezone": "Asia/Dhaka"}

    moved = moved_event(general, Move(keys=[("venue", "garden"), ("timezone", "Asia/Tokyo"), ("from", "10:00")]))

    day = {"id": "d1", "on": "Mon 2020-01-20", "from": "10:00"}
    assert moved == {"days": [day], "venue": "garden", "timezone": "Asia/Tokyo"}


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_a_new_date_confirms_what_was_set_aside_and_drops_the_reason(status: str) -> None:
    aside: EventTree = {**ONE, "status": status, "reason": {"en": "Flood"}}

    assert moved_event(aside, Move(by="0 days")) == ONE
    assert moved_event(aside, Move(keys=[("to", "11:00")]))["status"] == status


def test_a_date_that_contradicts_its_weekday_is_left_to_the_reader() -> None:
    assert dates(moved_event(ONE, Move(on="Tue 2020-01-22"))) == ["Tue 2020-01-22"]


@pytest.mark.parametrize(
    ("tree", "move", "sentence"),
    [
        (ONE, Move(by="two days"), "no span of days"),
        (TWO, Move(keys=[("from", "10:00")]), "has 3 days"),
        (TWO, Move(on="Tue 2020-01-22"), "is a Wednesday"),
        (TWO, Move(by="2 days", day="d3"), "has no date yet"),
        ({"days": [{"on": "October 2027", "id": "d1"}] * 2}, Move(by="2 days"), "No day of the event has a date"),
        (DUE, Move(day="d1", on="Fri 2022-02-18"), "no days"),
        (COHORT, Move(day="d1", on="Fri 2022-02-18"), "goes through the days of online-kh"),
        (COHORT, Move(keys=[("from", "10:00")]), "goes through the days of online-kh"),
    ],
)
def test_a_move_that_leads_nowhere_is_refused(tree: EventTree, move: Move, sentence: str) -> None:
    with pytest.raises(WrittenValueError, match=sentence):
        moved_event(tree, move)


def test_a_day_that_is_not_there_is_not_moved() -> None:
    with pytest.raises(NotFoundError, match='no day "d7"'):
        moved_event(ONE, Move(on="Wed 2020-01-22", day="d7"))
