"""How a language writes dates, hours, ordinals, lists, names and clocks: what its `language.toml` says."""

from collections.abc import Mapping
from dataclasses import dataclass

from convene.language.date_pattern import DatePattern
from convene.rules.vocabulary import EventKind


@dataclass(frozen=True)
class DateStyle:
    """A range is two patterns around a dash, by what its two dates share; across years both are `medium`.

    `year_offset` is added to the year, though not to the Gregorian one; `first_of_month` stands for the day on the 1st
    where a language has a word for it ("1er"). `spellings` replaces names that Babel prints.
    """

    long: DatePattern
    medium: DatePattern
    short: DatePattern
    within_month: tuple[DatePattern, DatePattern]
    within_year: tuple[DatePattern, DatePattern]
    short_within_month: tuple[DatePattern, DatePattern]
    dash: str
    wide_dash: str
    year_offset: int
    first_of_month: str | None
    spellings: Mapping[str, str]


@dataclass(frozen=True)
class TimeStyle:
    """`clock` takes `hour`, `twelve` (of a 12-hour clock) and `minute`; `frame` wraps one `time` or a range of them.

    `day_parts` are the words before a 12-hour time by the hour at which they begin, the latest first; empty where 24
    hours are read.
    """

    clock: str
    frame: str
    day_parts: tuple[tuple[int, str], ...]

    def day_part(self, hour: int) -> str:
        return next((word for begins, word in self.day_parts if hour >= begins), "")


@dataclass(frozen=True)
class NumberForms:
    """Texts that hold a number: its own, else that of its last digit (never for 11 to 13), else `other`."""

    other: str
    exactly: Mapping[int, str]
    ends_in: Mapping[int, str]

    def of(self, number: int) -> str:
        by_ending = {} if number % 100 in (11, 12, 13) else self.ends_in
        return self.exactly.get(number) or by_ending.get(number % 10) or self.other


@dataclass(frozen=True)
class OrdinalStyle:
    """What counts events; `feminine` serves the kinds whose noun is feminine."""

    usual: NumberForms
    feminine: NumberForms
    feminine_kinds: frozenset[EventKind]

    def of(self, number: int, kind: EventKind | None) -> str:
        return (self.feminine if kind in self.feminine_kinds else self.usual).of(number)


@dataclass(frozen=True)
class ListStyle:
    """`last` stands before the last of several things, `comma` between the others."""

    comma: str
    last: str


@dataclass(frozen=True)
class AddressStyle:
    """`woman`, `man` and `anybody` hold the `name` where no salutation is stored; `salutation` holds both."""

    woman: str
    man: str
    anybody: str
    salutation: str


@dataclass(frozen=True)
class ZoneStyle:
    """What stands for the place in "%(place)s time": `other` holds its `name`; by country code, whole words."""

    other: str
    country: Mapping[str, str]


@dataclass(frozen=True)
class LanguageStyle:
    """One `language.toml`."""

    dates: DateStyle
    times: TimeStyle
    ordinals: OrdinalStyle
    day_label: NumberForms
    lists: ListStyle
    address: AddressStyle
    zones: ZoneStyle
