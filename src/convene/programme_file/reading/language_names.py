"""Languages as people write them: "Khmer", "km", "km-KH", also those that convene has no catalogue for."""

import re
from functools import cache

from babel import Locale

from convene.language.languages import LANGUAGES, parse_language
from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.findings import WrittenValueError, quoted


def written_language(text: str) -> str:
    """The code of one of convene's languages. Raises WrittenValueError for any other word."""
    code = known_language(text)
    if code:
        return code
    names = [*LANGUAGES, *(language.english_name for language in LANGUAGES.values())]
    codes = ", ".join(LANGUAGES)
    raise WrittenValueError(f"There is no language {quoted(text)}.", nearest(text, names, f"write one of: {codes}"))


def spoken_language(text: str) -> str:
    """Like `written_language`; "" for a code of a language that convene does not speak, which is only worth a warning.

    Raises WrittenValueError for what is no code at all.
    """
    try:
        return written_language(text)
    except WrittenValueError:
        if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", text.strip().lower(), re.ASCII):
            return ""
        raise


def text_language(text: str) -> str:
    """The code a text is kept under: one of convene's languages, or any that CLDR knows (`de`, `zh-Hant`)."""
    code = known_language(text)
    if code:
        return code
    match = re.fullmatch(r"([a-z]{2,3})((?:-[a-z0-9]{2,8})*)", text.strip().lower(), re.ASCII)
    if match and match[1] in Locale("en").languages:
        return match[0]
    return written_language(text)


def known_language(text: str) -> str | None:
    """The code of one of convene's languages, or None."""
    return parse_language(" ".join(text.split()))


@cache
def language_label(code: str) -> str:
    """The English name of a language, for messages."""
    return str(Locale("en").languages.get(code.split("-")[0], code))
