"""Every mail and page in every language, drawn by a browser on a telephone and on a desktop: nothing is cut off, boxed,
dotted, torn or faint. `make screenshots` shows the same to the eye.
"""

import pytest
from playwright.sync_api import Page
from tests.complete_languages import COMPLETE
from tests.rendering.drawn_pages import (
    DESKTOP,
    PAGE_FAULTS,
    PHONE,
    faint_texts,
    letter_faults,
    open_in_frames,
    page_faults,
)
from tests.rendering.shown_documents import PAGES, mails, pages, turns

from convene.resources import resource_folder


@pytest.mark.parametrize("language", COMPLETE)
def test_everything_a_reader_sees_is_drawn_well(page: Page, language: str) -> None:
    everyday = mails(language) + pages(language)
    open_in_frames(page, {PHONE: everyday + turns(language), DESKTOP: everyday})

    assert page_faults(page) == []
    assert letter_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faint_texts(page) == []


@pytest.mark.parametrize("language", COMPLETE)
def test_a_mail_is_drawn_well_by_a_program_that_keeps_its_body_alone(page: Page, language: str) -> None:
    for mail in mails(language):
        body = mail.body.partition("<body")[2].partition(">")[2].partition("</body>")[0]
        page.set_content(f"<body>{body}")
        page.add_script_tag(path=PAGE_FAULTS)

        assert page.evaluate("document.compatMode") == "BackCompat"
        assert page.evaluate("pageFaults(window)") == [], mail.name


def test_every_page_of_the_server_is_looked_at() -> None:
    """A page that is new belongs into `PAGES`."""
    written = (resource_folder("templates") / "web").glob("*.html")
    shown = {f"web/{file.name}" for file in written if '{% extends "web/page.html" %}' in file.read_text("utf-8")}
    assert {template for template, _ in PAGES.values()} == shown
