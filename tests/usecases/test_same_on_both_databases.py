"""SQLite and PostgreSQL come to the same: who gets what, when, in which language, and what they were told."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from sqlmodel import Session, select
from tests.postgresql import PostgreSql
from tests.programmes import small_database
from tests.rules.planned_events import utc
from tests.usecases.planning.test_planning_edits import FIRST_EDIT, edits
from tests.usecases.sample_planner import Planner, apply_file, plan_again, send_due

from convene.model.event import Day, Event
from convene.model.notice import Cause, Notice, NoticePart, Told
from convene.model.person import Person
from convene.resources import resource_folder

Outcome = list[tuple[Any, ...]]
_WRITTEN_BY_THE_DATABASE = {"id", "cause_id", "person_id", "notice_id", "event_id"}


@pytest.fixture(scope="module")
def planners(postgresql: PostgreSql, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Planner, Planner]]:
    folder = tmp_path_factory.mktemp("both")
    with small_database(folder) as file, postgresql.empty_database() as server:
        yield Planner(folder, file), Planner(folder, server)


@pytest.mark.parametrize("name", ["online-2022", "ripess-webinar", "sgra-cambodia", "sgra-laos"])
def test_a_real_programme_is_planned_alike(planners: tuple[Planner, Planner], name: str) -> None:
    path = resource_folder("config") / "programmes" / f"{name}.yaml"
    outcomes: list[Outcome] = []
    for planner in planners:
        with planner.database.trying() as session:
            apply_file(session, path, utc(2015, 1, 1))
            outcomes.append(outcome(session))

    on_sqlite, on_postgresql = outcomes
    assert on_sqlite == on_postgresql != []


@settings(max_examples=6, phases=[Phase.generate])
@given(edits=edits)
def test_the_same_edits_have_the_same_outcome(planners: tuple[Planner, Planner], edits: list[tuple[str, bool]]) -> None:
    on_sqlite, on_postgresql = (lived_through(planner, edits) for planner in planners)

    assert on_sqlite == on_postgresql


def lived_through(planner: Planner, edits: list[tuple[str, bool]]) -> Outcome:
    with planner.database.trying() as session:
        now = FIRST_EDIT
        for events, sends in edits:
            planner.apply_in(session, events, now)
            if sends:
                send_due(session, now + timedelta(minutes=5))
            now += timedelta(days=1)
        plan_again(session, now)
        return outcome(session)


def outcome(session: Session) -> Outcome:
    """Every notice, part and word told, without the numbers of their rows."""
    notices = [*session.exec(select(Notice)), *session.exec(select(NoticePart))]
    rows: Outcome = [(address(session, row), *cause(session, row.cause_id), values(row)) for row in notices]
    for told in session.exec(select(Told)):
        rows.append((address(session, told), "told", session.get_one(Event, told.event_id).slug, values(told)))
    return sorted(rows, key=repr)


def address(session: Session, row: Notice | NoticePart | Told) -> str:
    return session.get_one(Person, row.person_id).address


def cause(session: Session, cause_id: int) -> tuple[Any, ...]:
    row = session.get_one(Cause, cause_id)
    event = session.get_one(Event, row.event_id).slug if row.event_id else None
    day = session.get_one(Day, row.day_id).slug if row.day_id else None
    return (event, day, row.kind, row.rule, row.occurrence, row.revision)


def values(row: Notice | NoticePart | Told) -> dict[str, Any]:
    return row.model_dump(exclude=_WRITTEN_BY_THE_DATABASE)
