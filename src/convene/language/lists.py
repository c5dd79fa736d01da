"""Lists of things in a sentence."""

from collections.abc import Mapping, Sequence

_AND: Mapping[str, tuple[str, str]] = {
    "en": (", ", " and "),
    "km": (", ", " និង "),
    # CLDR leaves out the "and" of longer lists; office Lao writes it.
    "lo": (", ", " ແລະ "),
    "bn": (", ", " এবং "),
    "ja": ("、", "、"),
}
_PLAIN = (", ", ", ")


def comma_list(items: Sequence[str], language: str) -> str:
    """ "A, B, C": without the word "and"."""
    return _AND.get(language, _PLAIN)[0].join(items)


def and_list(items: Sequence[str], language: str) -> str:
    """ "A, B and C"; empty for no items."""
    comma, last = _AND.get(language, _PLAIN)
    if len(items) < 2:
        return "".join(items)
    return comma.join(items[:-1]) + last + items[-1]
