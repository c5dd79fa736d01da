"""The pages for those who watch the service, and whatever else is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.web.shelved_feeds import app_of

from convene.web.app import Readiness
from convene.web.server import running_server

READY = Readiness(ready=True, details={"backlog": 0, "paused": None})


@contextmanager
def watching(state: Readiness | Exception) -> Iterator[httpx.Client]:
    """A client of a service whose readiness is `state`, or fails with it."""

    def readiness() -> Readiness:
        if isinstance(state, Exception):
            raise state
        return state

    app = app_of(readiness=readiness)
    with running_server(app) as url, httpx.Client(base_url=url) as session:
        yield session


@pytest.fixture(scope="module")
def ready() -> Iterator[httpx.Client]:
    with watching(READY) as session:
        yield session


def test_a_process_that_lives_is_healthy_whatever_the_database_does() -> None:
    with watching(ConnectionError()) as session:
        assert session.get("/healthz").status_code == 200


def test_a_process_that_can_work_is_ready_and_says_what_it_found(ready: httpx.Client) -> None:
    answer = ready.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "backlog": 0, "paused": None}


@pytest.mark.parametrize("state", [Readiness(ready=False), ConnectionError("secret")])
def test_a_process_that_cannot_work_is_not_ready(state: Readiness | Exception) -> None:
    with watching(state) as session:
        answer = session.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False}


@pytest.mark.parametrize("path", ["/", "/healthz/", "/nothing", "/feed", "//evil.example/", "/%2e%2e/etc/passwd"])
def test_what_is_not_there_is_404_and_never_a_redirect(ready: httpx.Client, path: str) -> None:
    answer = ready.get(f"{ready.base_url}".rstrip("/") + path, headers={"host": "evil.example"})

    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/s", "/s/", "/u/", "/nothing"])
def test_a_link_that_was_cut_in_two_is_told_in_a_language_of_the_browser(ready: httpx.Client, path: str) -> None:
    answer = ready.get(path, headers={"accept-language": "km, en;q=0.5"})

    assert (answer.status_code, answer.headers["content-language"]) == (404, "km")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_page_that_can_only_be_read_says_so(ready: httpx.Client) -> None:
    answer = ready.post("/readyz")

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nothing"])
def test_every_page_is_private(ready: httpx.Client, path: str) -> None:
    headers = ready.get(path).headers

    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "script" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"
