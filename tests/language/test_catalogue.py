"""The catalogues are whole: nothing missing, nothing left over, every placeholder in its place."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from convene.language.catalogue import catalogue, catalogues_version
from convene.resources import resource_folder

LOCALES = resource_folder("locales")
LANGUAGES = ["km", "lo", "bn", "ja"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def sources() -> set[str]:
    """Every message of the code and the templates, by its (singular) English."""
    with (LOCALES / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, "to_translate": None}
    found = extract_from_dir(LOCALES.parent, methods, options, keywords=keywords)
    return {_singular(message) for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(language: str, sources: set[str]) -> None:
    translated = {_singular(message.id) for message in _messages(language) if all(_texts(message))}
    assert translated == sources


def test_the_template_of_the_catalogues_is_up_to_date(sources: set[str]) -> None:
    assert {_singular(message.id) for message in _read(LOCALES / "convene.pot") if message.id} == sources


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_english(language: str) -> None:
    for message in _messages(language):
        wanted = set(PLACEHOLDER.findall(_singular(message.id)))
        for text in _texts(message):
            assert set(PLACEHOLDER.findall(text)) == wanted, text
            assert text.count("%") == len(PLACEHOLDER.findall(text)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy_or_copied_from_the_english(language: str) -> None:
    for message in _messages(language):
        assert not message.fuzzy, message.id
        words = PLACEHOLDER.sub("", _singular(message.id))
        if any(sign.isalpha() for sign in words):
            assert _singular(message.id) not in _texts(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_nfc(language: str) -> None:
    for message in _messages(language):
        for text in _texts(message):
            assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(("language", "forms"), [("km", "0"), ("lo", "0"), ("ja", "0"), ("bn", "(n > 1)")])
def test_plural_forms_are_those_of_cldr_not_of_babel(language: str, forms: str) -> None:
    assert _read(_po(language)).plural_expr == forms


@pytest.mark.parametrize("language", ["km", "lo"])
def test_no_sentence_holds_letters_of_a_neighbour(language: str) -> None:
    neighbours = {"km": ("\u0e00", "\u0eff"), "lo": ("\u0e00", "\u0e7f")}[language]
    for message in _messages(language):
        for text in _texts(message):
            assert not any(neighbours[0] <= sign <= neighbours[1] for sign in text), text


def test_sentences_are_filled_in() -> None:
    assert catalogue("en").gettext("Open on %(date)s", date="20 January") == "Open on 20 January"
    assert catalogue("en").ngettext("in %(days)s day", "in %(days)s days", 1, days="1") == "in 1 day"
    assert catalogue("lo").gettext("tomorrow") == "ມື້ອື່ນ"


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(KeyError):
        catalogue("th")


def test_the_version_of_the_catalogues_is_stable() -> None:
    assert catalogues_version() == catalogues_version()
    assert re.fullmatch(r"[0-9a-f]{16}", catalogues_version())


def _messages(language: str) -> Iterator[Message]:
    return (message for message in _read(_po(language)) if message.id)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _po(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "convene.po"


def _texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _singular(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]
