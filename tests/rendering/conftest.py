"""A browser for the tests that look at pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.rendering.browser import running_browser, what_is_missing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Skipped with the reason on a machine without one; the pipeline must have it.

    It ends with the module: while it runs, no other test could start an event loop.
    """
    missing = what_is_missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    with running_browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page(viewport={"width": 360, "height": 640}) as opened:
        yield opened
