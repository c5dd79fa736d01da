"""The listing of a feed is read from indexes alone: the rows of events and days are long, and a feed has thousands."""

import pytest
from tests.programmes import INVITED_AT, SHIPPED, apply_file

from convene.store.database import Database
from convene.store.feed_listing import days_of_event, days_of_programme


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("list_days", [days_of_event, days_of_programme])
@pytest.mark.parametrize("whole_events", [False, True])
def test_no_row_of_an_event_or_a_day_is_read_for_it(database: Database, list_days, whole_events: bool) -> None:  # type: ignore[no-untyped-def]
    apply_file(database, SHIPPED / "online-2022.yaml", INVITED_AT)
    asked: list[str] = []

    with database.reading() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(asked.append)
        assert list_days(session.connection(), 1, whole_events=whole_events).lines
        driver.set_trace_callback(None)
        steps = [step for *_, step in driver.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]

    assert any("COVERING INDEX day_listed" in step for step in steps), steps
    assert list_days is days_of_event or any("COVERING INDEX event_listed" in step for step in steps), steps
