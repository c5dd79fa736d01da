"""The secret address of a feed: a key to one thing, printed as often as one likes, worthless once revoked."""

from pathlib import Path

import pytest
from tests.programmes import (
    INVITED_AT,
    SOKHA,
    VANNA,
    apply_file,
    query,
    write_programme,
)

from convene.errors import ConveneError, NotFoundError
from convene.rules.link_token import make_token
from convene.store.database import Database, content_version
from convene.usecases.link_feed import feed_token
from convene.usecases.open_feed import OpenedFeed, open_feed
from convene.usecases.publish_feed import FeedSubject

OWN = FeedSubject(person=SOKHA)
KEY, OTHER_KEY = b"a key for tests", b"another key for tests"


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    return database


def token_of(
    database: Database, subject: FeedSubject = OWN, language: str | None = None, keys: tuple[bytes, ...] = (KEY,)
) -> str:
    with database.writing() as session:
        return feed_token(session, subject, language, keys, INVITED_AT)


def opened(database: Database, token: str, *keys: bytes) -> OpenedFeed:
    with database.reading() as session:
        return open_feed(session, token, keys or (KEY,))


def version_of(database: Database) -> int:
    with database.reading() as session:
        return content_version(session)


@pytest.mark.parametrize(
    "subject",
    [
        FeedSubject(person=SOKHA),
        FeedSubject(event="meeting"),
        FeedSubject(programme="small"),
        FeedSubject(country="KH"),
    ],
)
def test_a_link_opens_the_feed_it_was_made_for(database: Database, subject: FeedSubject) -> None:
    feed = opened(database, token_of(database, subject)).feed

    assert feed is not None
    assert feed.body.count(b"BEGIN:VEVENT") == 1


def test_the_same_link_is_printed_again_and_another_language_has_another(database: Database) -> None:
    first = token_of(database)

    assert token_of(database) == first
    assert token_of(database, language="en") != first
    assert token_of(database, FeedSubject(person=VANNA)) != first
    assert query(database, "SELECT count(*) FROM feedlink") == [(3,)]


def test_without_a_language_the_link_speaks_the_readers(database: Database) -> None:
    feed = opened(database, token_of(database)).feed

    assert feed is not None
    assert feed.language == "km"


def test_nothing_secret_is_stored(database: Database) -> None:
    public_id, _, mac = token_of(database).partition(".")

    stored = repr(query(database, "SELECT * FROM feedlink"))
    assert public_id in stored
    assert mac not in stored
    assert KEY.decode() not in stored


def test_a_revoked_link_is_known_as_such_and_the_next_one_opens(database: Database) -> None:
    old = token_of(database)
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE feedlink SET generation = generation + 1")

    withdrawn = opened(database, old)
    assert (withdrawn.feed, withdrawn.revoked) == (None, True)
    assert opened(database, token_of(database)).feed is not None


def test_unknown_foreign_and_mangled_tokens_open_nothing_and_look_alike(database: Database) -> None:
    token = token_of(database)
    public_id, _, mac = token.partition(".")
    forged = [
        make_token(public_id, "unsubscribe", 1, (KEY,)),
        make_token(public_id, "feed", 1, (OTHER_KEY,)),
        make_token("nosuchlink22", "feed", 1, (KEY,)),
        f"{public_id}.{mac[::-1]}",
        token[:-1],
        public_id,
        "",
    ]

    assert {opened(database, guess) for guess in forged} == {OpenedFeed(version_of(database))}


def test_a_key_that_was_replaced_still_opens_while_it_is_kept_as_the_second(database: Database) -> None:
    old = token_of(database)

    assert opened(database, old, OTHER_KEY, KEY).feed is not None
    assert opened(database, old, OTHER_KEY).feed is None


def test_without_a_key_no_link_is_made(database: Database) -> None:
    with pytest.raises(ConveneError) as refused:
        token_of(database, keys=())

    assert "CONVENE_SECRET_KEY" in refused.value.sentence + refused.value.remedy
    assert query(database, "SELECT count(*) FROM feedlink") == [(0,)]


@pytest.mark.parametrize(
    "subject", [FeedSubject(person="nobody@a.example"), FeedSubject(event="none"), FeedSubject(programme="none")]
)
def test_no_link_is_made_to_what_does_not_exist(database: Database, subject: FeedSubject) -> None:
    with pytest.raises(NotFoundError):
        token_of(database, subject)
