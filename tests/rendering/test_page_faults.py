"""What the test of drawn documents would notice: each fault, planted on a page of its own."""

import pytest
from playwright.sync_api import Page
from tests.rendering.drawn_pages import PHONE, faint_texts, letter_faults, open_in_frames, page_faults
from tests.rendering.shown_documents import Document

LONG_TITLE = "3rd meeting of the Dissemination Advisory Committee"
KHMER = "កិច្ចប្រជុំស្ត្រីស្ដីពីការផ្សព្វផ្សាយព័ត៌មាននៅក្នុងទីក្រុងភ្នំពេញ"
SOUND = "margin:0;padding:8px;font:16px/1.7 'Noto Sans Khmer','Noto Sans Lao','Noto Sans',sans-serif"


def shown(page: Page, html: str, language: str = "en") -> tuple[list[str], list[str]]:
    """The faults of boxes and lines on a telephone, and those of letters."""
    body = f'<!DOCTYPE html><html lang="{language}"><body style="{SOUND}">{html}'
    open_in_frames(page, {PHONE: [Document("planted", body, {})]})
    return page_faults(page), letter_faults(page)


@pytest.mark.parametrize(("text", "language"), [(LONG_TITLE, "en"), (KHMER, "km"), ("ກອງປະຊຸມຄັ້ງທີ່ສາມ", "lo")])
def test_a_sound_page_has_no_fault(page: Page, text: str, language: str) -> None:
    assert shown(page, f"<p>{text}</p>", language) == ([], [])


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (f'<p style="white-space:nowrap">{LONG_TITLE}</p>', "px wide in a window of 360 px"),
        (f'<p style="width:120px"><b style="white-space:nowrap">{LONG_TITLE}</b></p>', "a p does not hold its text"),
        (f'<p style="width:90px;overflow:hidden;white-space:nowrap">{LONG_TITLE}</p>', "a p cuts off its text"),
        (f'<p style="height:40px;overflow:hidden">{LONG_TITLE} {LONG_TITLE}</p>', "a p cuts off its text"),
        ('<p style="text-indent:-30px">Title</p>', "text leaves its box"),
        ('<p style="width:60px;overflow-wrap:break-word">Dissemination</p>', "a word is torn (Dissemination)"),
        ('<p style="font-size:12px">Small</p>', "text of 12px"),
        ("<p><i>Slanted</i></p>", "slanted text"),
        ('<p style="letter-spacing:2px">Wide</p>', "letters are set apart"),
        ('<p style="text-transform:uppercase">Loud</p>', "letters are changed"),
        ('<p style="color:#999">Faint</p>', "faint text (2.8:1)"),
    ],
)
def test_a_fault_of_boxes_and_lines_is_seen(page: Page, html: str, fault: str) -> None:
    seen, _ = shown(page, html)
    assert [line for line in seen if fault in line], seen


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("line-height:1.1", "marks touch the next line"),
        ("word-break:break-all;width:40px", "a line begins with half a letter"),
    ],
)
def test_a_fault_of_khmer_lines_is_seen(page: Page, style: str, fault: str) -> None:
    seen, _ = shown(page, f'<p style="{style}">{KHMER} {KHMER}</p>', "km")
    assert [line for line in seen if fault in line], seen


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>A sign that no font has: \ue123</p>", "has no glyph for all of it"),
        ("<p>\u17b6\u17c6</p>", "on a dotted circle"),
        ("<p>\u1794\u17d2\u17d2\u179a</p>", "on a dotted circle"),
        ("<p>\u09be\u0982</p>", "on a dotted circle"),
        (f"<p style=\"font-family:'Noto Serif Khmer'\">{KHMER}</p>", "instead of Noto Sans Khmer"),
    ],
)
def test_a_fault_of_letters_is_seen(page: Page, html: str, fault: str) -> None:
    _, seen = shown(page, html, "km")
    assert [line for line in seen if fault in line], seen


def test_a_text_that_is_faint_in_the_dark_alone_is_seen(page: Page) -> None:
    style = "<style>@media (prefers-color-scheme: dark) { body { background: #222 } }</style>"
    assert shown(page, f"{style}<p>Black</p>") == ([], [])

    page.emulate_media(color_scheme="dark")

    assert faint_texts(page) == ['planted at 360 px: faint text (1.3:1): "Black"']
