"""Names, numbers and links as coordinators write them. Each function reads one value or says what to write instead."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar
from urllib.parse import urlsplit

from convene.language.countries import countries
from convene.programme_file.document import Target
from convene.programme_file.reading.coordinator_texts import clean_line
from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.rules.vocabulary import ANYWHERE_ON_EARTH, READER_ZONE
from convene.rules.zones import is_zone, offset, zone_names

LONGEST_LINK = 2000
LONGEST_ID = 40
LARGEST_NUMBER = 1_000_000
_TARGET = re.compile(r"(?:(over|about|at most) )?(\d{1,7})", re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)

Word = TypeVar("Word", bound=StrEnum)


def slug(text: str) -> str:
    """An id: a-z 0-9 -, at most 40, beginning with a letter or digit."""
    if re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}", text, re.ASCII):
        return text
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LONGEST_ID]
    remedy = f"write: {plain}" if plain else "as in: dac-3"
    raise WrittenValueError(f"{quoted(text)} is not an id (a-z, 0-9 and -, at most {LONGEST_ID}).", remedy)


def one_of(words: type[Word]) -> Callable[[str], Word]:
    """A reader of one word of a closed list; its error lists them all."""

    def read(text: str) -> Word:
        try:
            return words(" ".join(text.casefold().split()))
        except ValueError:
            remedy = f"{nearest(text, list(words), '')} write one of: {', '.join(words)}".lstrip()
            raise WrittenValueError(f"There is no {_name(words)} {quoted(text)}.", remedy) from None

    return read


def one_of_words(*words: str) -> Callable[[str], str]:
    """A reader of one of a few words that have no list of their own."""

    def read(text: str) -> str:
        word = " ".join(text.casefold().split())
        if word not in words:
            raise WrittenValueError(f"{quoted(text)} is not understood here.", f"write {' or '.join(words)}")
        return word

    return read


def positive_number(text: str) -> int:
    if not _is_number(text) or int(text) < 1:
        raise WrittenValueError(f"{quoted(text)} is not a positive number.", "write 1 or more, or leave the key out")
    return int(text)


def whole_number(text: str) -> int:
    if not _is_number(text):
        raise WrittenValueError(f"{quoted(text)} is not a number.", "write 0 or more, in digits")
    return int(text)


def target(text: str) -> Target:
    """`46`, `over 15`, `about 40` or `at most 20`."""
    match = _TARGET.fullmatch(" ".join(text.lower().split()))
    if not match or not 1 <= int(match[2]) <= LARGEST_NUMBER:
        remedy = "write: 46, over 15, about 40 or at most 20; leave the key out where it is unknown"
        raise WrittenValueError(f"{quoted(text)} is not a number of people.", remedy)
    return Target(int(match[2]), match[1] or "")


def zone_name(text: str) -> str:
    """An id of the tz database: `Asia/Phnom_Penh`."""
    name = text.strip()
    if is_zone(name):
        return name
    raise WrittenValueError(f"There is no zone {quoted(name)}.", _zone_remedy(name))


def due_zone(text: str) -> str:
    """A zone, `reader` or `anywhere-on-earth`."""
    name = text.strip()
    return name if name in (READER_ZONE, ANYWHERE_ON_EARTH) else zone_name(name)


def web_link(text: str) -> str:
    """An http or https address without a user and a password in it."""
    return _link(text, ("http", "https"))


def secure_link(text: str) -> str:
    return _link(text, ("https",))


def file_name(text: str) -> str:
    """A people file, relative to the programme file."""
    name = clean_line(text)
    if name.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:[\\/]|\w+://", name):
        raise WrittenValueError(f"{quoted(name)} does not lie beside this file.", "write: people.csv")
    return name


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,7}", text.strip(), re.ASCII)) and int(text) <= LARGEST_NUMBER


def _link(text: str, schemes: tuple[str, ...]) -> str:
    link = clean_line(text)
    example = f"write: {schemes[-1]}://meet.example/4"
    if re.search(r"[\s<>\"\\^`{|}]", link) or len(link) > LONGEST_LINK:
        raise WrittenValueError(f"{quoted(link)} is not a link.", example)
    try:
        parts = urlsplit(link)
        _ = parts.port  # raises ValueError where it is no number
    except ValueError:
        raise WrittenValueError(f"{quoted(link)} is not a link.", example) from None
    if parts.scheme.lower() not in schemes or not parts.hostname:
        raise WrittenValueError(f"{quoted(link)} is not a link that begins with {' or '.join(schemes)}.", example)
    if parts.username is not None or parts.password is not None:
        raise WrittenValueError("The link holds a user name or a password.", "leave out what stands before the @")
    return link


def _zone_remedy(name: str) -> str:
    shift = _OFFSET.fullmatch(name)
    if shift:
        minutes = int(shift[1] + "1") * (int(shift[2]) * 60 + int(shift[3] or 0))
        place = next((place for place in _served_zones() if _ahead(place) == timedelta(minutes=minutes)), None)
        return f"write the zone of a place, such as {place or 'Asia/Phnom_Penh'}"
    known = _zones_by_word()
    wanted = name.casefold().replace(" ", "_")
    near = get_close_matches(wanted, list(known), n=1, cutoff=0.75)
    return f"did you mean {known[near[0]]}?" if near else "write a zone such as Asia/Phnom_Penh"


@cache
def _zones_by_word() -> dict[str, str]:
    """Zones by their id and by their town alone, case-folded."""
    places = sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))
    by_town = {name.rpartition("/")[2].casefold(): name for name in places}
    return by_town | {name.casefold(): name for name in sorted(zone_names())}


@cache
def _served_zones() -> tuple[str, ...]:
    return tuple(zone for country in countries().values() for zone in country.zones)


def _ahead(zone: str) -> timedelta:
    # Any one moment will do: the zone is an example for the reader of a message.
    return offset(datetime(2020, 1, 1, tzinfo=UTC), zone)


def _name(words: type[StrEnum]) -> str:
    names = {"EventKind": "kind", "EventStatus": "status", "Digits": "kind of digits"}
    return names.get(words.__name__, words.__name__.lower())
