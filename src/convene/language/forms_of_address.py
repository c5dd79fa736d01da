"""How a person is addressed. Names are never split: the salutation is stored beside the name, as free text."""

from convene.language.direction import isolated
from convene.language.language_style import AddressStyle
from convene.language.style_file import language_style
from convene.language.texts import one_line, readable
from convene.language.whole_words import begins_with, ends_with
from convene.rules.vocabulary import Gender


def addressed(name: str, salutation: str, gender: Gender | None, language: str) -> str:
    """The name with its title where the language puts it: "លោកស្រី …", "… 様", "श्री … जी". Empty without a name.

    What the name says already is not said again, before it and behind it.
    """
    name, salutation = one_line(readable(name)), one_line(readable(salutation))
    style = language_style(language).address
    if not name:
        return ""
    before, after = (style.salutation if salutation else _form(gender, style)).split("{name}")
    before, after = before.replace("{salutation}", salutation), after.replace("{salutation}", salutation)
    if any(begins_with(name, title, language) for title in before.strip().split("/")):
        before = ""
    if any(ends_with(name, title, language) for title in after.strip().split("/")):
        after = ""
    return f"{before}{isolated(name)}{after}"


def _form(gender: Gender | None, style: AddressStyle) -> str:
    if gender is Gender.WOMAN:
        return style.woman
    return style.man if gender is Gender.MAN else style.anybody
