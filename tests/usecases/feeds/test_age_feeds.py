"""What ages out of feeds leaves them because a row changes: by the daily sweep, or with the next change."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from tests.programmes import INVITED_AT, MEETING, SHIPPED, apply_file, query, write_programme

from convene.store.database import Database, content_version
from convene.usecases.feeds.age_feeds import sweep_feeds
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed

CANCELLED = MEETING + "    status: cancelled\n"
POSTPONED = MEETING + "    status: postponed\n"
TWO_DAYS = MEETING.replace("11:30}]", "11:30}, {on: Tue 2020-01-21, from: 22:00, to: 01:00}]")
UNDATED = MEETING.replace("{on: Mon 2020-01-20, from: 09:00, to: 11:30}", "{on: to be decided}")
OVER = datetime(2020, 1, 21, 12, tzinfo=UTC)
"""When Monday 20 January 2020, the day of the meeting, has passed everywhere."""
SECOND = timedelta(seconds=1)


def summaries(database: Database) -> list[str]:
    with database.reading() as session:
        body = publish_feed(session, FeedSubject(programme="small"), None).body
    return [str(entry["SUMMARY"]) for entry in Calendar.from_ical(body).walk("VEVENT")]


def version(database: Database) -> int:
    with database.reading() as session:
        return content_version(session)


def test_what_took_place_leaves_after_180_days(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))

    assert sweep_feeds(database, OVER + timedelta(days=180)) == 0
    assert summaries(database) == ["Planning meeting"]
    assert sweep_feeds(database, OVER + timedelta(days=180) + SECOND) == 1
    assert summaries(database) == ["No dates yet"]


@pytest.mark.parametrize("events", [CANCELLED, POSTPONED])
def test_what_was_called_off_leaves_after_60_days(database: Database, tmp_path: Path, events: str) -> None:
    apply_file(database, write_programme(tmp_path))
    apply_file(database, write_programme(tmp_path, events), INVITED_AT)

    assert sweep_feeds(database, INVITED_AT + timedelta(days=60)) == 0
    assert sweep_feeds(database, INVITED_AT + timedelta(days=60) + SECOND) == 1


def test_a_day_that_lost_its_date_stays_until_the_date_that_people_knew_has_passed(
    database: Database, tmp_path: Path
) -> None:
    known_early = INVITED_AT - timedelta(days=100)
    apply_file(database, write_programme(tmp_path), known_early)
    apply_file(database, write_programme(tmp_path, UNDATED), known_early)

    assert sweep_feeds(database, OVER) == 0
    assert sweep_feeds(database, OVER + SECOND) == 1


def test_a_day_that_never_had_a_date_is_left_alone(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, UNDATED))

    assert sweep_feeds(database, INVITED_AT + timedelta(days=5000)) == 0


def test_days_leave_one_by_one_and_one_over_midnight_with_its_end(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, TWO_DAYS))

    assert sweep_feeds(database, OVER + timedelta(days=180) + SECOND) == 1
    assert sweep_feeds(database, OVER + timedelta(days=182)) == 0
    assert sweep_feeds(database, OVER + timedelta(days=182) + SECOND) == 1


def test_a_removed_day_leaves_60_days_after_it_was_removed(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, TWO_DAYS))
    apply_file(database, write_programme(tmp_path), INVITED_AT)

    assert sweep_feeds(database, INVITED_AT + timedelta(days=60) + SECOND) == 1
    assert summaries(database) == ["Planning meeting"]


def test_the_sweep_raises_the_content_version_only_where_something_left(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    before = version(database)

    sweep_feeds(database, INVITED_AT)
    assert version(database) == before
    sweep_feeds(database, OVER + timedelta(days=181))
    assert version(database) == before + 1


def test_a_new_date_brings_an_entry_back_at_once(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, POSTPONED))
    much_later = INVITED_AT + timedelta(days=300)
    sweep_feeds(database, much_later)
    assert summaries(database) == ["No dates yet"]

    apply_file(database, write_programme(tmp_path, MEETING.replace("Mon 2020-01-20", "Wed 2020-11-25")), much_later)

    assert summaries(database) == ["Planning meeting"]


def test_history_that_is_entered_late_is_in_no_feed(database: Database) -> None:
    apply_file(database, SHIPPED / "sgra-laos.yaml", datetime(2020, 1, 1, tzinfo=UTC))

    assert query(database, "SELECT count(*) FROM day WHERE in_feeds") == [(0,)]
