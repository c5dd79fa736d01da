"""The `language.toml` of each language, read once and checked whole."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from convene.errors import ConveneError
from convene.language.language_style import (
    AddressStyle,
    DateStyle,
    LanguageStyle,
    ListStyle,
    NumberForms,
    OrdinalStyle,
    TimeStyle,
    ZoneStyle,
)
from convene.language.style_keys import StyleKeys
from convene.resources import resource_folder
from convene.rules.vocabulary import EventKind

_REMEDY = "The section How a language writes of locales/README.md lists the keys and what each may hold."


def style_path(language: str) -> Path:
    return resource_folder("locales") / language / "language.toml"


@cache
def language_style(language: str) -> LanguageStyle:
    """The style of `language`. Raises KeyError where it has no file, ConveneError with all faults of the file."""
    path = style_path(language)
    if not path.is_file():
        raise KeyError(language)
    shown = f"locales/{language}/{path.name}"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConveneError(f"{shown} is no TOML in UTF-8: {fault}.", _REMEDY) from None
    return read_style(table, shown)


def read_style(table: Mapping[str, Any], file: str) -> LanguageStyle:
    """The style that `table` describes; `file` is named in what is said of its faults. Raises ConveneError."""
    faults: list[str] = []
    keys = StyleKeys(table, "", faults)
    style = keys.finished(
        LanguageStyle(
            dates=_dates(keys.table("dates")),
            times=_times(keys.table("times")),
            ordinals=_ordinals(keys.table("ordinals")),
            day_label=_day_label(keys.table("day_label")),
            lists=_lists(keys.table("lists")),
            address=_address(keys.table("address")),
            zones=_zones(keys.table("zones")),
        )
    )
    if faults:
        raise ConveneError(f"{file}: {'; '.join(faults)}.", _REMEDY)
    return style


def _dates(keys: StyleKeys) -> DateStyle:
    return keys.finished(
        DateStyle(
            long=keys.pattern("long"),
            medium=keys.pattern("medium"),
            short=keys.pattern("short"),
            within_month=keys.two_patterns("within_month"),
            within_year=keys.two_patterns("within_year"),
            short_within_month=keys.two_patterns("short_within_month"),
            dash=keys.text("dash"),
            wide_dash=keys.text("wide_dash"),
            year_offset=keys.whole_number("year_offset", 0),
            first_of_month=keys.optional_text("first_of_month"),
            spellings=keys.by_word("spellings"),
        )
    )


def _times(keys: StyleKeys) -> TimeStyle:
    return keys.finished(
        TimeStyle(
            clock=keys.template("clock", "hour", "twelve", "minute", needs=("hour|twelve", "minute")),
            frame=keys.template("frame", "time", needs=("time",)),
            day_parts=keys.day_parts("day_parts"),
        )
    )


def _ordinals(keys: StyleKeys) -> OrdinalStyle:
    usual, kinds = _ordinal_forms(keys), keys.words("feminine_kinds", EventKind)
    feminine = keys.table("feminine", optional=not kinds)
    has_feminine = bool(kinds) or keys.has("feminine")
    forms = feminine.finished(_ordinal_forms(feminine)) if has_feminine else usual
    return keys.finished(OrdinalStyle(usual, forms, kinds))


def _ordinal_forms(keys: StyleKeys) -> NumberForms:
    return NumberForms(
        keys.template("other", "n", needs=("n",)), keys.by_number("exactly", "n"), keys.by_number("ends_in", "n")
    )


def _day_label(keys: StyleKeys) -> NumberForms:
    other = keys.template("other", "n", "nth", needs=("n|nth",))
    return keys.finished(NumberForms(other, keys.by_number("exactly", "n", "nth"), {}))


def _lists(keys: StyleKeys) -> ListStyle:
    return keys.finished(ListStyle(keys.text("comma"), keys.text("and")))


def _address(keys: StyleKeys) -> AddressStyle:
    woman, man, anybody = (keys.template(key, "name", needs=("name",)) for key in ("woman", "man", "anybody"))
    salutation = keys.template("salutation", "salutation", "name", needs=("salutation", "name"))
    return keys.finished(AddressStyle(woman, man, anybody, salutation))


def _zones(keys: StyleKeys) -> ZoneStyle:
    return keys.finished(ZoneStyle(keys.template("other", "name", needs=("name",)), keys.by_word("country")))
