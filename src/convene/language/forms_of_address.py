"""How a person is addressed. Names are never split: the salutation is stored beside the name, as free text."""

from convene.language.language_style import AddressStyle
from convene.language.style_file import language_style
from convene.language.texts import one_line
from convene.rules.vocabulary import Gender


def addressed(name: str, salutation: str, gender: Gender | None, language: str) -> str:
    """The name with its title where the language puts it: "លោកស្រី …", "… 様". Empty without a name."""
    name, salutation, style = one_line(name), one_line(salutation), language_style(language).address
    form = style.salutation if salutation else _form(gender, style)
    title = salutation or form.format(name="").strip()
    if not name or not title or name.startswith(title) or name.endswith(title):
        return name
    return form.format(name=name, salutation=salutation)


def _form(gender: Gender | None, style: AddressStyle) -> str:
    if gender is Gender.WOMAN:
        return style.woman
    return style.man if gender is Gender.MAN else style.anybody
