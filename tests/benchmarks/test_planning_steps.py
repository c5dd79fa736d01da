"""The benchmark measures what it says: all notices of a programme, and a move that touches one event's alone."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from benchmarks.big_programme import INVITED, Size
from benchmarks.planning_steps import again, copy, load, move, plan
from sqlalchemy import Row
from sqlmodel import col, func, select

from convene.model.notice import Notice, NoticePart
from convene.model.person import Invitation, Person
from convene.store.database import Database, open_database

SIZE = Size(6_000)


@pytest.fixture
def planned(new_address: str) -> Iterator[Database]:
    with closing(open_database(new_address)) as database:
        load(database, SIZE.notices)
        plan(database, 0)
        yield database


def test_every_rule_of_every_event_reminds_everybody_alone_or_in_a_digest(planned: Database) -> None:
    with planned.reading() as session:
        notices = session.exec(select(func.count()).select_from(Notice)).one()
        parts = session.exec(select(func.count()).select_from(NoticePart)).one()
        digests = session.exec(select(func.count(col(NoticePart.notice_id).distinct()))).one()
        invited = session.exec(select(func.count()).select_from(Invitation)).one()

    assert invited == SIZE.events * INVITED
    assert notices - digests + parts == SIZE.notices


def test_people_read_thirteen_languages_in_twelve_zones_and_some_notices_leave_on_another_day(
    planned: Database,
) -> None:
    with planned.reading() as session:
        languages = set(session.exec(select(Person.language)))
        zones = set(session.exec(select(Person.timezone)))
        shifted = session.exec(select(func.count(col(Notice.shifted_from)))).one()

    assert (len(languages), len(zones)) == (13, 12)
    assert 0 < shifted < SIZE.notices / 2


def test_the_bare_copy_writes_the_very_rows_that_planning_wrote(planned: Database) -> None:
    before = _written(planned)

    figures = copy(planned, 0)

    assert _written(planned) == before
    assert (figures["rows"], figures["parts"]) == tuple(len(rows) for rows in before)


def test_a_second_pass_over_all_events_writes_nothing(planned: Database) -> None:
    assert again(planned, 0)["rows"] == 0


def test_planning_after_one_event_moved_writes_the_rows_of_that_event_and_of_no_other(planned: Database) -> None:
    moved = move(planned, 0)

    assert moved["rows_of_others"] == 0
    assert 0 < moved["rows"] <= 2.2 * INVITED * 5  # the old ones cancelled, the new ones added, some digests


def _written(database: Database) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The notices and the parts of digests."""
    with database.reading() as session:
        notices, parts = Notice.__table__, NoticePart.__table__  # type: ignore[attr-defined]
        return (
            list(session.execute(notices.select().order_by(notices.c.id))),
            list(session.execute(parts.select().order_by(parts.c.notice_id, parts.c.cause_id))),
        )
