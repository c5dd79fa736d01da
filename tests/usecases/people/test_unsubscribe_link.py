"""The link that stops mails: one per person, the same whenever it is made, and of use to nobody else."""

from pathlib import Path

import pytest
from sqlmodel import Session, select
from tests.programmes import INVITED_AT, SOKHA, VANNA, apply_file, write_programme

from convene.model.person import Person
from convene.rules.link_token import make_token
from convene.store.database import Database
from convene.store.programme_rows import person_at
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.people.unsubscribe_link import open_unsubscribe, page_links

KEYS = [b"the-first-key", b"the-second-key"]
BASE = "https://convene.example"


def link_of(person: Person, base: str = BASE) -> str:
    links = page_links(base, KEYS)
    assert links is not None
    return links.unsubscribe(person.public_id, person.link_generation)


def token_of(person: Person) -> str:
    return link_of(person).rpartition("/")[2]


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    return database


def test_the_link_opens_the_person_it_was_made_for(people: Database) -> None:
    with people.reading() as session:
        for person in session.exec(select(Person)):
            assert open_unsubscribe(session, token_of(person), KEYS).person is person


@pytest.mark.parametrize("base", ["https://convene.example", "https://convene.example/", "https://x.example/convene"])
def test_it_stands_on_the_base_address(base: str) -> None:
    link = link_of(Person(address=SOKHA, public_id="abc", created_at=INVITED_AT), base)

    assert link.startswith(f"{base.rstrip('/')}/u/abc.")


@pytest.mark.parametrize("base", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"])
def test_there_is_none_that_only_this_machine_could_follow(base: str) -> None:
    assert page_links(base, KEYS) is None


def test_there_is_none_without_a_key() -> None:
    assert page_links(BASE, []) is None


@pytest.mark.parametrize(("base", "one_click"), [(BASE, True), ("http://intranet.example", False)])
def test_mail_programs_may_click_over_https_alone(base: str, one_click: bool) -> None:
    links = page_links(base, KEYS)

    assert links is not None
    assert links.one_click is one_click


def test_a_key_that_is_no_longer_the_first_still_opens(people: Database) -> None:
    with people.reading() as session:
        person = person_at(session, SOKHA)
        token = token_of(person)

        assert open_unsubscribe(session, token, KEYS[::-1]).person is person
        assert open_unsubscribe(session, token, [b"another"]).person is None


def test_a_revoked_link_is_known_and_opens_nothing(people: Database) -> None:
    with people.writing() as session:
        person = person_at(session, SOKHA)
        token = token_of(person)
        person.link_generation += 1

        assert open_unsubscribe(session, token, KEYS).revoked
        assert not open_unsubscribe(session, token_of(person), KEYS).revoked


def foreign_tokens(session: Session) -> list[str]:
    """Right in other places: of another purpose, of another person, of a feed, and broken ones."""
    sokha, vanna = person_at(session, SOKHA), person_at(session, VANNA)
    return [
        make_token(sokha.public_id, "feed", 1, KEYS),
        f"{sokha.public_id}.{token_of(vanna).partition('.')[2]}",
        make_token("0123456789abcdef", "unsubscribe", 1, KEYS),
        token_of(sokha)[:-1],
        token_of(sokha).upper(),
        "",
        sokha.public_id,
    ]


def test_foreign_tokens_open_nobody_and_none_is_called_revoked(people: Database) -> None:
    with people.writing() as session:
        tokens = foreign_tokens(session)
        tokens.append(feed_token(session, FeedSubject(person=SOKHA), None, KEYS, person_at(session, SOKHA).created_at))

        opened = [open_unsubscribe(session, token, KEYS) for token in tokens]

    assert [(each.person, each.revoked) for each in opened] == [(None, False)] * len(tokens)
