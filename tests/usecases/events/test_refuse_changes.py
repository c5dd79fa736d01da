"""What may not become of an event, not even with --overwrite."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.programmes import INVITED_AT, MEETING, all_rows, apply_file, query, write_programme

from convene.errors import ConflictError
from convene.rules.event_statuses import next_statuses
from convene.rules.vocabulary import EventStatus
from convene.store.database import Database

LATER = INVITED_AT + timedelta(days=1)
AFTERWARDS = INVITED_AT + timedelta(days=30)
PAIRS = [(old, new) for old in EventStatus for new in EventStatus if old is not new]


def with_status(folder: Path, status: str, events: str = MEETING) -> Path:
    return write_programme(folder, events + f"    status: {status}\n")


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair[1] not in next_statuses(pair[0])])
def test_a_status_that_does_not_follow_is_refused_and_nothing_is_written(
    database: Database, tmp_path: Path, old: EventStatus, new: EventStatus
) -> None:
    apply_file(database, with_status(tmp_path, old))
    before = all_rows(database)

    with pytest.raises(ConflictError, match=f'"meeting" is {old} and cannot become {new}') as refused:
        apply_file(database, with_status(tmp_path, new), LATER, overwrite=True)

    assert refused.value.exit_code == 4
    assert all_rows(database) == before


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair[1] in next_statuses(pair[0])])
def test_a_status_that_follows_is_taken(database: Database, tmp_path: Path, old: EventStatus, new: EventStatus) -> None:
    apply_file(database, with_status(tmp_path, old))

    apply_file(database, with_status(tmp_path, new), LATER)

    assert query(database, "SELECT status FROM event") == [(new.value,)]


def test_the_status_is_followed_through_a_new_id(database: Database, tmp_path: Path) -> None:
    apply_file(database, with_status(tmp_path, "cancelled"))
    renamed = MEETING.replace("meeting:", "yearly:", 1) + "    was: meeting\n"

    with pytest.raises(ConflictError, match="cannot become draft"):
        apply_file(database, with_status(tmp_path, "draft", renamed), LATER)


@pytest.mark.parametrize("due", ["on: 2020-01-20", "on: 2020-01-20, at: 18:00", "on: 2020-01-20, timezone: Asia/Tokyo"])
def test_a_deadline_that_has_passed_everywhere_was_held_whoever_s_clock_it_is_on(
    database: Database, tmp_path: Path, due: str
) -> None:
    essays = f"  essays: {{kind: deadline, title: {{en: Essays}}, due: {{{due}}}, invite: [members]}}\n"
    later = essays.replace("2020-01-20", "2020-02-20")
    apply_file(database, write_programme(tmp_path, essays))

    with pytest.raises(ConflictError, match='"essays" was held'):
        apply_file(database, write_programme(tmp_path, later), datetime(2020, 1, 21, 12, tzinfo=UTC))

    if "Tokyo" not in due:
        apply_file(database, write_programme(tmp_path, later), datetime(2020, 1, 21, 4, tzinfo=UTC))


def test_what_was_postponed_is_confirmed_only_with_a_date(database: Database, tmp_path: Path) -> None:
    apply_file(database, with_status(tmp_path, "postponed"))
    undecided = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: to be decided}")

    with pytest.raises(ConflictError, match="no date yet"):
        apply_file(database, write_programme(tmp_path, undecided), LATER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Mon 2020-01-20", "Tue 2020-01-21"),
        ("from: 09:00", "from: 10:00"),
        ("kind: meeting", "kind: meeting\n    number: 4"),
        ("kind: meeting", "kind: meeting\n    status: cancelled"),
        ("kind: meeting", "kind: meeting\n    timezone: Asia/Tokyo"),
        ("to: 11:30}]", "to: 11:30}, {on: Mon 2020-03-02}]"),
    ],
)
def test_what_was_held_is_not_moved_cancelled_or_renumbered(
    database: Database, tmp_path: Path, old: str, new: str
) -> None:
    apply_file(database, write_programme(tmp_path))
    before = all_rows(database)

    with pytest.raises(ConflictError, match='"meeting" was held'):
        apply_file(database, write_programme(tmp_path, MEETING.replace(old, new)), AFTERWARDS, overwrite=True)

    assert all_rows(database) == before


def test_what_was_held_may_still_get_another_title_and_a_link_to_its_recording(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path))
    changed = MEETING.replace("Planning", "Yearly planning").replace(
        "to: 11:30", 'to: 11:30, link: "https://a.example"'
    )

    apply_file(database, write_programme(tmp_path, changed), AFTERWARDS)

    assert query(database, "SELECT link FROM day") == [("https://a.example",)]


def test_a_cohort_that_went_through_its_days_is_not_moved_by_its_source(database: Database, tmp_path: Path) -> None:
    cohort = "  second: {same_as: meeting, cohort: second team, starts: Mon 2020-01-13, invite: [members]}\n"
    apply_file(database, write_programme(tmp_path, MEETING + cohort))

    with pytest.raises(ConflictError, match='"second" was held'):
        apply_file(
            database,
            write_programme(tmp_path, MEETING.replace("09:00", "10:00") + cohort),
            INVITED_AT + timedelta(days=9),
        )
