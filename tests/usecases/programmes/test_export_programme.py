"""Export: the file that matches the database, with the coordinator's comments where they were."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.programmes import (
    INVITED_AT,
    MEETING,
    SHIPPED,
    all_rows,
    apply_file,
    small_database,
    write_programme,
)

from convene.errors import NotFoundError
from convene.store.database import Database
from convene.usecases.events.set_event_aside import cancel_event
from convene.usecases.programmes.export_programme import export_programme

LATER = INVITED_AT + timedelta(minutes=1)


def export(database: Database, programme: str = "small") -> str:
    with database.reading() as session:
        return export_programme(session, programme)


@pytest.mark.parametrize("name", ["sgra-cambodia", "sgra-laos", "online-2022", "ripess-webinar"])
def test_an_applied_file_comes_back_byte_for_byte(database: Database, name: str) -> None:
    path = SHIPPED / f"{name}.yaml"
    apply_file(database, path)

    assert export(database, name).encode() == path.read_bytes()


def test_a_cancelled_event_is_written_as_such_and_every_other_line_stays(database: Database, tmp_path: Path) -> None:
    commented = MEETING.replace("    invite:", "    # whoever sits on the board\n    invite:") + "# the end\n"
    path = write_programme(tmp_path, commented)
    apply_file(database, path)
    with database.writing() as session:
        cancel_event(session, "meeting", [], LATER)

    exported = export(database).splitlines()

    written = path.read_text("utf-8").splitlines()
    assert [line for line in exported if line not in written] == ["    status: cancelled"]
    assert [line for line in exported if line in written] == written


def test_the_reason_of_a_cancellation_is_written_too(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    with database.writing() as session:
        cancel_event(session, "meeting", ["The hall was flooded"], LATER)

    assert "The hall was flooded" in export(database)


@pytest.mark.parametrize("name", ["sgra-cambodia", "sgra-laos", "online-2022"])
def test_applying_what_was_exported_after_a_cancellation_changes_nothing(
    database: Database, tmp_path: Path, name: str
) -> None:
    event = {"sgra-cambodia": "dac-3", "sgra-laos": "ewc-2", "online-2022": "online-bd"}[name]
    early = INVITED_AT.replace(year=2015)
    apply_file(database, SHIPPED / f"{name}.yaml", early)
    with database.writing() as session:
        cancel_event(session, event, ["The hall was flooded"], early + timedelta(minutes=1))
    (tmp_path / f"{name}.people.csv").write_bytes((SHIPPED / f"{name}.people.csv").read_bytes())
    exported = tmp_path / f"{name}.yaml"
    exported.write_text(export(database, name), "utf-8")
    before = all_rows(database, "applied_at", "source", "content_version")

    apply_file(database, exported, early + timedelta(minutes=2))

    assert all_rows(database, "applied_at", "source", "content_version") == before
    assert export(database, name) == exported.read_text("utf-8")


def test_ids_of_days_are_written_where_order_alone_would_not_give_them(database: Database, tmp_path: Path) -> None:
    two_days = MEETING.replace(
        "{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: Mon 2020-01-20}, {on: Tue 2020-01-21}"
    )
    apply_file(database, write_programme(tmp_path, two_days))
    second_only = MEETING.replace("Mon 2020-01-20, from: 09:00, to: 11:30", "Tue 2020-01-21")
    apply_file(database, write_programme(tmp_path, second_only), LATER)

    exported = export(database)

    (tmp_path / "again").mkdir()
    again = write_programme(tmp_path / "again")
    again.write_text(exported, "utf-8")
    with small_database(tmp_path / "again") as fresh:
        apply_file(fresh, again)
        assert export(fresh) == exported
    assert "id: d2" in exported


def test_a_programme_that_does_not_exist_is_said_with_those_that_do(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))

    with pytest.raises(NotFoundError) as missing:
        export(database, "smal")

    assert "smal" in missing.value.sentence
    assert "small" in missing.value.remedy
