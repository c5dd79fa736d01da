"""Countries as people write them: "Cambodia", "KH", "kh", "KHM", "Lao PDR" are understood."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.findings import WrittenValueError, quoted

# Names in use that CLDR does not give; written as `_folded` leaves them.
_ALIASES = {
    "laopdr": "LA",
    "laopeoplesdemocraticrepublic": "LA",
    "vietnam": "VN",
    "burma": "MM",
    "myanmar": "MM",
    "republicofkorea": "KR",
    "korea": "KR",
    "dprkorea": "KP",
    "plurinationalstateofbolivia": "BO",
    "boliviaplurinationalstateof": "BO",
    "russianfederation": "RU",
    "unitedstatesofamerica": "US",
    "america": "US",
    "england": "GB",
    "greatbritain": "GB",
    "unitedkingdomofgreatbritainandnorthernireland": "GB",
    "uk": "GB",
    "timorleste": "TL",
    "easttimor": "TL",
    "holland": "NL",
    "turkey": "TR",
    "czechrepublic": "CZ",
    "ivorycoast": "CI",
    "swaziland": "SZ",
    "capeverde": "CV",
    "hongkong": "HK",
    "macau": "MO",
    "kingdomofcambodia": "KH",
    "kampuchea": "KH",
    "socialistrepublicofvietnam": "VN",
    "peoplesrepublicofchina": "CN",
    "prchina": "CN",
    "islamicrepublicofpakistan": "PK",
    "iranislamicrepublicof": "IR",
    "syrianarabrepublic": "SY",
    "unitedrepublicoftanzania": "TZ",
    "philippine": "PH",
    "demrepofcongo": "CD",
}


def written_country(text: str) -> str:
    """The ISO 3166 code (two letters) of a country. Raises WrittenValueError that names the nearest one."""
    word = " ".join(text.split())
    code = _codes().get(word.upper()) or _names().get(_folded(word))
    if code:
        return code
    remedy = nearest(word, sorted(_territories().values()), "write its code, as in KH")
    raise WrittenValueError(f"There is no country {quoted(word)}.", remedy)


@cache
def country_label(code: str) -> str:
    """The English name of a country, for messages."""
    return _territories().get(code, code)


@cache
def _territories() -> Mapping[str, str]:
    names: Mapping[str, str] = Locale("en").territories
    # EU, EZ, UN, QO, XA, XB and ZZ are codes of unions and stand-ins, not of countries.
    others = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    return {code: name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code) and code not in others}


@cache
def _codes() -> Mapping[str, str]:
    """Two-letter codes, and the three-letter ones that CLDR knows as their aliases."""
    known = {code: code for code in _territories()}
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    longer = {
        code: targets[0]
        for code, targets in aliases.items()
        if re.fullmatch("[A-Z]{3}", code) and len(targets) == 1 and targets[0] in known
    }
    return longer | known


@cache
def _names() -> Mapping[str, str]:
    return {_folded(name): code for code, name in _territories().items()} | _ALIASES


def _folded(name: str) -> str:
    """A name without accents, case, signs and "the": "Côte d’Ivoire" and "cote d'ivoire" are one."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    words = re.findall(r"[a-z]+", "".join(char for char in plain if char.isalpha() or char.isspace()))
    return "".join(word for word in words if word != "the")
