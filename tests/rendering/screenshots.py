"""`make screenshots`: every mail and page in every language, as a telephone and a desktop show them.

build/screenshots/index.html                  all of them, by language
build/screenshots/<language>/<name>.<look>.png
build/screenshots/<language>.<look>.png       those of a language beside each other, to be looked through
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser
from tests.complete_languages import COMPLETE
from tests.rendering.browser import running_browser, show, what_is_missing
from tests.rendering.shown_documents import Document, mails, pages, turns

from convene.language.languages import LANGUAGES

OUT = Path("build/screenshots")
_GAP = 16
_STYLE = (
    f"body{{margin:{_GAP}px;background:#8a8f96;font:14px sans-serif}}div{{column-gap:{_GAP}px}}"
    f"figure{{margin:0 0 {_GAP}px;break-inside:avoid}}img{{display:block}}"
)


@dataclass(frozen=True)
class Look:
    """How wide a window is, and whether it is bright or dark. `columns` of it fit beside each other on a sheet."""

    name: str
    width: int
    scheme: Literal["light", "dark"]
    columns: int


PHONE = Look("phone", 360, "light", 5)
DESKTOP = Look("desktop", 1000, "light", 2)
DARK = Look("dark", 360, "dark", 5)
LOOKS = (PHONE, DESKTOP, DARK)


def documents(look: Look, language: str) -> list[Document]:
    """All of them on a telephone; on a desktop and in the dark those that differ enough to be looked at."""
    everyday = mails(language) + pages(language)
    return everyday + turns(language) if look is PHONE else everyday


def photograph(browser: Browser, language: str) -> None:
    for look in LOOKS:
        with browser.new_context(
            viewport={"width": look.width, "height": 640}, color_scheme=look.scheme, locale=language
        ) as context:
            page = context.new_page()
            for document in documents(look, language):
                show(page, document)
                page.screenshot(path=_picture(language, document.name, look), full_page=True)


def _picture(language: str, name: str, look: Look) -> Path:
    return OUT / language / f"{name}.{look.name}.png"


def sheet(language: str, look: Look) -> str:
    """The pictures of one language in one look, in columns."""
    names = [document.name for document in documents(look, language)]
    pictures = (f"{language}/{name}.{look.name}.png" for name in names)
    figures = (
        f'<figure><figcaption>{escape(name)}</figcaption><img src="{picture}" width="{look.width}"></figure>'
        for name, picture in zip(names, pictures, strict=True)
    )
    heading = f"<h2>{LANGUAGES[language].english_name}, {look.name}</h2>"
    return f'{heading}<div style="width:{_sheet_width(look)}px;columns:{look.columns}">{"".join(figures)}</div>'


def _sheet_width(look: Look) -> int:
    return look.columns * (look.width + _GAP)


def html_of(*parts: str) -> str:
    return f'<!DOCTYPE html><meta charset="utf-8"><title>Screenshots</title><style>{_STYLE}</style>{"".join(parts)}'


def write_index() -> None:
    links = "".join(f'<a href="#{code}">{LANGUAGES[code].english_name}</a> ' for code in COMPLETE)
    parts = (f'<div id="{code}">{"".join(sheet(code, look) for look in LOOKS)}</div>' for code in COMPLETE)
    (OUT / "index.html").write_text(html_of(f"<nav>{links}</nav>", *parts), "utf-8")


def photograph_sheets(browser: Browser, language: str) -> Iterator[Path]:
    for look in LOOKS:
        picture = OUT / f"{language}.{look.name}.png"
        page = browser.new_page(viewport={"width": _sheet_width(look) + 2 * _GAP, "height": 600})
        source = OUT / "sheet.html"
        source.write_text(html_of(sheet(language, look)), "utf-8")
        page.goto(source.resolve().as_uri())
        page.screenshot(path=picture, full_page=True)
        page.close()
        source.unlink()
        yield picture


def main(languages: list[str]) -> None:
    missing = what_is_missing()
    if missing:
        sys.exit(missing)
    with running_browser() as browser:
        for language in languages:
            photograph(browser, language)
            for picture in photograph_sheets(browser, language):
                print(picture)
    write_index()
    print(OUT / "index.html")


if __name__ == "__main__":
    main(sys.argv[1:] or list(COMPLETE))
