"""`new KIND`, `kinds` and `schema`: what helps to write a programme file."""

import json

import pytest
from jsonschema import Draft202012Validator
from tests.cli.terminal import Terminal
from tests.programme_file.edits.editor_view import editor_view

from convene.rules.plans import kind_follow_ups, kind_reminders
from convene.rules.vocabulary import EventKind


@pytest.mark.parametrize("kind", EventKind)
def test_a_new_file_of_any_kind_is_in_order_and_rehearses_as_it_is(convene: Terminal, kind: EventKind) -> None:
    (convene.folder / "new.yaml").write_text(convene("new", kind).out, "utf-8")

    checked = convene("check", "new.yaml", "--json")
    rehearsed = convene("rehearse", "new.yaml", "--out", "out")

    notices = json.loads((convene.folder / "out" / "notices.json").read_text("utf-8"))["notices"]
    mails = list((convene.folder / "out" / "mails").glob("*.eml"))
    assert [problem for problem in checked.json("problems") if problem["level"] in ("error", "warning")] == []
    assert (checked.code, rehearsed.code) == (0, 0)
    assert {notice["state"] for notice in notices} == {"sent"}
    assert len(mails) == len(notices)
    assert {"invitation", "reminder"} <= {notice["kind"] for notice in notices}
    assert min(notice["due_at"] for notice in notices) > "2020-01-06T03:00:00Z"


@pytest.mark.parametrize("kind", EventKind)
def test_a_new_file_is_taken_by_the_schema_that_convene_prints(convene: Terminal, kind: EventKind) -> None:
    schema = json.loads(convene("schema").out)

    found = Draft202012Validator(schema).iter_errors(editor_view(convene("new", kind).out))

    assert [error.message for error in found] == []


def test_a_new_file_is_for_stdout_alone_and_needs_no_database(convene: Terminal) -> None:
    before = sorted(convene.folder.iterdir())

    answer = convene("new", "seminar", DATABASE_URL="sqlite:///no/such/folder.db")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("# A seminar")
    assert sorted(convene.folder.iterdir()) == before


def test_a_kind_that_does_not_exist_brings_the_nearest_one(convene: Terminal) -> None:
    answer = convene("new", "seminr")

    assert (answer.code, answer.out) == (2, "")
    assert 'There is no kind "seminr".' in answer.err
    assert "did you mean seminar?" in answer.err


def test_the_kinds_are_listed_with_their_plans(convene: Terminal) -> None:
    rows = convene("kinds", "--json").json("kinds")

    assert [row["kind"] for row in rows] == list(EventKind)
    for row in rows:
        kind = EventKind(row["kind"])
        assert row["reminders"] == [rule.text for rule in kind_reminders(kind)]
        assert row["follow_ups"] == [rule.text for rule in kind_follow_ups(kind)]
    assert rows[-1]["name"] == "deadline"
    assert rows[-1]["mode"] == "none: it is due"


def test_the_table_of_kinds_has_a_line_for_each_and_leaves_the_usual_hours_out(convene: Terminal) -> None:
    answer = convene("kinds")

    lines = [line for line in answer.out.splitlines() if line]
    assert [line.split()[0] for line in lines] == ["kind", *EventKind]
    assert [cell.strip() for cell in lines[1].split("  ") if cell][-2:] == [
        "7 days before, 1 day before at 17:00",
        "thanks 1 day after",
    ]
    assert lines[-1].endswith("  none")
    assert "09:00" in answer.err
