"""The database as it is opened: what the promises need holds on every connection."""

import sqlite3
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlmodel import select
from tests.programmes import database_file, query, small_database
from tests.smtp_inbox import free_port

from convene.errors import ConveneError
from convene.model.installation import Installation
from convene.model.person import Person
from convene.store.database import Database, DatabaseError, open_database

NOW = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)


def test_every_connection_is_durable_and_checks_its_references(tmp_path: Path) -> None:
    with small_database(tmp_path) as database, ExitStack() as open_at_once:
        for _ in range(3):
            connection = open_at_once.enter_context(database.engine.connect())
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_connection_waits_for_a_writer_instead_of_failing_at_once(tmp_path: Path) -> None:
    with small_database(tmp_path) as database, database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 10_000


def may_write(path: Path) -> bool:
    """Whether somebody else gets the write lock at once."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        other.execute("ROLLBACK")
        return True


def test_a_writer_holds_the_lock_from_its_first_statement_and_a_reader_never(tmp_path: Path) -> None:
    path = tmp_path / "convene.db"
    with small_database(tmp_path) as database:
        with database.reading() as session:
            session.exec(select(Person)).all()
            assert may_write(path)
        with database.writing() as session:
            session.exec(select(Person)).all()
            assert not may_write(path)
        assert may_write(path)


def test_a_reader_sees_one_state_while_somebody_writes(database: Database) -> None:
    with database.reading() as reader:
        before = reader.exec(select(Person)).all()
        with database.writing() as writer:
            writer.add(Person(address="sokha@union-kh.example", created_at=NOW))

        assert reader.exec(select(Person)).all() == before == []


def test_what_somebody_writes_while_reading_is_never_kept(database: Database) -> None:
    with suppress(InternalError), database.reading() as session:  # PostgreSQL refuses it
        session.add(Person(address="sokha@union-kh.example", created_at=NOW))
        session.flush()

    assert query(database, "SELECT count(*) FROM person") == [(0,)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_prepares_what_is_read_again_and_again(database: Database) -> None:
    prepared = text("SELECT count(*) FROM pg_prepared_statements")
    for _ in range(100):  # the connections of the pool take turns, and each prepares what it is asked five times
        with database.reading() as session:
            found = session.execute(prepared).scalar_one()

    assert found > 0


def test_a_writer_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all([Person(address="sokha@union-kh.example", created_at=NOW) for _ in range(2)])

    assert query(database, "SELECT count(*) FROM person") == [(0,)]


def test_what_is_only_tried_is_never_kept(database: Database) -> None:
    with database.trying() as session:
        session.add(Person(address="sokha@union-kh.example", created_at=NOW))
        session.flush()
        assert len(session.exec(select(Person)).all()) == 1

    assert query(database, "SELECT count(*) FROM person") == [(0,)]


def test_a_path_with_spaces_and_letters_of_any_script_opens(tmp_path: Path) -> None:
    folder = tmp_path / "ឯកសារ របស់ខ្ញុំ"
    folder.mkdir()

    open_database(f"sqlite:///{folder / 'convene.db'}").close()

    assert (folder / "convene.db").exists()


@pytest.mark.parametrize("url", ["mysql://user:pa55word@host/name", "nonsense", "sqlite+nothing:///x.db", ""])
def test_an_address_that_is_none_of_ours_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        open_database(url)

    assert "sqlite:///convene.db" in refused.value.remedy
    assert "pa55word" not in refused.value.sentence + refused.value.remedy


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConveneError) as refused:
        open_database(f"sqlite:///{tmp_path / 'no such folder' / 'convene.db'}")

    assert "CONVENE_DATABASE_URL" in refused.value.remedy


def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "convene.db"
    path.write_text("a letter to the members\n" * 100)

    with pytest.raises(ConveneError) as refused:
        open_database(f"sqlite:///{path}")

    assert refused.value.sentence.endswith(".")
    assert path.read_text() == "a letter to the members\n" * 100


def test_a_server_that_is_away_is_said_without_its_password() -> None:
    with pytest.raises(ConveneError) as refused:
        open_database(f"postgresql://convene:pa55word@127.0.0.1:{free_port()}/convene")

    assert "pa55word" not in refused.value.sentence + refused.value.remedy


def test_a_copy_of_a_database_opens_where_it_lies(tmp_path: Path) -> None:
    copy = database_file(tmp_path / "copy")

    open_database(f"sqlite:///{copy}").close()

    assert query(copy, "SELECT count(*) FROM notice") == [(0,)]


def content_version(database: Database) -> int:
    with database.reading() as session:
        return session.exec(select(Installation.content_version)).one()


def test_a_file_that_was_moved_away_is_no_database_any_more_and_none_is_made_in_its_place(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        file, aside = tmp_path / "convene.db", tmp_path / "aside.db"
        with database.reading() as session:
            known = session.exec(select(Installation.key_secret)).one()
        file.rename(aside)

        for _ in range(2):
            with pytest.raises(OperationalError, match="unable to open") as away, database.writing():
                pass
            assert away.value.orig is not None
            assert database.is_outage(away.value.orig)
        database.engine.dispose()
        with pytest.raises(OperationalError, match="unable to open"), database.reading() as session:
            session.connection()
        assert not file.exists()

        aside.rename(file)
        with database.reading() as session:
            assert session.exec(select(Installation.key_secret)).one() == known


def test_a_file_that_was_replaced_is_read_and_written_by_everybody(tmp_path: Path) -> None:
    with small_database(tmp_path) as database:
        with database.reading() as session, database.reading() as another:  # two connections wait for the next
            before = {each.exec(select(Installation.key_secret)).one() for each in (session, another)}
        other = database_file(tmp_path / "copy")
        with closing(sqlite3.connect(other, isolation_level=None)) as connection:
            connection.execute("UPDATE installation SET key_secret = ?", (b"another",))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.rename(tmp_path / "convene.db")

        with database.reading() as session, database.writing() as writer:
            found = [each.exec(select(Installation.key_secret)).one() for each in (session, writer)]

    assert found == [b"another"] * 2
    assert before != {b"another"}


def test_a_change_raises_the_content_version_and_a_record_of_delivery_does_not(database: Database) -> None:
    before = content_version(database)

    with database.writing() as session:
        session.add(Person(address="sokha@union-kh.example", created_at=NOW))
    assert content_version(database) == before + 1
    with database.recording():
        pass
    assert content_version(database) == before + 1
