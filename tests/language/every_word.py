"""Run as a program: prints, as JSON by language, all that `language/` can say of dates, hours, places and numbers.

    python -m tests.language.every_word km lo fr

A process of its own, since what Babel leaks from one language to the next is leaked once for good.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, time, timedelta

from babel.core import get_global
from tests.sample_briefs import BANGLADESH, CAMBODIA, JAPAN

from convene.language.dates import date_range, long_date, short_date, short_date_range, time_range
from convene.language.forms_of_address import addressed
from convene.language.lists import and_list
from convene.language.ordinals import day_label, ordinal
from convene.language.zone_labels import country_name, offset_label, zone_label
from convene.rules.vocabulary import Digits, EventKind

_MONDAY = date(2020, 1, 20)


def every_word(language: str) -> list[str]:
    numbers = [text for digits in (None, *Digits) for text in _with_digits(language, digits)]
    names = [country_name(code, language) for code in sorted(get_global("territory_zones"))]
    return numbers + names


def _with_digits(language: str, digits: Digits | None) -> Iterator[str]:
    for month in range(1, 13):
        yield long_date(date(2020, month, 1), language, digits)
        yield short_date(date(2020, month, 21), language, digits)
    for days in (0, 1, 6, 20, 40, 400):
        last = _MONDAY + timedelta(days)
        yield long_date(last, language, digits)
        yield from (span(_MONDAY, last, language, digits) for span in (date_range, short_date_range))
    for hour in range(23):
        yield time_range(time(hour), time(hour + 1, 30), language, digits)
    for kind in EventKind:
        yield from (ordinal(number, kind, language, digits) for number in (1, 2, 3, 4, 6, 10, 11, 21, 22, 113))
    yield from (day_label(number, language, digits) for number in (1, 2, 11))
    yield from (zone_label(place, language) for place in (CAMBODIA, BANGLADESH, JAPAN))
    yield offset_label(timedelta(hours=5, minutes=45), language, digits)
    yield from (and_list(["A", "B", "C"], language), addressed("A", "", None, language))


if __name__ == "__main__":
    print(json.dumps({code: every_word(code) for code in sys.argv[1:]}))
