"""Which language a reader gets, and which clock: the chains of design promise 3. What was chosen is recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

ENGLISH = "en"


@dataclass(frozen=True)
class ChosenLanguage:
    """`language` has a catalogue. `source` is the link of the chain that spoke: person, organisation, country,
    programme or english; `wanted` is the language that link named, where it has no catalogue yet and English is read.
    """

    language: str
    source: str
    wanted: str | None = None


@dataclass(frozen=True)
class ChosenZone:
    """`assumed`: nothing about the person told their zone, so the programme's is taken."""

    zone: str
    source: str
    assumed: bool


def choose_language(
    person: str | None,
    organisation: str | None,
    country_languages: Sequence[str],
    programme: str | None,
    has_catalogue: Callable[[str], bool],
) -> ChosenLanguage:
    """person > organisation > country (only where it names exactly one language we have) > programme > English."""
    spoken_there = [language for language in country_languages if has_catalogue(language)]
    chain = (
        ("person", person),
        ("organisation", organisation),
        ("country", spoken_there[0] if len(spoken_there) == 1 else None),
        ("programme", programme),
    )
    for source, language in chain:
        if language:
            return _readable(language, source, has_catalogue)
    return ChosenLanguage(ENGLISH, "english")


def choose_zone(
    person: str | None, organisation: str | None, country_zones: Sequence[str], programme: str
) -> ChosenZone:
    """person > organisation > country (only where it has one zone) > programme, then marked assumed."""
    chain = (
        ("person", person),
        ("organisation", organisation),
        ("country", country_zones[0] if len(country_zones) == 1 else None),
    )
    for source, zone in chain:
        if zone:
            return ChosenZone(zone, source, assumed=False)
    return ChosenZone(programme, "programme", assumed=True)


def _readable(language: str, source: str, has_catalogue: Callable[[str], bool]) -> ChosenLanguage:
    if has_catalogue(language):
        return ChosenLanguage(language, source)
    return ChosenLanguage(ENGLISH, "english", wanted=language)
