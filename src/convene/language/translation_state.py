"""How far each language is: what is translated, and what waits for somebody who speaks it from childhood."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from convene.language.catalogue import sentences_path
from convene.language.languages import LANGUAGES, SOURCE, Language
from convene.language.style_file import style_path
from convene.resources import resource_folder

_QUESTION = "For a native reader:"
_NOT_REVIEWED = "Not yet reviewed by a native reader"


@dataclass(frozen=True)
class Doubt:
    """A sentence whose translator asks a native reader about it. Of a plural, `english` is the singular."""

    english: str
    translation: str
    question: str


@dataclass(frozen=True)
class TranslationState:
    """`translated` of `messages` are there. `reviewed`: by a native reader, all of it; English is the source.

    `lacks` says what is still to be written before mails are, and how one begins.
    """

    language: Language
    messages: int
    translated: int
    doubts: tuple[Doubt, ...]
    reviewed: bool
    lacks: tuple[str, ...]


@cache
def translation_state(code: str) -> TranslationState:
    """The state of a language of the table."""
    wanted = {(message.id, message.context) for message in _messages(resource_folder("locales") / "convene.pot")}
    language, lacks, path = LANGUAGES[code], folder_lacks(code), sentences_path(code)
    if code == SOURCE or not path.is_file():
        done = len(wanted) if code == SOURCE else 0
        return TranslationState(language, len(wanted), done, (), code == SOURCE, lacks)
    translated = [each for each in _messages(path) if (each.id, each.context) in wanted and all(_texts(each))]
    doubts = tuple(doubt for message in translated for doubt in _doubts(message))
    reviewed = _NOT_REVIEWED not in (_read(path).header_comment or "")
    return TranslationState(language, len(wanted), len(translated), doubts, reviewed, lacks)


def folder_lacks(code: str) -> tuple[str, ...]:
    """What is missing in the folder of a language; English, the source, needs no sentences."""
    lacking = []
    if code != SOURCE and not sentences_path(code).is_file():
        lacking.append(f"locales/{code}/LC_MESSAGES/convene.po (copy locales/convene.pot and translate)")
    if not style_path(code).is_file():
        lacking.append(f"locales/{code}/language.toml (copy that of English; locales/README.md explains its keys)")
    return tuple(lacking)


def _doubts(message: Message) -> list[Doubt]:
    asked = [comment.removeprefix(_QUESTION).strip() for comment in message.user_comments if _QUESTION in comment]
    english = message.id if isinstance(message.id, str) else message.id[0]
    return [Doubt(english, _texts(message)[0], question) for question in asked]


def _texts(message: Message) -> tuple[str, ...]:
    """The forms of a translation; an empty one where it is only a guess (fuzzy)."""
    if message.fuzzy or not message.string:
        return ("",)
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _messages(path: Path) -> list[Message]:
    return [message for message in _read(path) if message.id]


@cache
def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)
