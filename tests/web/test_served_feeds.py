"""Feeds of a real database over ASGI: a change, a withdrawal and an outage are seen by the next request."""

import asyncio
import gzip
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from starlette.types import ASGIApp
from tests.programmes import INVITED_AT, MEETING, PEOPLE, SOKHA, VANNA, apply_file, query, write_programme
from tests.store.test_content_watch import Seconds

from convene.rules.link_token import make_token
from convene.store.content_watch import TRUSTED_SECONDS, watch_content
from convene.store.database import Database
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.publish_feed import FeedSubject, publish_feed
from convene.web.app import Readiness, create_app
from convene.web.feed_reading import feed_shelf
from convene.web.peer_limits import MISSES, PeerLimits
from convene.web.server import running_server

KEYS = (b"a key for tests",)
OWN, OF_PROGRAMME = FeedSubject(person=SOKHA), FeedSubject(programme="small")


class Service:
    """The web app over a database, and what its readers do. `seconds` is its clock."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.seconds = Seconds()
        self.apply("20")
        feeds = feed_shelf(database, KEYS, watch_content(database, self.seconds))
        self.app: ASGIApp = create_app(feeds, lambda: Readiness(ready=True), PeerLimits(self.seconds))

    def apply(self, day: str) -> None:
        meeting = MEETING.replace("Mon 2020-01-20", f"2020-01-{day}")
        apply_file(self.database, write_programme(self.folder, meeting), INVITED_AT)

    def path(self, subject: FeedSubject = OWN) -> str:
        with self.database.writing() as session:
            return f"/feed/{feed_token(session, subject, 'en', KEYS, INVITED_AT)}.ics"

    def published(self, subject: FeedSubject = OWN) -> bytes:
        with self.database.reading() as session:
            return publish_feed(session, subject, "en").body

    def wait_out_trust(self) -> None:
        """PostgreSQL is believed for a second; SQLite is asked every time."""
        if self.database.engine.dialect.name == "postgresql":
            self.seconds.now += TRUSTED_SECONDS


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Service:
    return Service(database, tmp_path)


def play(service: Service, script: Callable[[httpx.AsyncClient], Awaitable[None]], peer: str = "192.0.2.1") -> None:
    async def played() -> None:
        transport = httpx.ASGITransport(service.app, raise_app_exceptions=True, client=(peer, 1234))
        headers = {"accept-encoding": "identity"}
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://feeds.example",
            headers=headers,
            event_hooks={"request": [_arrives]},
        ) as client:
            await script(client)

    asyncio.run(played())


async def _arrives(_: httpx.Request) -> None:
    """A request that comes over a socket is read in a turn of the event loop that is later than the last answer."""
    await asyncio.sleep(0)


def test_what_is_served_is_what_is_published_and_stays_the_same(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        for subject in (OWN, OF_PROGRAMME):
            path = service.path(subject)
            first, second = await client.get(path), await client.get(path)

            assert first.content == second.content == service.published(subject)
            assert first.headers == second.headers

    play(service, script)


def test_a_change_is_in_the_next_answer_and_the_old_tag_matches_no_more(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        before = await client.get(path)
        service.apply("21")
        service.wait_out_trust()
        after = await client.get(path, headers={"if-none-match": before.headers["etag"]})

        assert after.status_code == 200
        assert after.content == service.published() != before.content
        assert (await client.get(path, headers={"if-none-match": after.headers["etag"]})).status_code == 304

    play(service, script)


def test_a_change_elsewhere_leaves_the_tag_as_it_was(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        before = await client.get(path)
        meeting = MEETING.replace("[members]", f"[{VANNA}]")
        apply_file(service.database, write_programme(service.folder, meeting, programme="another", people=PEOPLE[::2]))
        service.wait_out_trust()
        after = await client.get(path, headers={"if-none-match": before.headers["etag"]})

        assert after.status_code == 304

    play(service, script)


def test_a_withdrawn_address_is_gone_from_the_next_request_on_and_the_new_one_opens(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path, other = service.path(), service.path(OF_PROGRAMME)
        assert [(await client.get(one)).status_code for one in (path, other)] == [200, 200]
        with service.database.writing() as session:
            session.execute(text("UPDATE feedlink SET generation = generation + 1 WHERE person_id IS NOT NULL"))
        service.wait_out_trust()
        gone = [await client.request(method, path) for method in ("GET", "HEAD", "GET")]

        assert {answer.status_code for answer in gone} == {410}
        assert gone[0].headers["cache-control"] == "private, max-age=86400"
        assert (await client.get(other)).status_code == 200
        assert (await client.get(service.path())).status_code in (200, 404)
        service.wait_out_trust()
        assert (await client.get(service.path())).status_code == 200

    play(service, script)


@pytest.mark.parametrize("others", [0, 1])
def test_a_withdrawn_address_is_gone_on_a_connection_that_is_kept(service: Service, others: int) -> None:
    path = service.path()
    with running_server(service.app) as url, ExitStack() as until_the_end:
        for _ in range(others):
            until_the_end.enter_context(httpx.Client(base_url=url)).get(path)
        client = until_the_end.enter_context(httpx.Client(base_url=url))
        for generation in range(2, 5):
            found = [client.get(path).status_code for _ in range(3)]
            with service.database.writing() as session:
                session.execute(text("UPDATE feedlink SET generation = generation + 1 WHERE person_id IS NOT NULL"))
            service.wait_out_trust()
            gone = client.get(path).status_code
            assert (found, gone, generation) == ([200, 200, 200], 410, generation)
            path = service.path()


def test_unknown_foreign_and_mangled_addresses_look_alike(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        token = path.removeprefix("/feed/").removesuffix(".ics")
        public_id = token.partition(".")[0]
        foreign = [
            make_token(public_id, "unsubscribe", 1, KEYS),
            make_token(public_id, "feed", 1, (b"another key",)),
            make_token(public_id, "feed", 2, KEYS),
            make_token("nosuchlink22", "feed", 1, KEYS),  # ours, of a row that is gone
            make_token("nosuchlink22", "feed", 1, (b"another key",)),
            token[:-1] + ("a" if token[-1] != "a" else "b"),
            token.upper(),
            public_id,
        ]
        answers = [await client.get(f"/feed/{guess}.ics", headers={"if-none-match": "*"}) for guess in foreign]

        assert {answer.status_code for answer in answers} == {404}
        assert len({(answer.content, str(answer.headers)) for answer in answers}) == 1

    play(service, script)


def test_a_feed_of_somebody_who_was_erased_opens_no_more(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        await client.get(path)
        with service.database.writing() as session:
            session.execute(text("DELETE FROM feedlink"))
        service.wait_out_trust()

        assert (await client.get(path)).status_code == 404

    play(service, script)


def test_a_flood_of_unknown_addresses_is_slowed_down_and_no_feed_is_refused(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        cold, warm = service.path(OF_PROGRAMME), service.path()
        await client.get(warm)
        statuses = []
        for number in range(MISSES.at_once + 20):
            forged = {"x-forwarded-for": f"198.51.100.{number}"}
            statuses.append(
                await client.get(f"/feed/{make_token(f'no{number}', 'feed', 1, (b'x',))}.ics", headers=forged)
            )
        refused = statuses[-1]

        assert [answer.status_code for answer in statuses] == [404] * MISSES.at_once + [429] * 20
        assert int(refused.headers["retry-after"]) > 0
        assert [(await client.get(path)).status_code for path in (warm, cold)] == [200, 200]

    play(service, script)


def test_forms_are_slowed_down_and_pages_that_lead_nowhere(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        forms = [(await client.post("/healthz")).status_code for _ in range(310)]
        pages = [(await client.get(f"/u/{number}")).status_code for number in range(MISSES.at_once + 2)]
        refused = await client.get("/u/nobody", headers={"accept-language": "lo"})

        assert forms == [405] * 300 + [429] * 10
        assert pages == [404] * MISSES.at_once + [429] * 2
        assert (refused.status_code, refused.headers["content-language"]) == (429, "lo")
        assert (await client.get("/healthz")).status_code == 200

    play(service, script)


def test_a_feed_that_is_asked_for_while_it_changes_is_the_old_or_the_new_one_and_never_a_mixture(
    service: Service,
) -> None:
    path, days = service.path(OF_PROGRAMME), ["21", "22", "23", "24", "25", "26"]
    published = [service.published(OF_PROGRAMME)]

    def change() -> None:
        for day in days:
            service.apply(day)
            published.append(service.published(OF_PROGRAMME))
            service.wait_out_trust()

    async def script(client: httpx.AsyncClient) -> None:
        changing = threading.Thread(target=change)
        changing.start()
        seen = []
        while changing.is_alive():
            answers = await asyncio.gather(*(client.get(path) for _ in range(4)))
            seen += [answer.content for answer in answers]
        changing.join()
        service.wait_out_trust()
        last = await client.get(path)

        assert set(seen) <= set(published)
        assert [published.index(body) for body in seen] == sorted(published.index(body) for body in seen)
        assert last.content == published[-1]
        assert len(set(published)) == len(days) + 1

    play(service, script)


def test_gzip_has_a_tag_of_its_own_and_says_what_it_depends_on(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        plain = await client.get(path)
        async with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        head = await client.head(path, headers={"accept-encoding": "gzip"})
        other_tag = {"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]}

        assert gzip.decompress(raw) == plain.content
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-length"] == str(len(raw))
        assert answer.headers["etag"] != plain.headers["etag"]
        assert answer.headers == head.headers
        assert {plain.headers["vary"], answer.headers["vary"]} == {"accept-encoding"}
        assert (await client.get(path, headers=other_tag)).status_code == 304
        assert (await client.get(path, headers={"if-none-match": answer.headers["etag"]})).status_code == 200

    play(service, script)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_vanished_is_503_until_it_is_back_also_for_what_is_in_memory(
    service: Service, tmp_path: Path
) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        before = await client.get(path)
        file, aside = tmp_path / "convene.db", tmp_path / "aside.db"
        file.rename(aside)
        away = [await client.get(path), await client.get(path, headers={"if-none-match": before.headers["etag"]})]
        aside.rename(file)

        assert [answer.status_code for answer in away] == [503, 503]
        assert all(int(answer.headers["retry-after"]) > 0 and b"VCALENDAR" not in answer.content for answer in away)
        assert not aside.exists()
        assert (await client.get(path)).content == before.content

    play(service, script)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_that_is_away_is_trusted_for_a_second_and_then_503(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        path = service.path()
        await client.get(path)
        name = service.database.engine.url.database
        query(service.database, "SELECT 1")
        service.database.engine.dispose()
        monkeypatch.setattr(
            service.database.engine.dialect, "connect", lambda *_, **__: (_ for _ in ()).throw(OSError(f"no {name}"))
        )
        trusted = await client.get(path)
        service.seconds.now += TRUSTED_SECONDS
        away = await client.get(path)
        monkeypatch.undo()

        assert (trusted.status_code, away.status_code) == (200, 503)
        assert (await client.get(path)).status_code == 200

    play(service, script)


def test_nobody_reads_in_a_feed_what_another_is_told(service: Service) -> None:
    async def script(client: httpx.AsyncClient) -> None:
        answers = [
            await client.get(service.path(subject)) for subject in (OWN, OF_PROGRAMME, FeedSubject(person=VANNA))
        ]

        assert all(SOKHA.encode() not in answer.content and VANNA.encode() not in answer.content for answer in answers)
        assert {answer.headers["cache-control"] for answer in answers} == {"private, max-age=300"}

    play(service, script)


def test_it_serves_the_same_without_assertions(tmp_path: Path) -> None:
    """`python -O` removes them, and the calendar library refuses line breaks by one."""
    script = f"""
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
import httpx
from tests.programmes import small_database
from tests.web.test_served_feeds import Service
assert False, "they count"
folder = Path({str(tmp_path)!r})

async def main(service, path):
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://feeds.example") as client:
        answer = await client.get(path)
        again = await client.get(path, headers={{"if-none-match": answer.headers["etag"]}})
        lost = await client.get(path.replace(".ics", "a.ics"))
        print(answer.status_code, again.status_code, lost.status_code, answer.content == service.published())

with small_database(folder) as database:
    service = Service(database, folder)
    asyncio.run(main(service, service.path()))
"""
    done = subprocess.run([sys.executable, "-O", "-c", script], capture_output=True, text=True)

    assert (done.stdout, done.returncode) == ("200 304 404 True\n", 0), done.stderr
