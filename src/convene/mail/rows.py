"""What a mail prints of a day, as labelled rows: the text and the HTML templates show the same ones."""

from dataclasses import dataclass

from convene.language.texts import Spoken


@dataclass(frozen=True)
class Value:
    """One line. `language` is that of `text`; `link` makes it clickable in HTML and is printed behind it in text."""

    text: str
    language: str
    link: str | None = None


@dataclass(frozen=True)
class Row:
    """`key` says what the row is about in every language, so that two days can be compared row by row."""

    key: str
    label: str
    values: tuple[Value, ...]


def spoken_value(spoken: Spoken) -> Value:
    return Value(spoken.text, spoken.language)


def link_value(link: str, language: str) -> Value:
    """A link shown as itself; one that is not of the web is printed, and cannot be clicked."""
    return Value(link, language, link if link.startswith(("https://", "http://")) else None)
