"""The countries served: which language, clock and weekend follow from one (`config/countries.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from convene.resources import resource_folder
from convene.rules.weekdays import WEEKDAYS


@dataclass(frozen=True)
class Country:
    """`code` is ISO 3166; `weekend` holds weekday numbers (Monday 0); `languages` are codes of convene's own."""

    code: str
    languages: tuple[str, ...]
    zones: tuple[str, ...]
    weekend: tuple[int, ...]


@cache
def countries() -> Mapping[str, Country]:
    """All countries of the table by code, read once."""
    table = tomllib.loads((resource_folder("config") / "countries.toml").read_text("utf-8"))
    return MappingProxyType({code: _country(code, entry) for code, entry in table.items()})


def _country(code: str, entry: Mapping[str, list[str]]) -> Country:
    short_names = [name[:3] for name in WEEKDAYS]
    weekend = tuple(sorted(short_names.index(name) for name in entry["weekend"]))
    return Country(code, tuple(entry["languages"]), tuple(entry["zones"]), weekend)
