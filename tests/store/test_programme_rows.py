"""A part of a programme: what is said of its events is what is said of them when all is read, at one question."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.programmes import INVITED_AT, SHIPPED, apply_file, write_programme

from convene.store.database import Database
from convene.store.programme_rows import load_events, load_programme, programme_head, programme_named, row_id
from convene.usecases.events.describe_events import entry_brief

REPEATED = """\
  first:
    kind: meeting
    title: {en: Planning meeting}
    days: [{on: Mon 2020-01-20, from: 09:00, to: 11:30}]
  second:
    same_as: first
    starts: Mon 2020-02-17
  third:
    same_as: second
    starts: Mon 2020-03-16
"""


def _values(rows: Any) -> Any:
    """What rows hold, those of SQLAlchemy and plain ones alike, in whatever they stand."""
    if isinstance(rows, dict):
        return {key: _values(row) for key, row in rows.items()}
    if isinstance(rows, list):
        return [_values(row) for row in rows]
    return {name: value for name, value in vars(rows).items() if not name.startswith("_")}


@contextmanager
def questions(database: Database) -> Iterator[list[str]]:
    """What SQLAlchemy asks the database in the block."""
    asked: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        asked.append(statement)

    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_event_read_alone_says_the_same_as_among_all(database: Database, path: Path) -> None:
    apply_file(database, path, INVITED_AT)
    slug = path.stem

    with database.reading() as session:
        whole = load_programme(session, programme_named(session, slug))
        expected = [entry_brief(whole, each) for each in whole.events]
    with database.reading() as session:
        programme = programme_named(session, slug)
        parts = [(load_programme(session, programme, only=[row_id(each)]), row_id(each)) for each in whole.events]
        alone = [entry_brief(rows, rows.events_by_id[number]) for rows, number in parts]
        plain = [(rows, row_id(each)) for each in whole.events for rows in load_events(session, [row_id(each)])]
        by_the_driver = [entry_brief(rows, rows.events_by_id[number]) for rows, number in plain]

    assert expected
    assert alone == expected
    assert by_the_driver == expected


def test_what_an_event_repeats_is_read_with_it(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, REPEATED), INVITED_AT)

    with database.reading() as session:
        programme = programme_named(session, "small")
        third = load_programme(session, programme).events_by_slug["third"]
        rows = load_programme(session, programme, only=[row_id(third)])

    assert [each.slug for each in rows.events] == ["third", "second", "first"]
    assert entry_brief(rows, third).title == {"en": "Planning meeting"}


def test_events_of_any_programme_are_read_in_one_question_without_the_text_of_a_file(
    database: Database, tmp_path: Path
) -> None:
    apply_file(database, write_programme(tmp_path), INVITED_AT)
    apply_file(database, SHIPPED / "online-2022.yaml", INVITED_AT)

    with database.reading() as session, questions(database) as asked:
        parts = load_events(session, [1, 2])
        briefs = [entry_brief(rows, each) for rows in parts for each in rows.events]

    assert {(rows.programme.slug, *(each.id for each in rows.events)) for rows in parts} == {
        ("small", 1),
        ("online-2022", 2),
    }
    assert len(briefs) == 2
    assert asked == []  # the one question is the driver's own
    assert not any(hasattr(rows.programme, "source") for rows in parts)


def test_events_alone_are_read_as_a_part_of_their_programme(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path, REPEATED), INVITED_AT)

    with database.reading() as session:
        (rows,) = load_events(session, [3])
        part = load_programme(session, programme_named(session, "small"), only=[3])

    assert rows.is_part
    for name in ("events", "days", "venues", "series"):
        assert _values(getattr(rows, name)) == _values(getattr(part, name))
    assert _values(part.programme) == {**_values(rows.programme), "source": part.programme.source}


def test_the_head_of_a_programme_is_as_its_row_has_it(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path), INVITED_AT)

    with database.reading() as session:
        head = programme_head(session.connection(), 1)
        row = programme_named(session, "small")

    assert head == (row.slug, row.title, row.language, row.applied_at)
