"""Whether a text begins or ends with certain words; where blanks part no words, only letters can be told apart."""

import unicodedata

from convene.language.languages import LANGUAGES


def begins_with(text: str, words: str, language: str) -> bool:
    """Without regard to case. Both texts are NFC; nothing begins with no words."""
    text, words = text.casefold(), words.casefold()
    return bool(words) and text.startswith(words) and not _goes_on(text[len(words) :], language)


def ends_with(text: str, words: str, language: str) -> bool:
    """Like `begins_with`, at the other end."""
    text, words = text.casefold(), words.casefold()
    before = text[: len(text) - len(words)]
    return bool(words) and text.endswith(words) and not (LANGUAGES[language].spaced and _ends_in_a_word(before))


def _goes_on(rest: str, language: str) -> bool:
    """Whether `rest` belongs to the word, or at least to the letter, that stands before it."""
    return _is_mark(rest[:1]) or (LANGUAGES[language].spaced and rest[:1].isalnum())


def _ends_in_a_word(text: str) -> bool:
    return _is_mark(text[-1:]) or text[-1:].isalnum()


def _is_mark(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] == "M"
