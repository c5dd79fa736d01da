"""`/u/<token>` over a real server and a real database: what stops mails, what does not, what anybody else learns."""

import base64
import hashlib
import re
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.programmes import (
    INVITED_AT,
    PEOPLE,
    SOKHA,
    VANNA,
    all_rows,
    apply_file,
    query,
    replace_database_file,
    write_programme,
)

from convene.store.database import Database
from convene.store.programme_rows import person_at
from convene.usecases.delivery.moments import VirtualClock
from convene.usecases.people.unsubscribe_link import page_links
from convene.usecases.people.unsubscribe_person import unsubscribe_person
from convene.web import form_body
from convene.web.feed_reading import feed_app
from convene.web.form_body import LARGEST
from convene.web.server import STOP_SECONDS, running_server

KEY = "a-key-for-tests"
FORM = "application/x-www-form-urlencoded"
ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b'--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xyz--\r\n',
    'multipart/form-data; boundary="xyz"',
)


class SetClock(VirtualClock):
    """A clock whose real time moves when a test says so."""

    def now(self) -> datetime:
        return INVITED_AT


@dataclass
class Service:
    """One running service, and the person Sokha, who reads Khmer, at its pages."""

    database: Database
    client: httpx.Client
    clock: SetClock

    def path(self, address: str = SOKHA, programme_id: int = 1) -> str:
        with self.database.reading() as session:
            person = person_at(session, address)
        links = page_links("https://convene.example", [KEY.encode()])
        assert links is not None
        link = links.unsubscribe(person.public_id, programme_id, person.link_generation)
        return link.removeprefix("https://convene.example")

    def get(self, address: str = SOKHA) -> httpx.Response:
        return self.client.get(self.path(address))

    def form(self, choice: str = "corrections") -> dict[str, str]:
        """The fields of the form on the page that has this choice, with that made."""
        [form] = [
            form for form in self.get().text.split("<form")[1:] if f'name="choice" value="{choice}" required>' in form
        ]
        return dict(re.findall(r'name="(action|nonce)" value="([^"]+)"', form)) | {"choice": choice}

    def post(self, fields: dict[str, str]) -> httpx.Response:
        return self.client.post(self.path(), data=fields)

    def raw(self, body: bytes, content_type: str = FORM, path: str = "") -> httpx.Response:
        return self.client.post(path or self.path(), content=body, headers={"content-type": content_type})

    def unsubscribed(self) -> list[tuple[str, int | None, bool]]:
        """Who, from which programme (None: every one), and whether they get no corrections either."""
        rows = query(
            self.database,
            "SELECT address, programme_id, all_mail FROM optout JOIN person ON person.id = person_id ORDER BY at",
        )
        return [(address, programme_id, bool(all_mail)) for address, programme_id, all_mail in rows]

    def waiting(self, programme_id: int = 1) -> int:
        rows = query(
            self.database,
            "SELECT count(*) FROM notice JOIN person ON person.id = notice.person_id JOIN cause ON cause.id = cause_id "
            "WHERE address = ? AND state = 'planned' AND cause.programme_id = ?",
            SOKHA,
            programme_id,
        )
        return int(rows[0][0])

    def revoke(self) -> str:
        """Raises the generation; the path that was right before."""
        path = self.path()
        with self.database.writing() as session:
            person_at(session, SOKHA).link_generation += 1
        return path


@contextmanager
def running(database: Database) -> Iterator[Service]:
    clock = SetClock(INVITED_AT)
    with running_server(feed_app(database, [KEY], clock)) as url, httpx.Client(base_url=url) as client:
        yield Service(database, client, clock)


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Service]:
    apply_file(database, write_programme(tmp_path))
    with running(database) as found:
        yield found


def test_the_page_is_in_the_readers_language_and_says_what_it_stops(service: Service) -> None:
    khmer, english = service.get(), service.get(VANNA)

    assert (khmer.status_code, english.status_code) == (200, 200)
    assert '<html lang="km"' in khmer.text
    assert "<h1>បញ្ឈប់អ៊ីមែលឬ?</h1>" in khmer.text
    assert '<li lang="en">A small programme</li>' in khmer.text
    assert "<h1>Stop the e-mails?</h1>" in english.text
    assert "No more invitations and reminders, only news of" in english.text
    assert "No more e-mails at all" in english.text
    assert (khmer.headers["content-language"], english.headers["content-language"]) == ("km", "en")


def test_a_page_names_nobody(service: Service) -> None:
    pages = (service.get(), service.post(service.form()), service.post(service.form("yes")))
    for text in (page.text for page in pages):
        assert "@" not in text.partition("</style>")[2]
        assert "Participant" not in text


