"""Write a gallery: a folder of plain pages that shows what a rehearsal or the demo sent, one person's story first.

The pages need no server, no network and no script to be read. Style and script stand inside each page and mails inside
`srcdoc` frames without scripts, so that one Content-Security-Policy can forbid every other resource: whatever a
mail holds, opening the gallery loads nothing from anywhere.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import quote

import jinja2

from convene.gallery.axis import GAP_WIDTH
from convene.gallery.story import (
    PEOPLE_PAGES,
    Story,
    by_country,
    first_story,
    language_name,
    own_language_name,
    stories,
    story_per_language,
)
from convene.gallery.timeline import panels
from convene.gallery.values import Gallery
from convene.resources import resource_folder
from convene.rules.letter import Words
from convene.rules.vocabulary import Mode, NoticeKind

_LETTERS_PER_LINE = 55
_LINE_HEIGHT_PX = 27
_FRAME_AND_BUTTONS_PX = 260


def write_gallery(gallery: Gallery, out: Path) -> Path:
    """Write `index.html`, `people/*.html` and `feeds.html` under `out` (made where missing); return the index.

    The same gallery gives the same bytes, and pages of people who are in it no longer are removed. Mail and calendar
    files are the caller's; they are only linked.
    """
    pages = _pages()
    found = stories(gallery.mails)
    shared = {"gallery": gallery, "stories": found}
    (out / "people").mkdir(parents=True, exist_ok=True)
    for former in out.glob(PEOPLE_PAGES):
        former.unlink()
    for place, story in enumerate(found):
        before, after = (found[place - 1] if place else None), (found[place + 1] if place + 1 < len(found) else None)
        _write(pages, "story.html", out / story.page, shared | {"story": story, "before": before, "after": after})
    _write(pages, "feeds.html", out / "feeds.html", shared)
    index = out / "index.html"
    _write(pages, "index.html", index, shared | _overview(gallery, found))
    return index


def _overview(gallery: Gallery, found: tuple[Story, ...]) -> dict[str, object]:
    counts = Counter((mail.kind, mail.words.language) for mail in gallery.mails)
    languages = sorted({language for _, language in counts}, key=lambda language: (language == "en", language))
    return {
        "story": first_story(found),
        "choices": story_per_language(found),
        "countries": by_country(found),
        "panels": panels(gallery),
        "gap_width": GAP_WIDTH,
        "counts": counts,
        "languages": languages,
        "kinds": [kind for kind in NoticeKind if any(counts[kind, language] for language in languages)],
        "modes": [mode for mode in Mode if any(day.mode is mode for event in gallery.events for day in event.days)],
        "states": Counter(mail.state for mail in gallery.mails),
    }


def _write(pages: jinja2.Environment, template: str, path: Path, values: dict[str, object]) -> None:
    path.write_text(pages.get_template(template).render(values), encoding="utf-8")


def _pages() -> jinja2.Environment:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource_folder("templates") / "gallery"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {
        "day": _day,
        "counted": _counted,
        "file": quote,
        "frame_height": _frame_height_px,
        "language_name": language_name,
        "own_language_name": own_language_name,
    }
    return pages


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"


def _counted(kind: NoticeKind, count: int) -> str:
    """ "1 action plan", "2 action plans"; thanks and progress have no plural."""
    name = kind.replace("-", " ")
    return f"{count} {name}" if count == 1 or name.endswith("s") else f"{count} {name}s"


def _frame_height_px(words: Words) -> int:
    """A guess from the text, rather too high: with the page's script the frame takes the height of its mail."""
    lines = sum(1 + len(line) // _LETTERS_PER_LINE for line in words.text.splitlines())
    return _FRAME_AND_BUTTONS_PX + _LINE_HEIGHT_PX * lines
