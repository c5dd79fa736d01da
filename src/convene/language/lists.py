"""Lists of things in a line or a sentence."""

from collections.abc import Sequence

from convene.language.style_file import language_style


def and_list(items: Sequence[str], language: str) -> str:
    """ "A, B and C"; empty for no items."""
    if len(items) < 2:
        return "".join(items)
    style = language_style(language).lists
    return style.comma.join(items[:-1]) + style.last + items[-1]
