"""What a reader sees of an HTML mail."""

import unicodedata
from html.parser import HTMLParser

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


def clusters(text: str) -> int:
    """Roughly what a reader counts as letters: marks, and consonants under a Khmer coeng, belong to the one before."""
    return sum(
        not unicodedata.category(sign).startswith("M") and text[place - 1 : place] != "\u17d2"
        for place, sign in enumerate(text)
    )
