"""Which script a letter belongs to, by its Unicode name, and which one a language is written in, by its own name."""

import unicodedata
from functools import cache

from convene.language.languages import LANGUAGES

_JAPANESE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"})


@cache
def scripts_of(language: str) -> frozenset[str]:
    """The first words of the Unicode names of its letters: {"KHMER"}, {"LATIN"}."""
    if language == "ja":
        return _JAPANESE
    return frozenset(_script(sign) for sign in LANGUAGES[language].native_name if _is_letter(sign))


def foreign_words(text: str, language: str) -> set[str]:
    """The words of `text` with a letter that `language` is not written with; accents belong to every script."""
    own = scripts_of(language) | {"COMBINING"}
    words = "".join(sign if _is_letter(sign) else " " for sign in text).split()
    return {word for word in words if any(_script(sign) not in own for sign in word)}


def native_digits(text: str) -> set[str]:
    """Decimal digits of `text` other than 0 to 9."""
    return {sign for sign in text if sign.isdecimal() and not sign.isascii()}


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def _script(sign: str) -> str:
    """The indicators of Spanish ordinals (1.ª, 1.º) are Latin letters, but are not called so."""
    return "LATIN" if sign in "ªº" else unicodedata.name(sign).split()[0]
