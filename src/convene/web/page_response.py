"""Pages for people: HTML with a style of its own and nothing from elsewhere, kept by nobody on the way."""

import base64
import hashlib
import logging
from collections.abc import Callable
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from convene.mail.templating import render
from convene.rules.language_chain import ENGLISH
from convene.web.accepted_language import accepted_language

PAGE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}

_RETRY_AFTER_SECONDS = "120"

logger = logging.getLogger(__name__)


async def made_in_thread(make: Callable[[], Response], accepted: str) -> Response:
    """What `make` answers, which may ask the database; 503 for whatever it raises, as `try_later` says it."""
    try:
        return await run_in_threadpool(make)
    except Exception as error:
        # Its message may hold the token, which is a key: the kind of error must do.
        logger.error("a page could not be made: %s", type(error).__qualname__)
        return try_later(accepted, 503, _RETRY_AFTER_SECONDS)


def not_found(accepted: str) -> Response:
    """For a token that opens nothing, in a language of the browser: its Accept-Language is `accepted`."""
    return page_response("web/not-found.html", accepted_language(accepted), 404)


def try_later(accepted: str, status: int, seconds: str) -> Response:
    """For what cannot be answered now: nobody knows whose link it is, so it is in a language of the browser, too."""
    answer = page_response("web/try-later.html", accepted_language(accepted), status)
    answer.headers["retry-after"] = seconds
    return answer


def page_response(template: str, language: str, status: int = 200, **values: object) -> Response:
    """The page `template` in `language`. Its policy allows its own style, by hash, and its forms; no script at all."""
    html = render(template, language, style=_style(), **values)
    headers = {**PAGE_HEADERS, "content-security-policy": _policy(), "content-language": language}
    return HTMLResponse(html, status, headers)


def plain_response(sentence: str, status: int) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, PAGE_HEADERS)


@cache
def _style() -> str:
    """The same in every language, so that its hash is."""
    return render("web/page.css", ENGLISH)


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
