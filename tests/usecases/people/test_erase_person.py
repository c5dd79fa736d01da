"""An erased person leaves nothing behind but a hash that nobody can read, and no file brings them back unasked."""

import asyncio
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select
from tests.programmes import (
    INVITED_AT,
    MEETING,
    PEOPLE,
    SOKHA,
    VANNA,
    all_rows,
    apply_file,
    query,
    send_due,
    small_database,
    write_programme,
)
from tests.usecases.sample_planner import MEETING as TEAM_MEETING
from tests.usecases.sample_planner import TRAINING, Planner

from convene.errors import ConflictError, NotFoundError
from convene.model.person import ErasedAddress, OptOut
from convene.programme_file.document import PersonEntry
from convene.store.database import Database, open_database
from convene.store.erased_addresses import erased_at
from convene.store.freed_pages import overwrite_freed_pages
from convene.store.programme_rows import person_at, row_id
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.people.edit_person import add_person
from convene.usecases.people.erase_person import Erased, erase_person
from convene.usecases.people.import_people import take_people
from convene.usecases.people.unsubscribe_link import open_unsubscribe, page_links

KEYS = [b"key"]
NAME = "Participant 1, Cambodia"


def erase(database: Database, address: str = SOKHA) -> Erased:
    with database.writing() as session:
        return erase_person(session, address, INVITED_AT)


@pytest.fixture
def lived(database: Database, tmp_path: Path) -> Database:
    """Sokha was invited by mail, told facts, has a calendar, and mails that wait."""
    apply_file(database, write_programme(tmp_path))
    assert asyncio.run(send_due(database, INVITED_AT)) == {"sent": 2}
    with database.writing() as session:
        feed_token(session, FeedSubject(person=SOKHA), None, KEYS, INVITED_AT)
        session.add(OptOut(person_id=row_id(person_at(session, SOKHA)), programme_id=1, at=INVITED_AT))
    return database


def test_no_row_of_any_table_names_the_person(lived: Database) -> None:
    person_id = query(lived, "SELECT id FROM person WHERE address = ?", SOKHA)[0][0]
    others = query(lived, "SELECT count(*) FROM notice WHERE person_id <> ?", person_id)
    assert {SOKHA, NAME} <= found_in(all_rows(lived))

    erased = erase(lived)

    assert erased.rows == {
        "notices": 4,
        "told": 1,
        "invitations": 1,
        "memberships": 1,
        "groups": 1,
        "feeds": 1,
        "opt-outs": 1,
    }
    assert found_in(all_rows(lived)) == set()
    assert query(lived, "SELECT count(*) FROM notice") == others
    assert query(lived, "SELECT count(*) FROM message") == [(1,)]
    for table in ("invitation", "membership", "groupmember", "told", "notice", "noticepart", "feedlink", "optout"):
        assert query(lived, f"SELECT count(*) FROM {table} WHERE person_id = ?", person_id) == [(0,)]


def found_in(rows: dict[str, list[tuple[object, ...]]]) -> set[str]:
    """Which of the words that tell the person stand anywhere in the rows, the mails among them."""
    text = repr(rows)
    return {word for word in (SOKHA, NAME) if word in text}


def test_the_parts_of_digests_go_too(planner: Planner) -> None:
    planner.apply(TEAM_MEETING + TRAINING)
    with planner.database.reading() as session:
        person_id = person_at(session, "p1@team.example").id
    parts = "SELECT count(*) FROM noticepart WHERE person_id = ?"
    assert query(planner.database, parts, person_id) != [(0,)]

    erase(planner.database, "p1@team.example")
    planner.plan_again(INVITED_AT)

    assert query(planner.database, parts, person_id) == [(0,)]
    assert query(planner.database, "SELECT count(*) FROM notice WHERE person_id = ?", person_id) == [(0,)]


def test_only_a_keyed_hash_stays(lived: Database) -> None:
    erase(lived)

    with lived.reading() as session:
        [kept] = session.exec(select(ErasedAddress))
        assert (len(kept.hash), kept.erased_at) == (32, INVITED_AT)
        assert erased_at(session, SOKHA) == INVITED_AT
        assert erased_at(session, VANNA) is None


def test_the_hash_of_another_installation_is_another(lived: Database, tmp_path: Path) -> None:
    erase(lived)
    with small_database(tmp_path / "other") as other:
        apply_file(other, write_programme(tmp_path / "other"))
        change_secret(other)
        erase(other)
        hashes = [query(database, "SELECT hash FROM erasedaddress") for database in (lived, other)]

    assert hashes[0] != hashes[1]


def change_secret(database: Database) -> None:
    """The test databases are copies of one, secret and all."""
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE installation SET key_secret = randomblob(32)")


def test_the_links_of_an_erased_person_open_nothing(lived: Database) -> None:
    with lived.reading() as session:
        person = person_at(session, SOKHA)
        links = page_links("https://x.example", KEYS)
        assert links is not None
        link = links.unsubscribe(person.public_id, 1, person.link_generation)
        assert open_unsubscribe(session, link.rpartition("/")[2], KEYS)

    erase(lived)

    with lived.reading() as session:
        assert open_unsubscribe(session, link.rpartition("/")[2], KEYS) is None


