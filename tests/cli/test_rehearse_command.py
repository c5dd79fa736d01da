"""`rehearse FILE --out DIR`."""

import json

from tests.cli.terminal import Terminal
from tests.programmes import MEETING, write_programme


def test_a_rehearsal_writes_its_folder_and_leaves_the_database_alone(convene: Terminal) -> None:
    write_programme(convene.folder)
    convene("apply", "small.yaml", "--yes")
    before = convene.rows()

    answer = convene("rehearse", "small.yaml", "--out", "my rehearsal")

    out = convene.folder / "my rehearsal"
    notices = json.loads((out / "notices.json").read_text("utf-8"))["notices"]
    assert answer.code == 0
    assert f"{len(notices)} mails" in answer.err
    assert "index.html" in answer.err
    assert len(list((out / "mails").glob("*.eml"))) == len(notices) == 8
    assert convene.rows() == before


def test_a_rehearsal_needs_no_database_and_no_server(convene: Terminal) -> None:
    write_programme(convene.folder)

    answer = convene("rehearse", "small.yaml", DATABASE_URL="sqlite:///no/such/folder.db")

    assert answer.code == 0
    assert (convene.folder / "rehearsal" / "index.html").exists()


def test_a_rehearsal_begins_at_the_date_given(convene: Terminal) -> None:
    write_programme(convene.folder)

    convene("rehearse", "small.yaml", "--from", "Wed 2020-01-15", "--out", "out")

    notices = json.loads((convene.folder / "out" / "notices.json").read_text("utf-8"))["notices"]
    assert min(notice["sent_at"] for notice in notices) == "2020-01-15T00:00:00Z"


def test_a_date_that_is_none_is_a_wrong_command_line(convene: Terminal) -> None:
    write_programme(convene.folder)

    answer = convene("rehearse", "small.yaml", "--from", "Thu 2020-01-15")

    assert answer.code == 2
    assert "Wed 2020-01-15" in answer.err


def test_a_faulty_file_is_not_rehearsed(convene: Terminal) -> None:
    write_programme(convene.folder, MEETING.replace("Mon", "Tue"))

    answer = convene("rehearse", "small.yaml", "--out", "out")

    assert answer.code == 1
    assert not (convene.folder / "out").exists()
