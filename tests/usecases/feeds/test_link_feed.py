"""The secret address of a feed: a key to one thing, printed as often as one likes, worthless once revoked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError
from tests.programmes import (
    INVITED_AT,
    SOKHA,
    VANNA,
    apply_file,
    query,
    write_programme,
)

from convene.errors import ConveneError, NotFoundError
from convene.rules.feed_entries import AS_USUAL, FeedOptions
from convene.rules.link_token import make_token
from convene.store.database import Database, content_version
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.open_feed import OpenedFeed, open_feed
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.feeds.revoke_feed import RevokedFeeds, revoke_feeds

OWN = FeedSubject(person=SOKHA)
THIRD = "participant3@union-kh.example"
KEY, OTHER_KEY = b"a key for tests", b"another key for tests"


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    return database


def token_of(
    database: Database,
    subject: FeedSubject = OWN,
    language: str | None = None,
    keys: tuple[bytes, ...] = (KEY,),
    options: FeedOptions = AS_USUAL,
) -> str:
    with database.writing() as session:
        return feed_token(session, subject, language, keys, INVITED_AT, options)


def revoked(
    database: Database, subject: FeedSubject = OWN, language: str | None = None, options: FeedOptions = AS_USUAL
) -> RevokedFeeds:
    with database.writing() as session:
        return revoke_feeds(session, subject, language, options, INVITED_AT + timedelta(days=1))


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


def test_each_language_and_each_option_has_a_link_of_its_own(database: Database) -> None:
    wanted = [
        (language, options)
        for language in ("en", "km")
        for options in (AS_USUAL, FeedOptions(one_bar=True), FeedOptions(alarm_minutes=30), FeedOptions(True, 30))
    ]
    tokens = [token_of(database, language=language, options=options) for language, options in wanted]

    assert len(set(tokens)) == len(wanted)
    assert [token_of(database, language=language, options=options) for language, options in wanted] == tokens


def test_who_asks_at_the_same_moment_gets_the_same_link(database: Database) -> None:
    together = Barrier(4)

    def ask(_: int) -> str:
        together.wait()
        return token_of(database)

    with ThreadPoolExecutor(together.parties) as pool:
        tokens = set(pool.map(ask, range(together.parties)))

    assert len(tokens) == 1
    assert query(database, "SELECT count(*) FROM feedlink") == [(1,)]


COLUMNS = "person_id, event_id, programme_id, country, language, one_bar, alarm_minutes, generation, created_at"


@pytest.mark.parametrize("subject", [OWN, FeedSubject(event="meeting"), FeedSubject(country="KH")])
def test_the_database_refuses_a_second_link_to_one_calendar(database: Database, subject: FeedSubject) -> None:
    token_of(database, subject)

    with pytest.raises(IntegrityError, match="feedlink_identity"), database.writing() as session:
        session.connection().exec_driver_sql(
            f"INSERT INTO feedlink (public_id, {COLUMNS}) SELECT 'another', {COLUMNS} FROM feedlink"
        )


def test_a_revoked_link_is_known_as_such_and_the_next_one_opens(database: Database) -> None:
    old = token_of(database)
    revoked(database)

    withdrawn = opened(database, old)
    assert (withdrawn.feed, withdrawn.revoked) == (None, True)
    assert opened(database, token_of(database)).feed is not None
    assert opened(database, old).revoked


def test_revoking_twice_revokes_once_until_the_next_one_is_given(database: Database) -> None:
    token_of(database)

    first, second = revoked(database), revoked(database)
    following = token_of(database)
    third = revoked(database)

    assert [len(found.revoked) for found in (first, second, third)] == [1, 0, 1]
    assert [view.revoked_at for view in second.before] == [INVITED_AT + timedelta(days=1)]
    assert [view.generation for view in third.revoked] == [2]
    assert opened(database, following).revoked


def test_revoking_takes_every_language_and_option_of_one_subject_alone(database: Database) -> None:
    own = [token_of(database), token_of(database, language="en"), token_of(database, options=FeedOptions(True, 30))]
    others = [token_of(database, FeedSubject(person=VANNA)), token_of(database, FeedSubject(programme="small"))]

    found = revoked(database)

    assert len(found.revoked) == len(own)
    assert [opened(database, token).revoked for token in own] == [True] * len(own)
    assert [opened(database, token).feed is None for token in others] == [False] * len(others)


@pytest.mark.parametrize(
    ("language", "options", "hit"),
    [
        ("en", AS_USUAL, {"en", "en bar"}),
        (None, FeedOptions(one_bar=True), {"en bar", "km bar"}),
        ("km", FeedOptions(one_bar=True), {"km bar"}),
        (None, FeedOptions(alarm_minutes=30), {"km alarm"}),
        ("en", FeedOptions(alarm_minutes=30), set()),
    ],
)
def test_a_language_or_an_option_narrows_what_is_revoked(
    database: Database, language: str | None, options: FeedOptions, hit: set[str]
) -> None:
    tokens = {
        "en": token_of(database, language="en"),
        "en bar": token_of(database, language="en", options=FeedOptions(one_bar=True)),
        "km bar": token_of(database, language="km", options=FeedOptions(one_bar=True)),
        "km alarm": token_of(database, language="km", options=FeedOptions(alarm_minutes=30)),
    }

    revoked(database, OWN, language, options)

    assert {name for name, token in tokens.items() if opened(database, token).revoked} == hit


def test_a_link_without_a_language_goes_down_the_chain_of_its_reader(database: Database, tmp_path: Path) -> None:
    people = ("email,name,country,groups", f'{THIRD},"Participant 3, Cambodia",KH,members')
    apply_file(database, write_programme(tmp_path / "more", people=people, programme="more"))
    feed = opened(database, token_of(database, FeedSubject(person=THIRD))).feed

    assert feed is not None
    assert feed.language == "km"


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
