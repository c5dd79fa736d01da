"""Pages as the browser draws them: what is wrong with their boxes and lines, and with their letters."""

import unicodedata
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Page
from tests.rendering.drawn_fonts import FONT_OF_SCRIPT, drawing_faults
from tests.rendering.shown_documents import Document

PHONE, DESKTOP = 360, 1000
PAGE_FAULTS = Path(__file__).with_name("page_faults.js")
_RUNS_AS_ELEMENTS = """runs => {
  const shown = document.body.appendChild(document.createElement("p"));
  for (const { text, language, family, weight } of runs) {
    const element = shown.appendChild(document.createElement("span"));
    element.lang = language;
    element.style.fontFamily = family;
    element.style.fontWeight = weight;
    element.className = "run";
    element.textContent = text;
  }
  return shown.offsetHeight; // laid out, before their fonts are asked for
}"""


class Run(TypedDict):
    """Letters of one script, or one sign, with how they are set."""

    text: str
    language: str
    family: str
    weight: str


def open_in_frames(page: Page, documents: Mapping[int, list[Document]]) -> None:
    """The documents by the width of their windows, all in one page: it loads far faster than many."""
    frames = (
        f'<iframe title="{document.name} at {width} px" style="width:{width}px;height:900px;border:0" '
        f'srcdoc="{escape(document.body)}"></iframe>'
        for width, listed in documents.items()
        for document in listed
    )
    page.set_content(f"<!DOCTYPE html><body>{''.join(frames)}")
    page.add_script_tag(path=PAGE_FAULTS)


def page_faults(page: Page) -> list[str]:
    """What is wrong with how the pages in the frames are drawn."""
    return _of_each_frame(page, "pageFaults")


def faint_texts(page: Page) -> list[str]:
    """Texts that hardly stand out in the colours that the frames have now."""
    return _of_each_frame(page, "faintTexts")


def _of_each_frame(page: Page, function: str) -> list[str]:
    found: list[str] = page.evaluate(
        f"""() => [...document.querySelectorAll("iframe")].flatMap(
              frame => {function}(frame.contentWindow).map(fault => `${{frame.title}}: ${{fault}}`))"""
    )
    return found


def letter_faults(page: Page) -> list[str]:
    """What is wrong with how the letters of the frames are drawn: boxes, dotted circles, a font that is not theirs."""
    runs: list[Run] = page.evaluate(
        """() => [...document.querySelectorAll("iframe")].flatMap(frame => drawnRuns(frame.contentWindow))"""
    )
    each = list({tuple(run.values()): run for run in runs}.values())
    page.evaluate(_RUNS_AS_ELEMENTS, each)
    return [
        f"{run['text']!r}: {fault}"
        for run, fonts in zip(each, _fonts_of_elements(page, ".run"), strict=True)
        for fault in _faults_of_run(run, fonts)
    ]


def _fonts_of_elements(page: Page, selector: str) -> list[dict[str, str]]:
    """By family, the PostScript name of each font that the browser took for an element."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    elements = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    taken = (devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in elements)
    return [{font["familyName"]: font["postScriptName"] for font in fonts} for fonts in taken]


def _faults_of_run(run: Run, fonts: dict[str, str]) -> list[str]:
    first = run["text"][0]
    is_sign = unicodedata.category(first).startswith("P")  # the danda of all of India is called Devanagari
    wanted = None if is_sign else FONT_OF_SCRIPT.get(unicodedata.name(first, "").partition(" ")[0])
    if len(fonts) != 1 or (wanted and wanted not in fonts):
        return [f"drawn in {', '.join(fonts) or 'no font'} instead of {wanted or 'one font'}"]
    return drawing_faults(run["text"], next(iter(fonts.values())))
