"""The catalogues are whole: nothing missing, nothing left over, every placeholder in its place."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import NamedTuple

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from tests.complete_languages import COMPLETE, TRANSLATED
from tests.language.same_words import SAME_WORDS
from tests.language.scripts import foreign_words, native_digits

from convene.language.catalogue import catalogue
from convene.language.style_file import style_path
from convene.resources import resource_folder

LOCALES = resource_folder("locales")
_PRODUCTS = frozenset({"Google", "Calendar", "Outlook", "Thunderbird", "iPhone", "iPad", "Mac", "URL"})
_MENU = re.compile("“([^”]+)”")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Source(NamedTuple):
    """A message of the code or the templates."""

    context: str | None
    sentence: str
    plural: str | None


@pytest.fixture(scope="module")
def sources() -> dict[Source, set[str]]:
    """Every message, with what is said to the translators about it."""
    with (LOCALES / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, "to_translate": None}
    found: dict[Source, set[str]] = {}
    extracted = extract_from_dir(
        LOCALES.parent, methods, options, keywords=keywords, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for _, _, message, comments, context in extracted:
        found.setdefault(_source(message, context), set()).update(comments)
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_left_over(language: str, sources: dict[Source, set[str]]) -> None:
    translated = {_source(message.id, message.context) for message in _messages(language) if all(_texts(message))}
    assert translated == set(sources)


def test_the_template_of_the_catalogues_is_up_to_date(sources: dict[Source, set[str]]) -> None:
    written = {
        _source(message.id, message.context): set(message.auto_comments)
        for message in _read(LOCALES / "convene.pot")
        if message.id
    }
    assert written == sources, "run: make messages"


def test_the_template_of_the_catalogues_is_in_alphabetical_order() -> None:
    keys = [(_singular(m.id), m.context or "") for m in _read(LOCALES / "convene.pot") if m.id]
    assert keys == sorted(keys)


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_those_of_the_english(language: str) -> None:
    for message in _messages(language):
        wanted = sorted(set(PLACEHOLDER.findall(_singular(message.id))))
        for text in _texts(message):
            assert sorted(PLACEHOLDER.findall(text)) == wanted, text
            assert text.count("%") == len(PLACEHOLDER.findall(text)), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_fuzzy(language: str) -> None:
    assert [message.id for message in _messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_copied_from_the_english_but_words_that_are_the_same(language: str) -> None:
    copied = {
        _singular(message.id)
        for message in _messages(language)
        if _has_words(_singular(message.id)) and _english(message) & set(_texts(message))
    }
    assert copied == SAME_WORDS.get(language, {}).keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_is_in_one_spelling_and_one_line(language: str) -> None:
    for message in _messages(language):
        for text in _texts(message):
            assert text == unicodedata.normalize("NFC", text)
            assert text == text.strip()
            assert "\n" not in text


@pytest.mark.parametrize("language", COMPLETE)
def test_the_file_of_dates_and_hours_is_in_one_spelling(language: str) -> None:
    text = style_path(language).read_text("utf-8")
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_forms_are_those_of_cldr_not_of_babel(language: str) -> None:
    """The millions of French and Spanish are left out: nobody prints them."""
    category, form = Locale(language).plural_form, c2py(_read(_po(language)).plural_expr)
    used = {category(number): form(number) for number in range(1000)}
    assert len(set(used.values())) == len(used) == _read(_po(language)).num_plurals
    assert all(form(number) == used[category(number)] for number in range(1000))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_as_many_forms_as_its_language(language: str) -> None:
    forms = _read(_po(language)).num_plurals
    plurals = [message for message in _messages(language) if not isinstance(message.id, str)]
    assert plurals
    assert {len(_texts(message)) for message in plurals} == {forms}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_holds_letters_of_another_script(language: str) -> None:
    for message in _messages(language):
        for text in _texts(message):
            assert foreign_words(PLACEHOLDER.sub("", text), language) <= _names_in(message), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_holds_digits_since_numbers_are_put_in(language: str) -> None:
    assert not any(native_digits(text) for message in _messages(language) for text in _texts(message))


def test_sentences_are_filled_in() -> None:
    assert catalogue("en").gettext("Open on %(date)s", date="20 January") == "Open on 20 January"
    one, many = "%(number)s event ahead", "%(number)s events ahead"
    assert catalogue("en").ngettext(one, many, 1, number="1") == "1 event ahead"
    assert catalogue("lo").gettext("Deadline") == "ວັນຄົບກຳນົດ"
    assert catalogue("ja").pgettext("label of the old value", "Before") == "変更前"


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(KeyError):
        catalogue("xx")


def _names_in(message: Message) -> frozenset[str]:
    """What no translation spells in its own letters: products, and menus that a program has in English alone."""
    return _PRODUCTS | {word for menu in _MENU.findall(_singular(message.id)) for word in menu.split()}


def _messages(language: str) -> Iterator[Message]:
    return (message for message in _read(_po(language)) if message.id)


@cache
def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _po(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "convene.po"


def _source(message: str | tuple[str, ...] | list[str], context: str | None) -> Source:
    texts = [message] if isinstance(message, str) else list(message)
    return Source(context, texts[0], texts[1] if len(texts) > 1 else None)


def _texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _english(message: Message) -> set[str]:
    return {message.id} if isinstance(message.id, str) else set(message.id)


def _singular(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _has_words(sentence: str) -> bool:
    return any(sign.isalpha() for sign in PLACEHOLDER.sub("", sentence))
