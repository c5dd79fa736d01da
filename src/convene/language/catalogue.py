"""The sentences of each language, from the `.po` files under `locales/`. There are no `.mo` files to go stale."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from convene.language.languages import has_catalogue
from convene.resources import resource_folder


class Catalogue:
    """The messages of one language, asked for by their English sentence; placeholders are `%(name)s`.

    A sentence without a translation comes back in English. `translations` is for the templates, which fill in the
    values themselves.
    """

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.translations = translations

    def gettext(self, message: str, /, **values: object) -> str:
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence for `count` things; print the count itself by a placeholder, its digits localised before."""
        return self.translations.ngettext(one, many, count) % values

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        return self.translations.pgettext(context, message) % values


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of `language`, read once. Raises KeyError for a language that has none."""
    if not has_catalogue(language):
        raise KeyError(language)
    path = sentences_path(language)
    return Catalogue(language, _read(path) if path.is_file() else NullTranslations())


def to_translate(message: str) -> str:
    """Mark a sentence of a table for extraction; `gettext` translates it where it is used."""
    return message


def sentences_path(language: str) -> Path:
    """Its `.po` file, whether it is there or not."""
    return resource_folder("locales") / language / "LC_MESSAGES" / "convene.po"


def _read(path: Path) -> GNUTranslations:
    with path.open("rb") as file:
        messages = read_po(file, locale=path.parent.parent.name, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)
