"""The link that stops mails: one per person and programme, the same whenever it is made, of use to nobody else."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlmodel import Session
from tests.programmes import INVITED_AT, PEOPLE, SOKHA, VANNA, apply_file, write_programme

from convene.model.person import Person
from convene.rules.link_token import make_token
from convene.store.database import Database
from convene.store.programme_rows import person_at
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.people.unsubscribe_link import open_unsubscribe, page_links

KEYS = [b"the-first-key", b"the-second-key"]
BASE = "https://convene.example"
ONLY_OTHER = "dara@union-kh.example"


SMALL, OTHER = 1, 2
"""The rows of the two programmes."""


def link_of(person: Person, base: str = BASE, programme_id: int = SMALL) -> str:
    links = page_links(base, KEYS)
    assert links is not None
    return links.unsubscribe(person.public_id, programme_id, person.link_generation)


def token_of(person: Person, programme_id: int = SMALL) -> str:
    return link_of(person, programme_id=programme_id).rpartition("/")[2]


def opens(session: Session, token: str, keys: Sequence[bytes] = KEYS) -> tuple[str, str] | None:
    """Whose mails of which programme it stops; None: nobody's, or it was revoked."""
    opened = open_unsubscribe(session, token, keys)
    return (opened.person.address, opened.programme.slug) if opened and not opened.revoked else None


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Database:
    apply_file(database, write_programme(tmp_path))
    apply_file(
        database, write_programme(tmp_path, people=[*PEOPLE[:2], f"{ONLY_OTHER},,KH,en,,members"], programme="other")
    )
    return database


def test_the_link_opens_the_person_and_the_programme_it_was_made_for(people: Database) -> None:
    with people.reading() as session:
        sokha, vanna, only_other = (person_at(session, address) for address in (SOKHA, VANNA, ONLY_OTHER))

        assert opens(session, token_of(sokha, SMALL)) == (SOKHA, "small")
        assert opens(session, token_of(sokha, OTHER)) == (SOKHA, "other")
        assert opens(session, token_of(vanna, SMALL)) == (VANNA, "small")
        assert opens(session, token_of(only_other, OTHER)) == (ONLY_OTHER, "other")


def test_a_programme_that_never_wrote_to_the_person_has_no_link(people: Database) -> None:
    with people.reading() as session:
        assert opens(session, token_of(person_at(session, VANNA), OTHER)) is None
        assert opens(session, token_of(person_at(session, SOKHA), 3)) is None


def test_who_left_a_programme_keeps_their_link(people: Database, tmp_path: Path) -> None:
    apply_file(people, write_programme(tmp_path, people=[PEOPLE[0], PEOPLE[2]]))

    with people.reading() as session:
        assert opens(session, token_of(person_at(session, SOKHA), SMALL)) == (SOKHA, "small")


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

        assert opens(session, token, KEYS[::-1]) == (SOKHA, "small")
        assert opens(session, token, [b"another"]) is None


def test_a_revoked_link_is_known_and_opens_nothing(people: Database) -> None:
    with people.writing() as session:
        person = person_at(session, SOKHA)
        token = token_of(person, OTHER)
        person.link_generation += 1

        revoked = open_unsubscribe(session, token, KEYS)
        assert revoked is not None
        assert (revoked.programme.slug, revoked.revoked) == ("other", True)
        assert opens(session, token_of(person, OTHER)) == (SOKHA, "other")


def foreign_tokens(session: Session) -> list[str]:
    """Right in other places: of another purpose, of another person, of a feed, and broken ones."""
    sokha, vanna = person_at(session, SOKHA), person_at(session, VANNA)
    return [
        make_token(sokha.public_id, "feed", 1, KEYS),
        f"{sokha.public_id}.{token_of(vanna).partition('.')[2]}",
        make_token(sokha.public_id, "unsubscribe", 1, KEYS),
        make_token("0123456789abcdef", "unsubscribe 1", 1, KEYS),
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

    assert opened == [None] * len(tokens)
