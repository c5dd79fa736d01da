"""On which dates nobody works where somebody lives: weekends by `countries.toml`, public holidays by `holidays`."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays

from convene.language.countries import countries
from convene.rules.working_days import FreeDay, always_working


def free_days(country: str | None, weekends: Mapping[str, tuple[int, ...]]) -> FreeDay:
    """The free days of `country` (ISO code); of an unknown one, none. `weekends` are the programme's own.

    Estimated holidays (of the moon calendars) count, and the library calls them so in their names.
    """
    if country is None:
        return always_working
    own = weekends.get(country)
    known = countries().get(country)
    return _free_days(country, own if own is not None else (known.weekend if known else (5, 6)))


@cache
def _free_days(country: str, weekend: tuple[int, ...]) -> FreeDay:
    calendar = _public_holidays(country)

    @cache  # every event asks again for the days around it, each time once for every rule
    def is_free(on: date) -> str | None:
        name = calendar.get(on)
        if name:
            return f"holiday: {name}"
        return "weekend" if on.weekday() in weekend else None

    return is_free


def _public_holidays(country: str) -> Mapping[date, str]:
    """The holidays by date; none of a country that the library does not know.

    Named in English where the library can: left alone it takes the language of the host, and two hosts would differ.
    """
    try:  # the library's lists of what it knows would load the calendars of all countries
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    return holidays.country_holidays(country, language="en_US") if known.supported_languages else known