def test_erasing_again_says_when_it_was(lived: Database) -> None:
    erase(lived)
    before = all_rows(lived)

    with lived.writing() as session:
        again = erase_person(session, SOKHA, INVITED_AT + timedelta(days=1))

    assert again == Erased(before=INVITED_AT)
    assert all_rows(lived)["erasedaddress"] == before["erasedaddress"]


def test_who_never_was_there_cannot_be_erased(database: Database) -> None:
    with pytest.raises(NotFoundError):
        erase(database)
    assert query(database, "SELECT count(*) FROM erasedaddress") == [(0,)]


@pytest.mark.parametrize(
    "events",
    [
        MEETING.replace("[members]", f"[members, {SOKHA}]"),
        MEETING + f"  # asked for by {SOKHA.upper()}\n",
        MEETING + f"    organiser: {{name: Sokha, email: {SOKHA}}}\n",
    ],
)
def test_who_stands_in_a_programme_file_is_taken_out_of_it_first(
    database: Database, tmp_path: Path, events: str
) -> None:
    apply_file(database, write_programme(tmp_path, events))
    before = all_rows(database)

    with pytest.raises(ConflictError, match=r"small line \d+\."):
        erase(database)
    assert all_rows(database) == before

    apply_file(database, write_programme(tmp_path))
    erase(database)
    assert found_in(all_rows(database)) == set()


def test_an_address_that_only_ends_alike_does_not_matter(database: Database, tmp_path: Path) -> None:
    longer = MEETING + f"  # x{SOKHA} and {SOKHA}.kh\n"
    apply_file(database, write_programme(tmp_path, longer))

    assert erase(database).rows["invitations"] == 1


def test_a_file_that_still_has_them_leaves_them_out_and_says_so(lived: Database, tmp_path: Path) -> None:
    erase(lived)
    events = MEETING.replace("[members]", f"[members, {SOKHA}]")

    applied = apply_file(lived, write_programme(tmp_path, events))

    assert [(entry.address, entry.line) for entry in applied.people.erased] == [(SOKHA, 2)]
    assert query(lived, "SELECT address FROM person") == [(VANNA,)]


def test_an_import_leaves_them_out_and_takes_the_others(lived: Database) -> None:
    erase(lived)
    entries = [PersonEntry(SOKHA, groups=("members",)), PersonEntry("dara@union-kh.example", groups=("members",))]

    with lived.writing() as session:
        taken = take_people(session, entries, "small", INVITED_AT)

    assert taken.people.added == ["dara@union-kh.example"]
    assert taken.people.erased == entries[:1]
    assert taken.mails.people


def test_they_come_back_only_where_it_is_said(lived: Database) -> None:
    erase(lived)

    with pytest.raises(ConflictError, match="erased on 2020-01-06"), lived.writing() as session:
        add_person(session, SOKHA, {}, None, INVITED_AT)
    with lived.writing() as session:
        add_person(session, SOKHA, {"groups": "members"}, "small", INVITED_AT, allow_erased=True)

    with lived.reading() as session:
        assert erased_at(session, SOKHA) is None
        assert person_at(session, SOKHA).public_id


def test_the_bytes_of_the_file_and_its_log_do_not_hold_the_address(tmp_path: Path) -> None:
    """Among hundreds of people, whose rows were written, split over pages, changed and deleted again."""
    crowd = [f'p{number}@union-kh.example,"{NAME}",KH,km,,members' for number in range(300)]
    with small_database(tmp_path) as database:
        for people in ([*PEOPLE, *crowd], [*PEOPLE, *crowd[::2]], [*PEOPLE, *crowd[::3]]):
            apply_file(database, write_programme(tmp_path, people=people))
        assert SOKHA.encode() in stored_bytes(tmp_path)

        erase(database)
        left_behind = SOKHA.encode() in stored_bytes(tmp_path)
        done = overwrite_freed_pages(database.engine)

        assert (left_behind, done) == (True, True)
        assert SOKHA.encode() not in stored_bytes(tmp_path)
        assert VANNA.encode() in stored_bytes(tmp_path)
    with closing(open_database(f"sqlite:///{tmp_path / 'convene.db'}")) as again:
        assert query(again, "PRAGMA integrity_check") == [("ok",)]
        assert query(again, "PRAGMA journal_mode") == [("wal",)]


def stored_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("convene.db*")))


def test_a_reader_that_keeps_old_pages_is_noticed(tmp_path: Path) -> None:
    with small_database(tmp_path) as database, closing(open_database(str(database.engine.url))) as other:
        apply_file(database, write_programme(tmp_path))
        impatient(database)
        with other.reading() as session:
            session.exec(select(ErasedAddress)).all()
            assert not overwrite_freed_pages(database.engine)
        assert overwrite_freed_pages(database.engine)


def impatient(database: Database) -> None:
    """Waits for nobody."""

    @event.listens_for(database.engine, "checkout")
    def _on_checkout(connection, _record, _proxy) -> None:  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA busy_timeout = 0")
