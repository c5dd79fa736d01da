"""The whole web side: feeds in front, and behind them the pages for people and for those who watch the service."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from convene.web.feed_app import FeedApp
from convene.web.feed_shelf import FeedShelf
from convene.web.limited_pages import LimitedPages
from convene.web.page_response import PAGE_HEADERS, not_found
from convene.web.peer_limits import PeerLimits

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Readiness:
    """Whether this process can do its work; `details` are plain JSON values for the person who looks."""

    ready: bool
    details: Mapping[str, Any] = field(default_factory=dict)


AskReadiness = Callable[[], Readiness]
"""Looks at the database and the backlog. Runs in a thread; whatever it raises means "not ready"."""


def create_app(feeds: FeedShelf, readiness: AskReadiness, limits: PeerLimits, *more: Route) -> ASGIApp:
    """The ASGI app: `/feed/<token>.ics`, `/healthz` (the process lives), `/readyz` (it can work: 200, else 503).

    `more` are the pages for people.
    """
    pages = Starlette(
        routes=[Route("/healthz", _healthz), Route("/readyz", _readyz(readiness)), *more],
        exception_handlers={404: _no_page, HTTPException: _plain_error},
    )
    # A redirect to the path without its slash would be built from the Host header, which anybody can set.
    pages.router.redirect_slashes = False
    return FeedApp(feeds, LimitedPages(pages, limits), limits)


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n", headers=PAGE_HEADERS)


def _readyz(readiness: AskReadiness) -> Callable[[Request], Any]:
    async def answer(_: Request) -> Response:
        try:
            state = await run_in_threadpool(readiness)
        except Exception as error:
            logger.error("readiness could not be found out: %s", type(error).__qualname__)
            state = Readiness(ready=False)
        content = {"ready": state.ready, **state.details}
        return JSONResponse(content, 200 if state.ready else 503, headers=PAGE_HEADERS)

    return answer


async def _no_page(request: Request, _: Exception) -> Response:
    """A link that a mail program cut in two ends here as well."""
    return not_found(request.headers.get("accept-language", ""))


async def _plain_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # registered for nothing else
    return PlainTextResponse(f"{error.detail}\n", error.status_code, {**(error.headers or {}), **PAGE_HEADERS})
