"""Digits of a language's own script. Babel prints Latin ones everywhere (babel #446, #731), so they are mapped here."""

from functools import cache

from convene.language.languages import LANGUAGES
from convene.rules.vocabulary import Digits

_LATIN = "0123456789"


def localise_digits(text: str, language: str, digits: Digits | None = None) -> str:
    """`text` with its digits 0-9 as the reader wants them; None is the habit of the language.

    For dates, hours and numbers alone: addresses, links and join codes keep the digits they were given.
    """
    known = LANGUAGES[language]
    if (digits or known.digits) is Digits.LATIN or not known.native_digits:
        return text
    return text.translate(_native_digits(language))


@cache
def _native_digits(language: str) -> dict[int, str]:
    return str.maketrans(dict(zip(_LATIN, LANGUAGES[language].native_digits, strict=True)))
