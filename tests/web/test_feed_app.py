"""Feeds over HTTP: what a calendar program gets for every kind of question."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import httpx
import pytest
from tests.web.shelved_feeds import GONE, app_of, opens, token_named

from convene.usecases.feeds.open_feed import OpenedFeed
from convene.web.peer_limits import PeerLimits
from convene.web.server import running_server

KNOWN, REVOKED, BROKEN, UNKNOWN = (token_named(name) for name in ("known", "revoked", "broken", "other"))
BODY = "BEGIN:VCALENDAR\r\nX-WR-CALNAME:កម្ពុជា\r\nEND:VCALENDAR\r\n".encode()
ETAG = '"' + hashlib.sha256(BODY).hexdigest() + '"'
FEEDS: dict[str, OpenedFeed | Exception] = {
    KNOWN: opens(BODY),
    REVOKED: GONE,
    BROKEN: ConnectionError(f"the database is away, looking for {BROKEN}"),
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """Of a feed that was asked for once: whether it is compressed already follows from the request alone."""
    app = app_of(FEEDS, limits=PeerLimits(_hours()))
    with running_server(app) as url, httpx.Client(base_url=url, headers={"accept-encoding": "identity"}) as session:
        yield session


def _hours() -> Callable[[], float]:
    """A clock on which so much time passes between two requests that no limit is reached."""
    return partial(next, count(0.0, 3600.0))


def without_date(answer: httpx.Response) -> dict[str, str]:
    """The headers but for `Date`, which the server adds and which may tick between two answers."""
    return {name: value for name, value in answer.headers.items() if name != "date"}


def address(token: str) -> str:
    return f"/feed/{token}.ics"


def test_a_known_token_gives_the_calendar_with_its_validators(client: httpx.Client) -> None:
    answer = client.get(address(KNOWN))

    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["etag"] == ETAG
    assert answer.headers["last-modified"] == "Sun, 19 Jan 2020 10:00:05 GMT"
    assert answer.headers["cache-control"] == "private, max-age=300"


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    head, get = client.head(address(KNOWN)), client.get(address(KNOWN))

    assert head.content == b""
    assert without_date(head) == without_date(get)
    assert head.status_code == get.status_code


@pytest.mark.parametrize(
    "asked", [ETAG, f"W/{ETAG}", f'"other", {ETAG}', f'W/"other",W/{ETAG}', "*", f'"a,b" ,\t{ETAG}']
)
def test_who_has_the_calendar_already_gets_304(client: httpx.Client, asked: str) -> None:
    answer = client.get(address(KNOWN), headers={"if-none-match": asked})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == ETAG
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    "asked", ['"other"', ETAG.strip('"'), ETAG[:-2] + '"', "", ",", '"', 'W/"', "**", ETAG.upper(), "\\" + ETAG[1:]]
)
def test_who_has_another_calendar_gets_this_one(client: httpx.Client, asked: str) -> None:
    assert client.get(address(KNOWN), headers={"if-none-match": asked}).status_code == 200


def test_several_header_lines_are_one_list(client: httpx.Client) -> None:
    headers = [("if-none-match", '"other"'), ("if-none-match", ETAG)]

    assert client.get(address(KNOWN), headers=headers).status_code == 304


def test_head_is_answered_by_304_too(client: httpx.Client) -> None:
    assert client.head(address(KNOWN), headers={"if-none-match": ETAG}).status_code == 304


def test_a_date_alone_never_hides_a_change(client: httpx.Client) -> None:
    assert client.get(address(KNOWN), headers={"if-modified-since": "Sun, 19 Jan 2020 10:00:05 GMT"}).status_code == 200


def test_an_unknown_token_gets_404_and_a_revoked_one_410(client: httpx.Client) -> None:
    unknown, revoked = client.get(address(UNKNOWN)), client.get(address(REVOKED))

    assert (unknown.status_code, revoked.status_code) == (404, 410)
    assert b"VCALENDAR" not in unknown.content + revoked.content
    assert client.get(address(REVOKED), headers={"if-none-match": "*"}).status_code == 410
    assert client.get(address(UNKNOWN), headers={"if-none-match": "*"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/feed/",
        "/feed/.ics",
        f"/feed/{KNOWN}",
        f"/feed/{KNOWN}.ICS",
        f"/feed/{KNOWN}.ics/",
        f"/feed/{KNOWN.upper()}.ics",
        f"/feed/../feed/{KNOWN}x.ics",
        "/feed/%00.ics",
        f"/feed/{KNOWN}%0d%0a.ics",
        "/feed/" + "a" * 9000 + ".ics",
        "/feed/%F0%28%8C%28.ics",
    ],
)
def test_what_cannot_be_a_token_is_404_like_any_unknown_one(client: httpx.Client, path: str) -> None:
    answer, unknown = client.get(path), client.get(address(UNKNOWN))

    assert answer.status_code == 404
    assert answer.content == unknown.content
    assert without_date(answer) == without_date(unknown)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "REPORT", "TRACE"])
def test_other_methods_are_told_which_ones_there_are(client: httpx.Client, method: str) -> None:
    answers = [client.request(method, address(token)) for token in (KNOWN, UNKNOWN, BROKEN)]

    assert [answer.status_code for answer in answers] == [405, 405, 405]
    assert {answer.headers["allow"] for answer in answers} == {"GET, HEAD"}


def test_a_database_that_is_away_is_503_and_never_an_empty_calendar(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get(address(BROKEN))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert b"VCALENDAR" not in answer.content
    assert "ConnectionError" in caplog.text
    assert BROKEN not in caplog.text


@pytest.mark.parametrize("token", [KNOWN, UNKNOWN, REVOKED, BROKEN])
def test_no_answer_may_be_indexed_or_named_in_a_referrer(client: httpx.Client, token: str) -> None:
    headers = client.get(address(token)).headers

    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_hostile_host_changes_nothing(client: httpx.Client) -> None:
    answer = client.get(address(KNOWN), headers={"host": "evil.example", "x-forwarded-host": "evil.example"})

    assert answer.content == BODY
    assert "evil" not in str(answer.headers)
