"""The languages convene knows, by code, and how people name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from convene.resources import resource_folder
from convene.rules.vocabulary import Digits

_WITHOUT_BLANKS = frozenset({"Khmr", "Laoo", "Thai", "Jpan"})


@dataclass(frozen=True)
class Language:
    """`locale` is the Babel locale that names months and weekdays; `digits` is what its readers see by default.

    `native_digits` holds the ten digits of its own script, from 0 to 9; empty where it has none. `script` is its code
    in ISO 15924, by which templates/frame/typography.html finds fonts and line heights.
    """

    code: str
    english_name: str
    native_name: str
    locale: str
    native_digits: str = ""
    digits: Digits = Digits.LATIN
    script: str = "Latn"

    @property
    def spaced(self) -> bool:
        """Whether blanks part its words."""
        return self.script not in _WITHOUT_BLANKS


_ALL = (
    Language("km", "Khmer", "ខ្មែរ", "km_KH", "០១២៣៤៥៦៧៨៩", script="Khmr"),
    Language("lo", "Lao", "ລາວ", "lo_LA", "໐໑໒໓໔໕໖໗໘໙", script="Laoo"),
    Language("bn", "Bengali", "বাংলা", "bn_BD", "০১২৩৪৫৬৭৮৯", Digits.NATIVE, script="Beng"),
    Language("ja", "Japanese", "日本語", "ja_JP", script="Jpan"),
    # The English of the mails is British: days before months, 24-hour clocks.
    Language("en", "English", "English", "en_GB"),
    Language("th", "Thai", "ไทย", "th_TH", "๐๑๒๓๔๕๖๗๘๙", script="Thai"),
    Language("ne", "Nepali", "नेपाली", "ne_NP", "०१२३४५६७८९", Digits.NATIVE, script="Deva"),
    Language("hi", "Hindi", "हिन्दी", "hi_IN", "०१२३४५६७८९", script="Deva"),
    Language("id", "Indonesian", "Indonesia", "id_ID"),
    Language("vi", "Vietnamese", "Tiếng Việt", "vi_VN"),
    Language("fil", "Filipino", "Filipino", "fil_PH"),
    Language("fr", "French", "français", "fr_FR"),
    Language("es", "Spanish", "español", "es_ES"),
)

SOURCE = "en"
"""The language that the sentences are written in."""

LANGUAGES: Mapping[str, Language] = {language.code: language for language in _ALL}

# What lists of participants call them besides; `tl` is the older code of Filipino, and Babel 2.18 knows `fil` alone.
_OTHER_NAMES = {
    "cambodian": "km",
    "laotian": "lo",
    "bangla": "bn",
    "tagalog": "fil",
    "tl": "fil",
    "bahasa indonesia": "id",
    "in": "id",
    "castilian": "es",
}


def parse_language(text: str) -> str | None:
    """The code of the language that `text` names ("Khmer", "km", "KM", "km-KH", "ខ្មែរ"), or None for an unknown one."""
    word = text.strip().casefold()
    subtag = word.replace("_", "-").split("-")[0]
    return _by_name().get(word) or _by_name().get(subtag)


@cache
def has_catalogue(code: str) -> bool:
    """Whether mails can be written in the language: its folder is complete. English, the source, needs no sentences."""
    if code not in LANGUAGES:
        return False
    folder = resource_folder("locales") / code
    has_sentences = code == SOURCE or (folder / "LC_MESSAGES" / "convene.po").is_file()
    return has_sentences and (folder / "language.toml").is_file()


@cache
def _by_name() -> Mapping[str, str]:
    names = dict(_OTHER_NAMES)
    for language in _ALL:
        for name in (language.code, language.english_name, language.native_name):
            names[name.casefold()] = language.code
    return names
