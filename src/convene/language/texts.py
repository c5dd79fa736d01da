"""The coordinator's texts: which one a reader is shown, and in which language it is."""

import re
import unicodedata
from dataclasses import dataclass

from convene.rules.facts import Text

_ZWSP = "\u200b"
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_ENGLISH = "en"
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Marks that turn the direction of whatever follows; soft hyphens, word joiners and BOMs, which some programs draw.
_UNSEEN = re.compile("[\u00ad\u2060\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Spoken:
    """A text and the language it is in (for `lang`); NFC."""

    text: str
    language: str


def pick_text(text: Text, language: str, programme_language: str) -> Spoken | None:
    """What a reader of `language` is shown of `text`: theirs > the programme's > English > the first given.

    None where nothing is written.
    """
    for code in (language, programme_language, _ENGLISH, *text):
        shown = readable(text.get(code, ""))
        if any(unicodedata.category(sign)[0] not in "ZC" for sign in shown):
            return Spoken(shown, code)
    return None


def readable(text: str) -> str:
    """`text` as it can be printed, whatever somebody wrote: NFC, without control characters and what nobody sees.

    Half a surrogate pair becomes U+FFFD. Joiners and ZWSP stay, and the marks of direction that touch one place alone.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _UNSEEN.sub("", _CONTROLS.sub(" ", _SURROGATES.sub("\ufffd", text)))
    return unicodedata.normalize("NFC", text).strip()


def one_line(text: str) -> str:
    """`text` for a subject, a title or a comparison: NFC, in one line, without ZWSP.

    ZWNJ and ZWJ stay: in Bengali, Nepali and Hindi they change the letters. No-break spaces stay too: French sets them
    before a colon and inside « ».
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text.replace(_ZWSP, ""))).strip()
