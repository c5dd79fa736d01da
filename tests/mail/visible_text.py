"""What a reader sees of a mail."""

import unicodedata
from html.parser import HTMLParser

_VIRAMA = 9  # its combining class
_WITHOUT_END = frozenset({"meta", "br", "link", "img", "hr"})


class _Reader(HTMLParser):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.words: list[str] = []
        self._open: list[tuple[str, str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WITHOUT_END:
            return
        language, hidden = self._open[-1][1:] if self._open else (self.language, False)
        language = dict(attrs).get("lang") or language
        self._open.append((tag, language, hidden or tag in ("style", "title", "a")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, f"unbalanced {tag}"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1] == self.language and not self._open[-1][2]:
            self.words.append(data)


def visible_text(html: str, language: str) -> str:
    """The text of the elements in `language`, without links, and without blocks marked as another language."""
    parser = _Reader(language)
    parser.feed(html)
    parser.close()
    return " ".join(parser.words)


def in_latin_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)


def clusters(text: str) -> int:
    r"""What a reader counts as letters.

    Marks belong to the letter before them, and so does a consonant after a virama, which is written under or into it.
    (The grapheme clusters of Unicode, regex \X, split those of Khmer in two.) The second half of Lao and Thai am is a
    letter by its category and a mark by its looks.
    """
    return sum(
        unicodedata.category(sign) not in ("Mn", "Mc", "Me", "Cf")
        and sign not in "\u0e33\u0eb3"
        and (place == 0 or unicodedata.combining(text[place - 1]) != _VIRAMA)
        for place, sign in enumerate(text)
    )
