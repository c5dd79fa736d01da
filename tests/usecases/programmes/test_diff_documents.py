"""The differences between two programme files, in lines that a coordinator can read."""

from pathlib import Path

import pytest
from tests.programmes import MEETING, SHIPPED, write_programme

from convene.programme_file.document import ProgrammeDocument
from convene.usecases.programmes.diff_documents import diff_documents
from convene.usecases.programmes.read_files import read_checked


def document(folder: Path, events: str = MEETING, **more: str) -> ProgrammeDocument:
    return read_checked(write_programme(folder, events, **more)).checked_document


def test_equal_documents_differ_in_nothing() -> None:
    read = read_checked(SHIPPED / "sgra-cambodia.yaml").checked_document
    again = read_checked(SHIPPED / "sgra-cambodia.yaml").checked_document

    assert diff_documents(read, again) == []


def test_a_new_programme_lists_its_events(tmp_path: Path) -> None:
    assert diff_documents(None, document(tmp_path)) == ["+ programme small", "+ events.meeting"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Mon 2020-01-20", "Tue 2020-01-21", "~ events.meeting.days.1.on: Mon 2020-01-20 -> Tue 2020-01-21"),
        ("from: 09:00", "from: 10:00", "~ events.meeting.days.1.from: 09:00 -> 10:00"),
        (", to: 11:30", "", "~ events.meeting.days.1.to: 11:30 -> (none)"),
        ("to: 11:30", "to: 11:30, fold: later", "~ events.meeting.days.1.fold: (none) -> later"),
        ("kind: meeting", "kind: meeting\n    status: draft", "~ events.meeting.status: confirmed -> draft"),
        ("kind: meeting", "kind: meeting\n    target: over 15", "~ events.meeting.target: (none) -> over 15"),
        ("kind: meeting", "kind: seminar", "~ events.meeting.kind: meeting -> seminar"),
        ("Planning", "Yearly", "~ events.meeting.title.en: Planning meeting -> Yearly meeting"),
    ],
)
def test_a_changed_key_is_one_line_with_old_and_new(tmp_path: Path, old: str, new: str, line: str) -> None:
    before, after = document(tmp_path), document(tmp_path, MEETING.replace(old, new))

    assert diff_documents(before, after) == [line]


def test_events_that_come_and_go_are_one_line_each(tmp_path: Path) -> None:
    before, after = document(tmp_path), document(tmp_path, MEETING.replace("meeting:", "other:", 1))

    lines = diff_documents(before, after)

    assert lines[0] == "- events.meeting"
    assert [line.partition(":")[0] for line in lines] == ["- events.meeting", "+ events.other"]


def test_a_renamed_event_is_one_line_beside_what_else_is_different(tmp_path: Path) -> None:
    renamed = MEETING.replace("meeting:", "yearly:", 1) + "    was: meeting\n"
    before, after = document(tmp_path), document(tmp_path, renamed.replace("09:00", "10:00"))

    assert diff_documents(before, after) == [
        "~ events.meeting -> events.yearly",
        "~ events.yearly.days.1.from: 09:00 -> 10:00",
    ]


def test_an_event_under_the_id_that_another_has_given_up_is_new(tmp_path: Path) -> None:
    other = MEETING.replace("meeting:", "other:", 1)
    before = document(tmp_path, MEETING + other)
    after = document(tmp_path, MEETING.replace("meeting:", "yearly:", 1) + "    was: meeting\n")

    assert diff_documents(before, after) == ["~ events.meeting -> events.yearly", "- events.other"]


def test_rules_are_shown_as_they_are_written(tmp_path: Path) -> None:
    before = document(tmp_path, keys="reminders: [7 days before at 09:00]\n")
    after = document(tmp_path, keys="reminders: [1 day before at 17:00, 1 hour before]\n")

    assert diff_documents(before, after) == [
        "~ reminders: [7 days before at 09:00] -> [1 day before at 17:00, 1 hour before]"
    ]
