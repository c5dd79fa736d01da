"""`/s/<token>` over a real server and a real database: what it tells its reader, and what anybody else learns."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.programmes import (
    INVITED_AT,
    SOKHA,
    VANNA,
    all_rows,
    apply_file,
    query,
    replace_database_file,
    write_programme,
)
from tests.web.qr_reading import read_qr

from convene.rules.feed_entries import AS_USUAL
from convene.store.database import Database
from convene.store.programme_rows import person_at
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.feeds.feed_addresses import FeedAddresses, feed_addresses
from convene.usecases.feeds.link_feed import give_link
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.feeds.revoke_feed import revoke_feeds
from convene.usecases.people.erase_person import erase_person
from convene.usecases.people.unsubscribe_link import page_links
from convene.web.feed_reading import feed_app
from convene.web.server import running_server

KEY = "a-key-for-tests"
BASE = "https://convene.example"
OWN = FeedSubject(person=SOKHA)
PROGRAMME = FeedSubject(programme="small")


@dataclass
class Service:
    """One running service over the small programme; Sokha reads Khmer, Vanna English."""

    database: Database
    client: httpx.Client

    def addresses(self, subject: FeedSubject = OWN, language: str | None = None) -> FeedAddresses:
        with self.database.writing() as session:
            link = give_link(session, subject, language, INVITED_AT)
            return feed_addresses(BASE, link, [KEY.encode()])

    def path(self, subject: FeedSubject = OWN, language: str | None = None) -> str:
        return self.addresses(subject, language).page.removeprefix(BASE)

    def get(self, subject: FeedSubject = OWN, language: str | None = None) -> httpx.Response:
        return self.client.get(self.path(subject, language))

    def revoke(self) -> str:
        """The path that was right before."""
        path = self.path()
        with self.database.writing() as session:
            revoke_feeds(session, OWN, None, AS_USUAL, INVITED_AT)
        return path


@contextmanager
def running(database: Database) -> Iterator[Service]:
    app = feed_app(database, [KEY], VirtualClock(INVITED_AT), base_url=BASE)
    with running_server(app) as url, httpx.Client(base_url=url) as client:
        yield Service(database, client)


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Service]:
    apply_file(database, write_programme(tmp_path))
    with running(database) as found:
        yield found


@pytest.mark.parametrize(
    "subject", [OWN, PROGRAMME, FeedSubject(event="small/meeting"), FeedSubject(country="KH")], ids=str
)
def test_the_page_offers_the_calendar_to_click_to_copy_and_to_scan(service: Service, subject: FeedSubject) -> None:
    addresses = service.addresses(subject)

    page = service.client.get(addresses.page.removeprefix(BASE))

    assert page.status_code == 200
    assert f'href="{addresses.webcal}"' in page.text
    assert f">{addresses.url}<" in page.text
    assert read_qr(page.text) == addresses.page
    assert service.client.get(addresses.url.removeprefix(BASE)).status_code == 200


def test_every_calendar_program_has_its_steps_and_how_often_it_looks(service: Service) -> None:
    text = service.get(OWN, "en").text

    assert re.findall(r'<h2 lang="en">(.*?)</h2>', text) == ["Google Calendar", "Apple", "Outlook", "Thunderbird"]
    steps = text.partition("<h2")[2]
    assert all(words in steps for words in ("up to a day", "once a day", "about every 3–24 hours", "in the properties"))
    assert "you will see the event twice" in steps


def test_the_page_is_in_the_language_of_the_feed_whatever_the_browser_asks_for(service: Service) -> None:
    path = service.path()

    page = service.client.get(path, headers={"accept-language": "ja"})

    assert '<html lang="km"' in page.text
    assert page.headers["content-language"] == "km"
    assert service.get(OWN, "bn").headers["content-language"] == "bn"


@pytest.mark.parametrize(
    ("language", "digits", "shown"), [("km", "native", "៣២៤"), ("bn", "latin", "324"), ("bn", "", "৩২৪")]
)
def test_numbers_are_in_the_readers_digits_and_addresses_in_those_of_addresses(
    service: Service, language: str, digits: str, shown: str
) -> None:
    with service.database.writing() as session:
        person_at(session, SOKHA).digits = digits or None
    addresses = service.addresses(OWN, language)

    text = service.client.get(addresses.page.removeprefix(BASE)).text
    outlook = text.partition(">Outlook</h2>")[2].partition("<h2")[0]

    assert "".join(re.findall(r"\d", re.sub(r"<[^>]*>", "", outlook))) == shown
    assert addresses.url in text


def test_the_title_has_the_language_it_is_in(service: Service) -> None:
    programme, event = service.get(PROGRAMME, "km").text, service.get(FeedSubject(event="meeting"), "km").text

    assert '<span lang="en">A small programme</span>' in programme
    assert '<span lang="en">Planning meeting</span>' in event
    assert '<span lang="km">' in event.partition('class="about"')[2].partition("</p>")[0]


def test_a_personal_page_names_nobody_and_asks_to_keep_its_address(service: Service) -> None:
    text = service.get(OWN, "en").text

    assert "@" not in text.partition("</style>")[2]
    assert "Participant" not in text
    assert "Keep this address to yourself" in text
    assert "Keep this address to yourself" not in service.get(PROGRAMME, "en").text


def test_texts_of_the_coordinator_are_shown_as_they_are(database: Database, tmp_path: Path) -> None:
    title = '<script>alert(1)</script> & "more"'
    file = write_programme(tmp_path)
    file.write_text(file.read_text("utf-8").replace("{en: A small programme}", f"{{en: '{title}'}}"), "utf-8")
    apply_file(database, file)
    with running(database) as service:
        page = service.get(PROGRAMME).text

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;more&#34;" in page


def test_looking_changes_nothing(service: Service) -> None:
    path = service.path()
    before = all_rows(service.database)

    for _ in range(20):
        assert service.client.get(path).status_code == 200
        assert service.client.head(path).status_code == 200
        assert service.client.post(path, data={"action": "stop", "choice": "yes"}).status_code == 405

    assert all_rows(service.database) == before


def test_a_forged_host_stands_nowhere_on_the_page(service: Service) -> None:
    path = service.path()

    page = service.client.get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})

    assert page.status_code == 200
    assert "evil" not in page.text
    assert read_qr(page.text) == BASE + path


def test_a_revoked_address_is_gone_in_the_language_of_the_feed_with_the_page(service: Service) -> None:
    addresses = service.addresses()
    old = service.revoke()

    page = service.client.get(old)

    assert page.status_code == 410
    assert page.headers["content-language"] == "km"
    assert "<h1>តំណនេះលែងមានសុពលភាពហើយ</h1>" in page.text
    assert "webcal" not in page.text
    assert service.client.get(addresses.url.removeprefix(BASE)).status_code == 410
    assert service.get().status_code == 200


def test_an_erased_person_leaves_a_page_that_never_was(service: Service) -> None:
    path = service.path()
    with service.database.writing() as session:
        erase_person(session, SOKHA, INVITED_AT)

    answer = service.client.get(path)

    assert (answer.status_code, answer.content) == (404, service.client.get("/s/nothing").content)


def test_no_token_opens_anything_but_what_it_was_made_for(service: Service) -> None:
    """Feed, page and unsubscribe page of two people: each address with each token, and with halves of two."""
    paths = {name: tokens_of(service, address) for name, address in (("sokha", SOKHA), ("vanna", VANNA))}
    right = {(who, kind): token for who, tokens in paths.items() for kind, token in tokens.items()}
    places = {"feed": "/feed/{}.ics", "subscribe": "/s/{}", "unsubscribe": "/u/{}"}

    for (_, kind), token in right.items():
        assert service.client.get(places[kind].format(token)).status_code == 200
    for kind, place in places.items():
        foreign = [token for (_, of), token in right.items() if of != kind] + [
            f"{right[one, kind].partition('.')[0]}.{right[other, kind].partition('.')[2]}"
            for one, other in (("sokha", "vanna"), ("vanna", "sokha"))
        ]
        answers = [service.client.get(place.format(token)) for token in foreign]

        assert {answer.status_code for answer in answers} == {404}
        assert len({(answer.content, _headers(answer)) for answer in answers}) == 1


def tokens_of(service: Service, address: str) -> dict[str, str]:
    with service.database.reading() as session:
        person = person_at(session, address)
    addresses = service.addresses(FeedSubject(person=address))
    links = page_links(BASE, [KEY.encode()])
    assert links is not None
    unsubscribe = links.unsubscribe(person.public_id, 1, person.link_generation)
    return {
        "feed": addresses.url.rpartition("/")[2].removesuffix(".ics"),
        "subscribe": addresses.page.rpartition("/")[2],
        "unsubscribe": unsubscribe.rpartition("/")[2],
    }


def test_unknown_and_mangled_tokens_look_alike(service: Service) -> None:
    token = service.path().removeprefix("/s/")
    link, mac = token.split(".")
    guesses = ["x", link, f"nosuchlink22.{mac}", f"{link}.{mac[::-1]}", token + "a", token.upper(), "%00", "é"]

    answers = [service.client.get(f"/s/{guess}") for guess in guesses]

    assert {(answer.status_code, answer.content, _headers(answer)) for answer in answers} == {
        (404, answers[0].content, _headers(answers[0]))
    }


@pytest.mark.parametrize("path", ["/s/nothing", "/u/nothing"])
def test_what_is_not_there_is_said_in_a_language_of_the_browser(service: Service, path: str) -> None:
    spoken = {
        asked: service.client.get(path, headers={"accept-language": asked}).headers["content-language"]
        for asked in ("km-KH,km;q=0.9,en;q=0.8", "de,fr;q=0.5,lo;q=0.2", "de", "")
    }

    assert list(spoken.values()) == ["km", "fr", "en", "en"]


def test_head_is_get_without_its_body(service: Service) -> None:
    for path in (service.path(), "/s/nothing", service.revoke()):
        get, head = service.client.get(path), service.client.head(path)

        assert head.content == b""
        assert head.status_code == get.status_code
        assert _headers(head) == _headers(get)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused_with_those_there_are(service: Service, method: str) -> None:
    answer = service.client.request(method, service.path())

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_every_answer_is_private_and_loads_nothing(service: Service) -> None:
    answers = [
        service.get(),
        service.get(PROGRAMME),
        service.client.get("/s/nothing"),
        service.client.post(service.path()),
        service.client.get(service.revoke()),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 405, 410]
    for answer in answers:
        headers = answer.headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
        assert (headers["x-robots-tag"], headers["x-content-type-options"]) == ("noindex", "nosniff")
        assert not re.search(r"<script|<img|<link|src=|style=|@import|url\(", answer.text)
        assert [link for link in re.findall(r'href="([^"]*)"', answer.text) if not link.startswith("webcal://")] == []


def test_a_database_that_is_away_is_503_without_the_token_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    path = service.path()

    rename(service.database, "feedlink", "elsewhere")
    answer = service.client.get(path)
    rename(service.database, "elsewhere", "feedlink")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "120")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert path.removeprefix("/s/").partition(".")[0] not in caplog.text
    assert service.get().status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_vanished_is_503_until_it_is_back(service: Service, tmp_path: Path) -> None:
    path, file = service.path(), tmp_path / "convene.db"
    before = service.client.get(path)

    file.rename(tmp_path / "aside.db")
    away = service.client.get(path)
    assert not file.exists()
    (tmp_path / "aside.db").rename(file)

    assert (away.status_code, away.headers["retry-after"]) == (503, "120")
    assert service.client.get(path).text == before.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_was_replaced_is_the_one_that_is_read(service: Service, tmp_path: Path) -> None:
    path = service.path()
    assert service.client.get(path).status_code == 200

    replace_database_file(tmp_path)

    assert service.client.get(path).status_code == 404


def rename(database: Database, table: str, name: str) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_without_an_address_of_the_service_there_is_no_page(database: Database, tmp_path: Path) -> None:
    apply_file(database, write_programme(tmp_path))
    app = feed_app(database, [KEY], VirtualClock(INVITED_AT))
    with running_server(app) as url, httpx.Client(base_url=url) as client:
        service = Service(database, client)

        assert service.get().status_code == 404
        assert query(database, "SELECT count(*) FROM feedlink") == [(1,)]


def _headers(answer: httpx.Response) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in answer.headers.items() if name != "date"))
