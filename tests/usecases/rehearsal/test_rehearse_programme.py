"""A rehearsal: every mail of a programme's life in a folder, with no network and without its user's database."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tests.programmes import MEETING, SHIPPED, write_programme

from convene.usecases.programmes.read_files import read_checked
from convene.usecases.rehearsal.rehearse_programme import rehearse

TODAY = datetime(2026, 1, 1, tzinfo=UTC)


def nobody_hears(moment: datetime, sent: int) -> None:
    """Progress that nobody looks at."""


def rehearsed(path: Path, out: Path, start: datetime | None = None) -> list[dict[str, Any]]:
    rehearse(read_checked(path), out, start, TODAY, nobody_hears)
    written = json.loads((out / "notices.json").read_text("utf-8"))
    assert written["version"] == 1
    rows: list[dict[str, Any]] = written["notices"]
    return rows


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """SGRA in Cambodia, rehearsed where no connection can be made and no database file can be opened."""
    out = tmp_path_factory.mktemp("rehearsal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "bind", refuse)
        patch.setenv("CONVENE_DATABASE_URL", f"sqlite:///{out / 'no' / 'such' / 'folder.db'}")
        yield out, rehearsed(SHIPPED / "sgra-cambodia.yaml", out)


def refuse(*_: Any) -> NoReturn:
    raise AssertionError("a rehearsal opens no connection")


def test_each_notice_that_left_has_its_mail_beside_it_and_no_other(life: tuple[Path, list[dict[str, Any]]]) -> None:
    out, notices = life

    files = {notice["file"] for notice in notices if notice["state"] == "sent"}

    assert files == {f"mails/{path.name}" for path in (out / "mails").iterdir()}
    assert len(files) == len([notice for notice in notices if notice["state"] == "sent"])
    assert {notice["file"] for notice in notices if notice["state"] != "sent"} <= {None}


def test_each_mail_is_the_one_its_row_describes(life: tuple[Path, list[dict[str, Any]]]) -> None:
    out, notices = life

    for notice in notices:
        mail = message_from_bytes((out / notice["file"]).read_bytes())
        assert mail["Message-ID"] == notice["message_id"]
        assert notice["person"] in mail["To"]
        assert mail["Content-Language"] == notice["language"]


def test_a_whole_life_ends_with_nothing_waiting(life: tuple[Path, list[dict[str, Any]]]) -> None:
    _, notices = life

    assert {notice["state"] for notice in notices} == {"sent"}
    assert {notice["kind"] for notice in notices} == {
        "invitation",
        "reminder",
        "digest",
        "thanks",
        "action-plan",
        "progress",
    }


def test_it_begins_thirty_days_before_the_first_day_and_everybody_is_invited_then(
    life: tuple[Path, list[dict[str, Any]]],
) -> None:
    _, notices = life

    invited = {notice["sent_at"][:10] for notice in notices if notice["kind"] == "invitation"}
    assert invited == {"2019-12-21"}


def test_it_begins_an_hour_before_the_earliest_notice_where_that_is_earlier(tmp_path: Path) -> None:
    path = write_programme(tmp_path, keys="reminders: [6 weeks before at 09:00]\n")

    notices = rehearsed(path, tmp_path / "out")

    invitation, reminder = (
        next(notice for notice in notices if notice["kind"] == kind) for kind in ("invitation", "reminder")
    )
    assert (invitation["sent_at"], reminder["sent_at"]) == ("2019-12-09T01:00:00Z", "2019-12-09T02:00:00Z")


def test_it_begins_where_it_is_told_to(tmp_path: Path) -> None:
    notices = rehearsed(write_programme(tmp_path), tmp_path / "out", datetime(2020, 1, 15, tzinfo=UTC))

    assert {notice["sent_at"][:10] for notice in notices if notice["kind"] == "invitation"} == {"2020-01-15"}


def test_two_rehearsals_write_the_same_story(tmp_path: Path) -> None:
    path = write_programme(tmp_path)

    def story(out: Path) -> list[dict[str, Any]]:
        secret = ("key", "message_id", "file")
        return [{name: value for name, value in row.items() if name not in secret} for row in rehearsed(path, out)]

    assert story(tmp_path / "one") == story(tmp_path / "two")


def test_the_index_is_a_page_that_needs_no_other_server(life: tuple[Path, list[dict[str, Any]]]) -> None:
    out, _ = life

    page = (out / "index.html").read_text("utf-8")

    assert page.startswith("<!doctype html>")
    assert 'src="http' not in page
    assert '<link rel="stylesheet" href="http' not in page


def test_a_day_without_an_end_is_drawn_without_one(tmp_path: Path) -> None:
    rehearsed(write_programme(tmp_path, MEETING.replace(", to: 11:30", "")), tmp_path / "out")

    assert "<title>09:00, in-person: Mon 20 Jan 2020 02:00 UTC</title>" in (tmp_path / "out" / "index.html").read_text()


def test_a_programme_without_any_date_is_rehearsed_without_a_mail(tmp_path: Path) -> None:
    undated = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: to be decided}")

    assert rehearsed(write_programme(tmp_path, undated), tmp_path / "out") == []
    assert (tmp_path / "out" / "index.html").exists()
