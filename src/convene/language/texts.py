"""The coordinator's texts: which one a reader is shown, and in which language it is."""

import re
import unicodedata
from dataclasses import dataclass

from convene.rules.facts import Text

_ZWSP = "\u200b"
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_ENGLISH = "en"


@dataclass(frozen=True)
class Spoken:
    """A text and the language it is in (for `lang`); NFC."""

    text: str
    language: str


def pick_text(text: Text, language: str, programme_language: str) -> Spoken | None:
    """What a reader of `language` is shown of `text`: theirs > the programme's > English > the first given.

    None where nothing is written.
    """
    chain = (language, programme_language, _ENGLISH, *text)
    chosen = next((code for code in chain if text.get(code, "").strip()), None)
    return Spoken(unicodedata.normalize("NFC", text[chosen].strip()), chosen) if chosen else None


def one_line(text: str) -> str:
    """`text` for a subject, a title or a comparison: NFC, in one line, without ZWSP.

    ZWNJ and ZWJ stay: in Bengali, Nepali and Hindi they change the letters. No-break spaces stay too: French sets them
    before a colon and inside « ».
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text.replace(_ZWSP, ""))).strip()