def test_the_form_stops_the_mails_and_offers_the_way_back(service: Service) -> None:
    answer = service.post(service.form("none"))

    assert (answer.status_code, service.unsubscribed(), service.waiting()) == (200, [(SOKHA, 1, True)], 0)
    assert 'name="action" value="resume"' in answer.text
    assert 'name="action" value="stop"' not in answer.text
    assert service.get().text.partition("<h1>")[2].startswith("លោកអ្នកនឹងលែងទទួលអ៊ីមែលទៀតហើយ")


def test_the_first_choice_leaves_corrections_and_still_offers_the_second(service: Service) -> None:
    first = service.post(service.form("corrections"))
    kept = service.unsubscribed()
    second = service.post(service.form("none"))

    assert (first.status_code, kept, service.waiting()) == (200, [(SOKHA, 1, False)], 0)
    assert [re.findall(r'name="action" value="(\w+)"', page.text) for page in (first, second)] == [
        ["stop", "resume"],
        ["resume"],
    ]
    assert service.unsubscribed() == [(SOKHA, 1, True)]


@pytest.mark.parametrize("choice", ["corrections", "none"])
def test_the_way_back_plans_what_lies_ahead(service: Service, choice: str) -> None:
    before = service.waiting()
    service.post(service.form(choice))

    answer = service.post(service.form("yes"))

    assert (answer.status_code, service.unsubscribed(), service.waiting()) == (200, [], before)
    assert "<h1>លោកអ្នកនឹងទទួលអ៊ីមែលឡើងវិញ</h1>" in answer.text


def test_a_link_stops_the_mails_of_its_own_programme(service: Service, tmp_path: Path) -> None:
    apply_file(service.database, write_programme(tmp_path, programme="other"))
    before = service.waiting(2)

    page = service.client.get(service.path(programme_id=2))
    service.raw(ONE_CLICK)

    assert page.text.count("<li") == 1
    assert (service.unsubscribed(), service.waiting(1), service.waiting(2)) == ([(SOKHA, 1, False)], 0, before)
    assert 'value="corrections"' in service.client.get(service.path(programme_id=2)).text


def test_a_nonce_of_one_programme_is_none_of_another(service: Service, tmp_path: Path) -> None:
    apply_file(service.database, write_programme(tmp_path, programme="other"))

    answer = service.client.post(service.path(programme_id=2), data=service.form())

    assert (answer.status_code, service.unsubscribed()) == (400, [])


def test_who_is_out_of_every_programme_comes_back_to_all_of_them(service: Service, tmp_path: Path) -> None:
    apply_file(service.database, write_programme(tmp_path, programme="other"))
    before = service.waiting(1), service.waiting(2)
    with service.database.writing() as session:
        unsubscribe_person(session, person_at(session, SOKHA), None, INVITED_AT)
    stopped = service.waiting(1), service.waiting(2)

    page = service.get().text
    service.post(service.form("yes"))

    assert page.count("<li") == 2
    assert (stopped, service.unsubscribed(), (service.waiting(1), service.waiting(2))) == ((0, 0), [], before)


@pytest.mark.parametrize(("body", "content_type"), [(ONE_CLICK, FORM), MULTIPART])
def test_one_click_unsubscribes_without_a_cookie_a_redirect_or_a_nonce(
    service: Service, body: bytes, content_type: str
) -> None:
    first, again = service.raw(body, content_type), service.raw(body, content_type)

    assert (first.status_code, again.status_code) == (200, 200)
    assert "set-cookie" not in first.headers
    assert first.history == []
    assert (service.unsubscribed(), service.waiting()) == ([(SOKHA, 1, False)], 0)


def test_clicks_at_the_same_moment_are_one(service: Service) -> None:
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(service.raw, [ONE_CLICK] * 4))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert service.unsubscribed() == [(SOKHA, 1, False)]


def test_one_click_never_subscribes_again(service: Service) -> None:
    service.raw(ONE_CLICK)
    service.raw(ONE_CLICK + b"&action=resume&choice=yes")

    assert service.unsubscribed() == [(SOKHA, 1, False)]


def test_one_click_brings_no_mail_back(service: Service) -> None:
    service.post(service.form("none"))

    service.raw(ONE_CLICK)

    assert service.unsubscribed() == [(SOKHA, 1, True)]


def test_a_second_click_writes_nothing(service: Service) -> None:
    service.raw(ONE_CLICK)
    before = all_rows(service.database)

    service.raw(ONE_CLICK)

    assert all_rows(service.database) == before


