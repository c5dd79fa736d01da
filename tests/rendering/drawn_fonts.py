"""Which fonts are installed, and how one of them draws a text: with a box, with a dotted circle, or as it should."""

import shutil
import subprocess
from functools import cache

import uharfbuzz

FONT_OF_SCRIPT = {
    "KHMER": "Noto Sans Khmer",
    "LAO": "Noto Sans Lao",
    "BENGALI": "Noto Sans Bengali",
    "THAI": "Noto Sans Thai",
    "DEVANAGARI": "Noto Sans Devanagari",
    "CJK": "Noto Sans CJK JP",
    "HIRAGANA": "Noto Sans CJK JP",
    "KATAKANA": "Noto Sans CJK JP",
}
"""By the first word of a letter's Unicode name, the family of its stack that Debian has. Latin letters and signs may be
drawn in any."""

_DOTTED_CIRCLE = "\u25cc"


@cache
def installed_families() -> frozenset[str]:
    return frozenset(name for names, *_ in _listed("family") for name in names.split(","))


def drawing_faults(text: str, postscript_name: str) -> list[str]:
    """What is wrong with `text` in the installed font of that name, shaped as browsers shape it."""
    font = _font(postscript_name)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    glyphs = {info.codepoint for info in buffer.glyph_infos}
    faults = [f"{postscript_name} has no glyph for all of it"] if 0 in glyphs else []
    if _DOTTED_CIRCLE not in text and font.get_nominal_glyph(ord(_DOTTED_CIRCLE)) in glyphs - {0}:
        faults.append("a mark without a letter is drawn on a dotted circle")
    return faults


@cache
def _font(postscript_name: str) -> uharfbuzz.Font:
    listed = _listed("postscriptname", "file", "index")
    file, number = next((file, number) for name, file, number in listed if name == postscript_name)
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file), int(number) & 0xFFFF))


@cache
def _listed(*fields: str) -> list[list[str]]:
    """All fonts that fontconfig knows, as browsers on Linux do."""
    if not shutil.which("fc-list"):
        return []
    form = "\t".join(f"%{{{field}}}" for field in fields) + "\n"
    printed = subprocess.run(["fc-list", "--format", form], check=True, capture_output=True, text=True).stdout
    return [line.split("\t") for line in printed.splitlines()]
