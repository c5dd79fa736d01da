"""A mail is in one language from its subject to its calendar part: one script, one kind of digits, nothing of English.

Texts of the coordinator may be in another language; they are marked with it, and left out here like names and links.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from gettext import NullTranslations

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from icalendar import Calendar
from tests.complete_languages import COMPLETE, TRANSLATED
from tests.ical.personal_calendars import FROM
from tests.language.scripts import foreign_words, native_digits, scripts_of
from tests.mail.sample_letters import sample_letter
from tests.mail.turn_letters import TURNS
from tests.mail.visible_text import clusters, visible_text
from tests.sample_briefs import dac_meeting, letter, reader

from convene.ical.itip import calendar_part
from convene.language.catalogue import catalogue
from convene.language.languages import LANGUAGES
from convene.language.titles import event_title, short_event_title
from convene.mail.compose import compose
from convene.resources import resource_folder
from convene.rules.letter import Letter
from convene.rules.vocabulary import Digits, NoticeKind

NAMES = {"JILAF", "SGRA", "UTC"}
"""Written in Latin letters everywhere."""

LETTERS: dict[str, Callable[[str], Letter]] = {
    **{kind: lambda language, kind=kind: sample_letter(kind, language) for kind in NoticeKind},  # type: ignore[misc]
    **TURNS,
}


def own_words(made: Letter) -> dict[str, str]:
    """What a mail says in the reader's language, by its part, without the texts that are in another one."""
    words, language = compose(made), made.reader.language
    said = {"subject": words.subject, "body": visible_text(words.html, language)}
    part = calendar_part(made, FROM)
    if part:
        for number, entry in enumerate(Calendar.from_ical(part.body()).walk("VEVENT")):
            said[f"SUMMARY {number}"], said[f"DESCRIPTION {number}"] = str(entry["SUMMARY"]), str(entry["DESCRIPTION"])
    return {part: without(text, foreign_texts(made)) for part, text in said.items()}


def foreign_texts(made: Letter) -> list[str]:
    """Titles, descriptions and reasons in other languages, and links, the longest first."""
    language = made.reader.language
    texts = []
    for brief in made.events:
        parts = (*event_title(brief, language).parts, *short_event_title(brief, language).parts)
        texts += [part.text for part in parts if part.language != language]
        days = [entry.title for entry in brief.entries]
        for text in (brief.description, brief.reason, brief.programme_title, *days):
            texts += [words for code, words in text.items() if language not in text and code != language]
    return sorted(texts, key=len, reverse=True)


def without(text: str, others: list[str]) -> str:
    for other in others:
        text = text.replace(other, " ")
    return re.sub(r"https?://\S+", " ", text)


def with_digits(made: Letter, digits: Digits | None) -> Letter:
    """To a reader without a name, whose name might hold a number."""
    return replace(made, reader=replace(made.reader, digits=digits, name=""))


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("name", LETTERS)
def test_no_word_is_in_a_foreign_script(name: str, language: str) -> None:
    for part, text in own_words(LETTERS[name](language)).items():
        assert foreign_words(text, language) <= NAMES, part


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("name", LETTERS)
def test_no_english_sentence_is_left(name: str, language: str) -> None:
    text = "\n".join(own_words(with_digits(LETTERS[name](language), None)).values())
    assert [sentence for sentence in english_only(language) if re.search(rf"\b{re.escape(sentence)}\b", text)] == []


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("name", LETTERS)
def test_digits_are_those_of_the_reader_alone(name: str, language: str) -> None:
    own, habit = set(LANGUAGES[language].native_digits), LANGUAGES[language].digits
    for digits in (None, *Digits):
        for part, text in own_words(with_digits(LETTERS[name](language), digits)).items():
            if own and (digits or habit) is Digits.NATIVE:
                assert (native_digits(text) <= own, re.findall("[0-9]", text)) == (True, []), part
            else:
                assert native_digits(text) == set(), part


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("name", LETTERS)
def test_links_and_calendar_values_have_latin_digits(name: str, language: str) -> None:
    made = with_digits(LETTERS[name](language), Digits.NATIVE)
    words, part = compose(made), calendar_part(made, FROM)

    calendar = part.body().decode().replace("\r\n ", "") if part else ""
    values = re.findall(r"^(?:DT|UID|SEQUENCE|CREATED|LAST-MODIFIED|TZOFFSET|RRULE).*$", calendar, re.MULTILINE)
    links = re.findall(r"https?://[^\s\\<\"]+", words.text + words.html + calendar)

    assert bool(values) is bool(part)
    assert links or name in TURNS
    assert all(text.isascii() for text in (*values, *links))


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("name", LETTERS)
def test_everything_is_nfc_and_what_stands_in_one_line_has_no_zero_width_space(name: str, language: str) -> None:
    made = LETTERS[name](language)
    words, said = compose(made), own_words(made)

    assert all(unicodedata.is_normalized("NFC", text) for text in (words.subject, words.text, words.html))
    for part, text in said.items():
        if part.startswith(("subject", "SUMMARY")):
            assert "\u200b" not in text
            assert "\n" not in text


@pytest.mark.parametrize("language", COMPLETE)
def test_a_subject_fits_on_a_telephone(language: str) -> None:
    """Latin letters are narrower."""
    subject = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader(language))).subject
    assert clusters(subject) <= (48 if scripts_of(language) == {"LATIN"} else 40)


@cache
def english_only(language: str) -> list[str]:
    """The English sentences, and what stands between their blanks, where this language says it otherwise."""
    translations = catalogue(language).translations
    with (resource_folder("locales") / "convene.pot").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return [
        piece
        for message in messages
        for piece in map(str.strip, re.split(r"%\(\w+\)s|[.,:?()]", _singular(message)))
        if len(piece) > 3 and piece not in _translated(message, translations)
    ]


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translated(message: Message, translations: NullTranslations) -> str:
    if not isinstance(message.id, str):
        return translations.ngettext(message.id[0], message.id[1], 1)
    return translations.pgettext(message.context, message.id) if message.context else translations.gettext(message.id)