BLIND: tuple[dict[str, str], ...] = (
    {},
    {"choice": "yes"},
    {"action": "stop", "choice": "corrections"},
    {"action": "stop", "choice": "none"},
    {"List-Unsubscribe": "one-click"},
)


def test_scanners_that_follow_links_and_send_forms_blindly_change_nothing(service: Service) -> None:
    before = all_rows(service.database)

    for _ in range(30):
        assert service.get().status_code == 200
        assert service.client.head(service.path()).status_code == 200
        assert [service.post(fields).status_code for fields in BLIND] == [400 if fields else 415 for fields in BLIND]
        assert service.post(service.form() | {"choice": ""}).status_code == 400
        assert service.post(service.form() | {"choice": "yes"}).status_code == 400
        assert service.post(service.form() | {"nonce": ""}).status_code == 400

    assert all_rows(service.database) == before


def test_a_form_that_was_not_filled_in_comes_back_and_says_so(service: Service) -> None:
    answer = service.post(service.form() | {"choice": ""})

    assert answer.status_code == 400
    assert "គ្មាន" in answer.text.partition('class="said"')[2]
    assert 'name="action" value="stop"' in answer.text


def test_a_nonce_is_good_for_a_day_one_wish_and_one_person(service: Service) -> None:
    form, other = service.form(), service.get(VANNA).text
    nonce_of_another = re.findall(r'name="nonce" value="([^"]+)"', other)[0]
    later_by_a_second = str(int(form["nonce"].partition(".")[0]) + 1)

    assert service.post(form | {"nonce": nonce_of_another}).status_code == 400
    assert service.post(form | {"action": "resume"}).status_code == 400
    assert service.post(form | {"nonce": f"{later_by_a_second}.{form['nonce'].partition('.')[2]}"}).status_code == 400
    service.clock.moment += timedelta(days=1)
    assert service.post(form).status_code == 400
    assert service.unsubscribed() == []
    service.clock.moment -= timedelta(seconds=1)
    assert service.post(form).status_code == 200


def foreign_paths(service: Service) -> list[str]:
    """Of nobody, of another purpose, of two people, of another form."""
    token, other = service.path().removeprefix("/u/"), service.path(VANNA).removeprefix("/u/")
    person, mac = token.split(".")
    made_up = ["0123456789abcdef." + mac, f"{person}.{other.partition('.')[2]}", person, "x", token + "a", "%00", "é"]
    return [f"/u/{path}" for path in made_up]


def test_unknown_and_foreign_tokens_look_the_same_and_do_nothing(service: Service) -> None:
    before = all_rows(service.database)

    answers = [service.client.get(path) for path in foreign_paths(service)]
    answers += [service.raw(ONE_CLICK, path=path) for path in foreign_paths(service)]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert len({tuple(_without_date(answer)) for answer in answers}) == 1
    assert all_rows(service.database) == before


def _without_date(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers.items() if name != "date")


def test_a_revoked_link_is_gone_in_the_readers_language(service: Service) -> None:
    old = service.revoke()

    shown, clicked = service.client.get(old), service.raw(ONE_CLICK, path=old)

    assert (shown.status_code, clicked.status_code) == (410, 410)
    assert "<h1>តំណនេះលែងមានសុពលភាពហើយ</h1>" in shown.text
    assert "<form" not in shown.text
    assert service.unsubscribed() == []
    assert service.get().status_code == 200


def test_head_is_get_without_its_body(service: Service) -> None:
    for path in (service.path(), "/u/nothing", service.revoke()):
        get, head = service.client.get(path), service.client.head(path)

        assert head.content == b""
        assert head.status_code == get.status_code
        assert _without_date(head) == _without_date(get)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused_with_those_there_are(service: Service, method: str) -> None:
    answer = service.client.request(method, service.path())

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_what_is_too_long_is_refused(service: Service) -> None:
    padding = b"&x=" + b"a" * (LARGEST - len(ONE_CLICK) - 3)
    chunks = iter([ONE_CLICK, padding, b"a"])

    assert service.raw(ONE_CLICK + padding + b"a").status_code == 413
    assert service.client.post(service.path(), content=chunks, headers={"content-type": FORM}).status_code == 413
    assert service.unsubscribed() == []
    assert service.raw(ONE_CLICK + padding).status_code == 200


@contextmanager
def half_a_form(service: Service) -> Iterator[socket.socket]:
    """A connection over which a form has begun to arrive."""
    url = service.client.base_url
    head = f"POST {service.path()} HTTP/1.1\r\nhost: x\r\ncontent-type: {FORM}\r\ncontent-length: 9999\r\n\r\n"
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        connection.sendall(head.encode() + ONE_CLICK)
        yield connection


