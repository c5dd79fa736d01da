"""Moments in the database: aware and UTC on the way in and out, whether the database knows zones or not."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select
from tests.programmes import query

from convene.model.person import Person
from convene.store.database import Database

ADDRESS = "sokha@union-kh.example"


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.writing() as session:
        session.add(Person(address=ADDRESS, created_at=datetime(2020, 1, 20, 9, 0)))


def test_a_moment_of_any_zone_is_stored_as_utc_and_comes_back_aware(database: Database) -> None:
    in_phnom_penh = datetime(2020, 1, 20, 9, 0, tzinfo=timezone(timedelta(hours=7)))
    with database.writing() as session:
        session.add(Person(address=ADDRESS, created_at=in_phnom_penh))
    with database.reading() as session:
        stored = session.exec(select(Person.created_at)).one()

    assert (stored, stored.tzinfo) == (in_phnom_penh, UTC)
    assert query(database, "SELECT created_at FROM person") == [("2020-01-20 02:00:00.000000",)]
