"""What a clock is called: by its country, since few people know "Indochina Time", and Babel has no name for Kolkata."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from convene.language.catalogue import catalogue
from convene.language.digits import localise_digits
from convene.language.languages import LANGUAGES
from convene.language.style_file import language_style
from convene.language.texts import one_line
from convene.rules.facts import Whereabouts
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, Digits
from convene.rules.zones import offset

# Two clocks that agree in both seasons are told apart by nobody.
_SEASONS = (datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 7, 15, tzinfo=UTC))

# CLDR has its former name behind it in brackets, where the offset of its clock stands in brackets already.
_WITH_FORMER_NAME = frozenset({"MM"})


def zone_label(place: Whereabouts, language: str) -> str:
    """The name of the clock of `place`: "Cambodia time", "UTC"; of a country with several zones "Jakarta time"."""
    words = catalogue(language)
    if _is_offset(place.zone):
        return place_name(place, language)
    if place.zone == ANYWHERE_ON_EARTH:
        # Translators: In the place of the name of a clock: a deadline that ends when the date has ended on every clock
        return words.gettext("anywhere on Earth")
    # Translators: place is what [zones] of language.toml makes of a country or city: Cambodia, Jakarta
    return words.gettext("%(place)s time", place=_place_in_label(place, language))


def place_name(place: Whereabouts, language: str) -> str:
    """The country whose clock it is where that has one zone, else the city that names the zone; "UTC" for UTC."""
    if _is_offset(place.zone):
        # Named with the sign reversed: Etc/GMT-7 is seven hours ahead.
        return offset_label(offset(_SEASONS[0], place.zone), language)
    country = _country_of_one_clock(place)
    return country_name(country, language) if country else _city(_name_of_today(place.zone), language)


def country_name(code: str, language: str) -> str:
    """The country in the reader's language; the code itself where CLDR has no name."""
    name = one_line(Locale.parse(LANGUAGES[language].locale).territories.get(code.upper(), code))
    return name.partition("(")[0].strip() if code.upper() in _WITH_FORMER_NAME else name


def offset_label(ahead: timedelta, language: str, digits: Digits | None = None) -> str:
    """How far a clock is ahead of UTC: "UTC+7", "UTC+5:30", "UTC−4"; "UTC" for none."""
    minutes = int(ahead.total_seconds()) // 60
    if minutes == 0:
        return "UTC"
    sign = "+" if minutes > 0 else "−"
    hours, rest = divmod(abs(minutes), 60)
    text = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
    return localise_digits(text, language, digits)


def _place_in_label(place: Whereabouts, language: str) -> str:
    """The place as "%(place)s time" needs it: some languages put an article or a preposition before the country."""
    style, country = language_style(language).zones, _country_of_one_clock(place)
    return style.country.get(country or "") or style.other.format(name=place_name(place, language))


def _is_offset(zone: str) -> bool:
    """Whether the zone is that of no place: UTC under any of its names, or Etc/GMT-7."""
    return _name_of_today(zone).startswith("Etc/")


def _name_of_today(zone: str) -> str:
    """Asia/Kolkata for Asia/Calcutta."""
    today: str = get_global("zone_aliases").get(zone, zone)
    return today


def _city(zone: str, language: str) -> str:
    """CLDR files the city under the name that the zone had before it was renamed (Europe/Kiev)."""
    locale = Locale.parse(LANGUAGES[language].locale)
    before = (name for name, today in get_global("zone_aliases").items() if today == zone)
    filed = (locale.time_zones.get(name, {}).get("city") for name in (zone, *before))
    named = next((city for city in filed if city), None)
    return one_line(named or get_timezone_location(zone, locale, return_city=True))


def _country_of_one_clock(place: Whereabouts) -> str | None:
    country = _country_of(place)
    return country if country and len(_zones_of(country)) == 1 else None


def _country_of(place: Whereabouts) -> str | None:
    """The country the clock belongs to: the person's where the clock is theirs, else that of the zone."""
    if place.country and any(_agree(place.zone, other) for other in _zones_of(place.country)):
        return place.country
    territory: str | None = _zone_territories().get(_name_of_today(place.zone))
    return territory if territory != "001" else None


def _agree(one: str, other: str) -> bool:
    return one == other or all(offset(moment, one) == offset(moment, other) for moment in _SEASONS)


def _zones_of(country: str) -> list[str]:
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    return zones.get(country, [])


def _zone_territories() -> Mapping[str, str]:
    territories: Mapping[str, str] = get_global("zone_territories")
    return territories
