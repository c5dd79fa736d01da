"""One step of the planning benchmark, in a process of its own so that its memory is its own: figures as JSON.

Run by `benchmarks/planning.py`: python -m benchmarks.planning_steps load|plan|copy|again|move URL [NOTICES]
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

from benchmarks.big_programme import END, NOW, SLUG, START, Size, write_programme
from benchmarks.peak_memory import peak_mib
from sqlalchemy import text
from sqlmodel import Session, col, select

from convene.model.event import Day, Event
from convene.rules.zones import instant
from convene.store.database import Database, open_database
from convene.store.programme_rows import load_programme, programme_named, row_id
from convene.usecases.planning.plan_notices import Planned, plan_programme

Figures = dict[str, float]
MOVES = 5

_PLANNED_TABLES = ("noticepart", "notice", "cause", "eventrevision")
_COPY_NOTICES = "INSERT INTO notice SELECT * FROM kept"
_COPY_PARTS = "INSERT INTO noticepart SELECT * FROM kept_part"
_WRITTEN = "SELECT * FROM notice EXCEPT SELECT * FROM kept"
# A reminder of another event may be written only where it joins one of the moved event, or no longer does.
_OF_OTHERS = f"""
    WITH written AS ({_WRITTEN})
    SELECT count(*) FROM written JOIN cause ON cause.id = written.cause_id
    WHERE cause.kind <> 'digest' AND cause.event_id <> :event_id AND NOT EXISTS (
        SELECT 1 FROM written AS own JOIN cause AS its ON its.id = own.cause_id
        WHERE (its.event_id = :event_id OR its.kind = 'digest')
            AND own.person_id = written.person_id AND own.joins_on = written.joins_on
    )
"""


def load(database: Database, notices: int) -> Figures:
    """Write the programme that is planned."""
    with database.writing() as session:
        write_programme(session, Size(notices))
    _measured(database)
    return {}


def plan(database: Database, _: int) -> Figures:
    """Plan everything, from nothing."""
    _empty(database, *_PLANNED_TABLES)
    before = peak_mib()
    started = perf_counter()
    with database.writing() as session:
        planned = _plan(session)
    seconds, peak = perf_counter() - started, peak_mib()
    parts = _count(database, "SELECT count(*) FROM noticepart")
    return {"rows": planned.added, "parts": parts, "seconds": seconds, "peak_mib": peak, "before_mib": before}


def copy(database: Database, _: int) -> Figures:
    """Write the rows that planning wrote once more, from tables without indexes: the least it can take.

    First the notices alone, then, on empty tables again, with the parts of digests, in one transaction.
    """
    if not _count(database, "SELECT count(*) FROM kept"):
        _say(database, "INSERT INTO kept SELECT * FROM notice")
        _say(database, "INSERT INTO kept_part SELECT * FROM noticepart")
    alone = _copied(database, _COPY_NOTICES)
    seconds = _copied(database, _COPY_NOTICES, _COPY_PARTS)
    rows = _count(database, "SELECT count(*) FROM notice")
    parts = _count(database, "SELECT count(*) FROM noticepart")
    return {"rows": rows, "parts": parts, "seconds": seconds, "seconds_alone": alone}


def _copied(database: Database, *statements: str) -> float:
    """How many seconds the statements and their commit take, on empty tables."""
    _empty(database, "noticepart", "notice")
    started = perf_counter()
    _say(database, *statements)
    return perf_counter() - started


def again(database: Database, _: int) -> Figures:
    """Plan everything once more, with nothing changed: every notice, and every part of a digest, is compared."""
    started = perf_counter()
    with database.writing() as session:
        planned = _plan(session)
    written = planned.added + planned.changed + planned.cancelled
    return {"seconds": perf_counter() - started, "rows": written}


def move(database: Database, _: int) -> Figures:
    """Plan anew after one event was moved by three days, several times: a median, and what was written."""
    _measured(database)
    runs = [_move(database, event_id) for event_id in range(2, 2 + MOVES)]
    return {key: median(run[key] for run in runs) for key in runs[0]}


def _move(database: Database, event_id: int) -> Figures:
    _say(database, "DELETE FROM kept")
    _say(database, "INSERT INTO kept SELECT * FROM notice")
    with database.writing() as session:
        _move_event(session, event_id)
    _settle(database)
    started = perf_counter()
    with database.writing() as session:
        _plan(session, [event_id])
    milliseconds = 1000 * (perf_counter() - started)
    written = _count(database, f"SELECT count(*) FROM ({_WRITTEN}) AS written")
    return {
        "milliseconds": milliseconds,
        "rows": written,
        "rows_of_others": _count(database, _OF_OTHERS, event_id=event_id),
    }


def _plan(session: Session, events: list[int] | None = None) -> Planned:
    """The planner's one entry, as `apply` calls it."""
    rows = load_programme(session, programme_named(session, SLUG), events)
    return plan_programme(session, rows, NOW, events, None if events else _tell)


def _tell(done: int, of: int) -> None:
    print(f"\r  {done} of {of} events", end="" if done < of else "\n", file=sys.stderr, flush=True)


def _move_event(session: Session, event_id: int) -> None:
    event = session.get_one(Event, event_id)
    day = session.exec(select(Day).where(col(Day.event_id) == row_id(event))).one()
    assert day.on_date is not None
    day.on_date += timedelta(days=3)
    day.starts_at = instant(day.on_date, START, day.zone)
    day.ends_at = instant(day.on_date, END, day.zone)
    event.revision += 1


def _empty(database: Database, *tables: str) -> None:
    if database.engine.dialect.name == "postgresql":
        _say(database, f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    else:
        for table in tables:
            _say(database, f"DELETE FROM {table}")
        _settle(database)


def _settle(database: Database) -> None:
    """Let nobody pay for what was written before: SQLite's next commit would move it all into the file."""
    if database.engine.dialect.name == "sqlite":
        _outside(database, "PRAGMA wal_checkpoint(TRUNCATE)")


def _measured(database: Database) -> None:
    """What autovacuum does within the minute, done at once; the bare copy's sources are made, empty."""
    _say(database, "CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM notice WHERE FALSE")
    _say(database, "CREATE TABLE IF NOT EXISTS kept_part AS SELECT * FROM noticepart WHERE FALSE")
    if database.engine.dialect.name == "postgresql":
        _outside(database, "VACUUM ANALYZE")


def _say(database: Database, *statements: str) -> None:
    """Run the statements in one transaction."""
    with database.writing() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def _outside(database: Database, statement: str) -> None:
    """Run a statement that wants no transaction around it."""
    connection = database.engine.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    if database.engine.dialect.name == "postgresql":
        driver.autocommit = True
    driver.execute(statement)
    connection.invalidate()


def _count(database: Database, query: str, **values: int) -> int:
    with database.reading() as session:
        return int(session.connection().execute(text(query), values).scalar_one())


STEPS: dict[str, Callable[[Database, int], Figures]] = {
    "load": load,
    "plan": plan,
    "copy": copy,
    "again": again,
    "move": move,
}


def main(step: str, url: str, notices: int = 0) -> None:
    database = open_database(url)
    try:
        print(json.dumps(STEPS[step](database, notices)))
    finally:
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