def test_a_form_that_trickles_in_is_ended(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_body, "PATIENCE_SECONDS", 0.2)
    with half_a_form(service) as connection:
        while not select.select([connection], [], [], 0.05)[0]:
            connection.sendall(b"&")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close\r\n" in answer
    assert service.unsubscribed() == []


def test_a_form_that_breaks_off_is_no_fault_for_the_log(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    apply_file(database, write_programme(tmp_path))
    with running(database) as service, half_a_form(service):
        pass

    assert service.unsubscribed() == []
    assert caplog.messages == []


def test_a_server_stops_without_a_word_though_a_form_is_not_complete(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert form_body.PATIENCE_SECONDS < STOP_SECONDS
    monkeypatch.setattr(form_body, "PATIENCE_SECONDS", 0.2)
    apply_file(database, write_programme(tmp_path))
    with ExitStack() as after_the_server:
        with running(database) as service:
            connection = after_the_server.enter_context(half_a_form(service))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert caplog.messages == []


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "multipart/mixed; boundary=xyz"])
def test_another_content_type_is_refused(service: Service, content_type: str) -> None:
    assert service.raw(ONE_CLICK, content_type).status_code == 415
    assert service.unsubscribed() == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", FORM),
        (b"&".join(b"a=%d" % number for number in range(200)), FORM),
        (MULTIPART[0], "multipart/form-data"),
        (b"--xyz" * 10_000, "multipart/form-data; boundary=xyz"),
        (b"", FORM),
    ],
)
def test_what_is_no_form_is_refused(service: Service, body: bytes, content_type: str) -> None:
    assert service.raw(body, content_type).status_code == 400
    assert service.unsubscribed() == []


def test_every_answer_is_private_and_loads_nothing(service: Service) -> None:
    path = service.path()
    form = service.form()
    answers = [
        service.get(),
        service.post({"action": "stop"}),
        service.post(form),
        service.post(service.form("yes")),
        service.client.get("/u/nothing"),
        service.client.delete(path),
        service.raw(b"", "text/plain"),
        service.client.get(service.revoke()),
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 200, 200, 404, 405, 415, 410]
    for answer in answers:
        headers = answer.headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
        assert (headers["x-robots-tag"], headers["x-content-type-options"]) == ("noindex", "nosniff")
        assert not re.search(r"<script|src=|href=|@import|url\(|https?:", answer.text)


def test_the_policy_allows_the_style_of_the_page_by_its_hash(service: Service) -> None:
    answer = service.get()
    style = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text


def test_texts_of_the_coordinator_are_shown_as_they_are(database: Database, tmp_path: Path) -> None:
    title = '<script>alert(1)</script> & "more"'
    file = write_programme(tmp_path, people=PEOPLE)
    file.write_text(file.read_text("utf-8").replace("{en: A small programme}", f"{{en: '{title}'}}"), "utf-8")
    apply_file(database, file)
    with running(database) as service:
        page = service.get().text

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;more&#34;" in page


def test_a_database_that_is_away_is_503_without_the_token_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    path = service.path()

    rename(service.database, "person", "elsewhere")
    answers = [service.client.get(path, headers={"accept-language": "km"}), service.raw(ONE_CLICK, path=path)]
    rename(service.database, "elsewhere", "person")

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(answer.headers["retry-after"] == "120" for answer in answers)
    assert '<html lang="km"' in answers[0].text
    assert "សូម" in answers[0].text
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert path.removeprefix("/u/").partition(".")[0] not in caplog.text
    assert service.get().status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wish_is_not_written_into_a_file_that_was_moved_away(service: Service, tmp_path: Path) -> None:
    path, file = service.path(), tmp_path / "convene.db"

    file.rename(tmp_path / "aside.db")
    away = [service.client.get(path), service.raw(ONE_CLICK, path=path)]
    assert not file.exists()
    (tmp_path / "aside.db").rename(file)

    assert [answer.status_code for answer in away] == [503, 503]
    assert service.unsubscribed() == []
    assert service.raw(ONE_CLICK).status_code == 200
    assert len(service.unsubscribed()) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_was_replaced_is_the_one_that_is_read(service: Service, tmp_path: Path) -> None:
    path = service.path()
    assert service.client.get(path).status_code == 200

    replace_database_file(tmp_path)

    assert service.client.get(path).status_code == 404


def rename(database: Database, table: str, name: str) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")
