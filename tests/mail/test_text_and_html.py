"""The text of a mail and its HTML say the same: neither reader misses a word."""

import re
from html.parser import HTMLParser

import pytest
from tests.complete_languages import COMPLETE
from tests.mail.sample_letters import sample_letter
from tests.mail.turn_letters import TURNS

from convene.mail.compose import compose
from convene.rules.letter import Letter, Words
from convene.rules.vocabulary import NoticeKind

LETTERS = [*NoticeKind, *TURNS]


class _Pieces(HTMLParser):
    """The texts between tags and the addresses of links. The words of a link to a page are those of its button."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        link = dict(attrs).get("href") or ""
        self.pieces.append(link.removeprefix("mailto:"))
        self._hidden = tag in ("style", "title") or "/u/" in link

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        self.pieces += [] if self._hidden else [data.strip(" \n\u00a0·:：៖")]


def letter_of(name: str, language: str) -> Letter:
    return TURNS[name](language) if name in TURNS else sample_letter(NoticeKind(name), language)


def pieces_of_html(words: Words) -> list[str]:
    parser = _Pieces()
    parser.feed(words.html)
    parser.close()
    return [" ".join(piece.split()) for piece in parser.pieces if piece.strip()]


def pieces_of_text(words: Words) -> list[str]:
    lines = (line.strip("- ") for line in words.text.splitlines())
    pieces = (piece for line in lines for piece in re.split(r"：|[:៖](?=\s|$)|\s·\s|(?<=\S) (?=https?:)", line))
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("name", LETTERS)
def test_the_html_says_all_that_the_text_says(name: str, language: str) -> None:
    words = compose(letter_of(name, language))
    html = " ".join(pieces_of_html(words))
    assert [piece for piece in pieces_of_text(words) if piece not in html] == []


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("name", LETTERS)
def test_the_text_says_all_that_the_html_says(name: str, language: str) -> None:
    words = compose(letter_of(name, language))
    text = " ".join(words.text.split())
    assert [piece for piece in pieces_of_html(words) if piece not in text] == []
