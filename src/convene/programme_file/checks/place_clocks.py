"""The places that a written world-clock line may name, and what their clocks show at a moment."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from babel.core import get_global

from convene.language.countries import countries
from convene.programme_file.reading.country_names import written_country
from convene.programme_file.reading.findings import WrittenValueError
from convene.rules.zones import wall_clock, zone_names

# Cities that announcements name and that no zone is called after.
_CITIES = {
    "abu dhabi": "Asia/Dubai", "abuja": "Africa/Lagos", "ankara": "Europe/Istanbul", "bali": "Asia/Makassar",
    "bandung": "Asia/Jakarta", "barcelona": "Europe/Madrid", "battambang": "Asia/Phnom_Penh",
    "beijing": "Asia/Shanghai", "bengaluru": "Asia/Kolkata", "bern": "Europe/Zurich",
    "brasilia": "America/Sao_Paulo", "canberra": "Australia/Sydney", "cape town": "Africa/Johannesburg",
    "cebu": "Asia/Manila", "chennai": "Asia/Kolkata", "chiang mai": "Asia/Bangkok", "chittagong": "Asia/Dhaka",
    "cochabamba": "America/La_Paz", "davao": "Asia/Manila", "delhi": "Asia/Kolkata", "geneva": "Europe/Zurich",
    "hanoi": "Asia/Ho_Chi_Minh", "hiroshima": "Asia/Tokyo", "islamabad": "Asia/Karachi", "kyoto": "Asia/Tokyo",
    "lahore": "Asia/Karachi", "luang prabang": "Asia/Vientiane", "milan": "Europe/Rome", "mumbai": "Asia/Kolkata",
    "naypyidaw": "Asia/Yangon", "new delhi": "Asia/Kolkata", "osaka": "Asia/Tokyo", "ottawa": "America/Toronto",
    "pokhara": "Asia/Kathmandu", "pretoria": "Africa/Johannesburg", "quito": "America/Guayaquil",
    "rio de janeiro": "America/Sao_Paulo", "savannakhet": "Asia/Vientiane", "siem reap": "Asia/Phnom_Penh",
    "sucre": "America/La_Paz", "surabaya": "Asia/Jakarta", "the hague": "Europe/Amsterdam",
    "washington": "America/New_York", "wellington": "Pacific/Auckland", "yaounde": "Africa/Douala",
}  # fmt: skip
# Who announces "15h Europe" has Brussels in mind or London. With Athens and Moscow counted in, some clock of Europe
# would show nearly any hour, and a line of June would pass for one of January.
_REGIONS = dict.fromkeys(("europe", "europa"), ("Europe/Brussels", "Europe/London"))
_UTC_WORDS = frozenset({"utc", "gmt", "ut", "utc/gmt", "greenwich", "z"})
_OFFSET = re.compile(r"(?:utc|gmt)\s*([+\-−])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_SHORT_COUNTRIES = frozenset({"uk", "us", "usa", "uae"})
_FARTHEST = timedelta(hours=14)


def clocks_of_place(text: str, moment: datetime) -> Mapping[str, datetime]:
    """What the clocks of a place show at `moment` (UTC), naive, by the name of each: one city for each hour shown.

    Empty for a place that is not known. A region, or a country with several zones, may have several.
    """
    ahead = _written_offset(text)
    if ahead is not None:
        return {text: (moment.astimezone(UTC) + ahead).replace(tzinfo=None)}
    shown: dict[datetime, str] = {}
    for zone in _zones(text):
        shown.setdefault(wall_clock(moment, zone), city_of(zone))
    return {city: local for local, city in shown.items()}


def city_of(zone: str) -> str:
    """The city that a zone is called after: "La Paz"."""
    return zone.rpartition("/")[2].replace("_", " ")


def _zones(text: str) -> tuple[str, ...]:
    text = re.sub(r"\s+time$", "", text, flags=re.IGNORECASE)
    name = _folded(text)
    if name in _UTC_WORDS:
        return ("UTC",)
    if name in _CITIES:
        return (_CITIES[name],)
    return _REGIONS.get(name) or _zone_words().get(name) or _zones_of_country(text)


def _zones_of_country(text: str) -> tuple[str, ...]:
    """The zones of a country, those of its table first; of abbreviations ("IST", "EST") none, they mean too much."""
    if len(text) < 4 and _folded(text) not in _SHORT_COUNTRIES:
        return ()
    try:
        code = written_country(text)
    except WrittenValueError:
        return ()
    known = countries().get(code)
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    return known.zones if known else tuple(zone for zone in zones.get(code, []) if zone in zone_names())


@cache
def _zone_words() -> Mapping[str, tuple[str, ...]]:
    """The zones by their ids and by their cities, in lower case."""
    words: dict[str, tuple[str, ...]] = {}
    for zone in sorted(zone_names()):
        if "/" in zone and not zone.startswith("Etc/"):
            words[_folded(zone)] = (zone,)
            city = _folded(city_of(zone))
            words[city] = (*words.get(city, ()), zone)
    return words


def _written_offset(text: str) -> timedelta | None:
    """How far "UTC+5:30" is ahead of UTC."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return None if ahead > _FARTHEST else ahead if match[1] == "+" else -ahead


def _folded(text: str) -> str:
    """Lower case without accents: "Yaoundé" and "yaounde" are one."""
    plain = unicodedata.normalize("NFKD", " ".join(text.replace("_", " ").split()))
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()
