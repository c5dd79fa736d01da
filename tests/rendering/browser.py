"""The Chromium of this machine, and the fonts that the pages are looked at with. Nothing is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Route, sync_playwright
from tests.rendering.drawn_fonts import FONT_OF_SCRIPT, installed_families
from tests.rendering.shown_documents import Document

NAMED = "CONVENE_TEST_BROWSER"
_KNOWN_AS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ADDRESS = "https://convene.example/shown"


def browser_path() -> str | None:
    """The program that `CONVENE_TEST_BROWSER` names, else the first that is found."""
    named = os.environ.get(NAMED)
    return named or next((found for name in _KNOWN_AS if (found := shutil.which(name))), None)


def what_is_missing() -> str:
    """One sentence that says what to install before a page can be looked at; empty where everything is there."""
    absent = [] if browser_path() else ["Chromium"]
    families = installed_families()
    absent += [f"the font {family}" for family in dict.fromkeys(FONT_OF_SCRIPT.values()) if family not in families]
    if not absent:
        return ""
    return (
        f"Missing for a look at the pages: {', '.join(absent)}. Debian has it all: apt-get install "
        f"--no-install-recommends chromium fontconfig fonts-noto-core fonts-noto-cjk; {NAMED} names another browser."
    )


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Its own sandbox needs a user other than root."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


def show(page: Page, document: Document) -> None:
    """Load the document with its own headers; whatever else it asks for is refused and raises."""
    refused: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url == _ADDRESS:
            route.fulfill(status=200, headers=dict(document.headers), body=document.body)
        else:
            refused.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    page.goto(_ADDRESS)
    page.unroute("**/*", answer)
    assert refused == [], f"{document.name} loads {refused}"
