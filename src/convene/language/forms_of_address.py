"""How a person is addressed. Names are never split: the salutation is stored beside the name, as free text."""

from collections.abc import Mapping

from convene.language.texts import one_line
from convene.rules.vocabulary import Gender

# (woman, man, anybody): used where no salutation is stored. English and French titles need the family name, which
# nobody can take out of a stored name, so English has none.
_TITLES: Mapping[str, tuple[str, str, str]] = {
    "km": ("លោកស្រី", "លោក", "លោក/លោកស្រី"),
    # ທ່ານ is polite for everybody, ທ່ານນາງ for women alone.
    "lo": ("ທ່ານນາງ", "ທ່ານ", "ທ່ານ"),
    "bn": ("জনাবা", "জনাব", "জনাব/জনাবা"),
    "ja": ("様", "様", "様"),
}
_NO_TITLES = ("", "", "")
_TITLE_FOLLOWS = frozenset({"ja"})


def addressed(name: str, salutation: str, gender: Gender | None, language: str) -> str:
    """The name with its title where the language puts it: "លោកស្រី …", "… 様". Empty without a name."""
    name = one_line(name)
    title = one_line(salutation) or _title(gender, language)
    if not name or not title or name.startswith(title) or name.endswith(title):
        return name
    return f"{name} {title}" if language in _TITLE_FOLLOWS else f"{title} {name}"


def _title(gender: Gender | None, language: str) -> str:
    woman, man, anybody = _TITLES.get(language, _NO_TITLES)
    if gender is Gender.WOMAN:
        return woman
    return man if gender is Gender.MAN else anybody
