"""Pages for people: HTML with a style of its own and nothing from elsewhere, kept by nobody on the way."""

import base64
import hashlib
from functools import cache

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from convene.mail.templating import render
from convene.rules.language_chain import ENGLISH

PAGE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def page_response(template: str, language: str, status: int = 200, **values: object) -> Response:
    """The page `template` in `language`. Its policy allows its own style, by hash, and its forms; no script at all."""
    html = render(template, language, style=_style(), **values)
    headers = {**PAGE_HEADERS, "content-security-policy": _policy(), "content-language": language}
    return HTMLResponse(html, status, headers)


def plain_response(sentence: str, status: int, **headers: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, {**headers, **PAGE_HEADERS})


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
