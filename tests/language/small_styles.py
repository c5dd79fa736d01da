"""A `language.toml` as short as one may be, and others that differ from it in one place."""

import tomllib
from typing import Any

from convene.language.language_style import LanguageStyle
from convene.language.style_file import read_style

_PLAIN = """
[dates]
long = "EEEE, {day} MMMM {year}"
medium = "{day} MMMM {year}"
short = "{day} MMMM"
within_month = ["{day}", "{day} MMMM {year}"]
within_year = ["{day} MMMM", "{day} MMMM {year}"]
short_within_month = ["{day}", "{day} MMMM"]
dash = "–"
wide_dash = " – "

[times]
clock = "{hour:02}:{minute:02}"
frame = "{time}"

[ordinals]
other = "{n}th"

[day_label]
other = "Day {n}"

[lists]
comma = ", "
and = " and "

[address]
woman = "{name}"
man = "{name}"
anybody = "{name}"
salutation = "{salutation} {name}"

[zones]
other = "{name}"
"""


def small_table(**tables: dict[str, Any] | None) -> dict[str, Any]:
    """The plain table with the keys of `tables` put over it; None takes a key, or a whole table, away."""
    table: dict[str, Any] = tomllib.loads(_PLAIN)
    for name, keys in tables.items():
        merged = {} if keys is None else {**table.get(name, {}), **keys}
        table[name] = {key: value for key, value in merged.items() if value is not None}
        if keys is None:
            del table[name]
    return table


def small_style(**tables: dict[str, Any] | None) -> LanguageStyle:
    return read_style(small_table(**tables), "locales/xx/language.toml")
