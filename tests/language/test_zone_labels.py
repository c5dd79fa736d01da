"""Clocks are called by their country."""

import unicodedata
from datetime import timedelta

import pytest
from tests.complete_languages import COMPLETE
from tests.language.scripts import foreign_words
from tests.sample_briefs import CAMBODIA, INDIA

from convene.language.countries import countries
from convene.language.zone_labels import country_name, offset_label, place_name, zone_label
from convene.rules.facts import Whereabouts
from convene.rules.vocabulary import ANYWHERE_ON_EARTH
from convene.rules.zones import zone_names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Cambodia time"),
        ("km", "ម៉ោងនៅកម្ពុជា"),
        ("lo", "ເວລາກຳປູເຈຍ"),
        ("bn", "কম্বোডিয়া সময়"),
        ("ja", "カンボジア時間"),
    ],
)
def test_a_clock_is_called_by_its_country(language: str, text: str) -> None:
    assert unicodedata.normalize("NFC", zone_label(CAMBODIA, language)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Asia/Ho_Chi_Minh", "Asia/Yangon"])
def test_zones_that_babel_cannot_name_have_their_country(zone: str) -> None:
    assert "GMT" not in zone_label(Whereabouts(zone), "km")
    assert not zone_label(Whereabouts(zone), "km").isascii()


@pytest.mark.parametrize(
    ("before", "today"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Asia/Katmandu", "Asia/Kathmandu"), ("Asia/Saigon", "Asia/Ho_Chi_Minh")],
)
def test_a_zone_that_was_renamed_is_one_clock_with_one_name(before: str, today: str) -> None:
    assert zone_label(Whereabouts(before), "bn") == zone_label(Whereabouts(today), "bn")
    assert zone_label(Whereabouts(before, "US"), "bn") == zone_label(Whereabouts(today), "bn")


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Europe/Kiev", "America/Argentina/Buenos_Aires", "America/Nuuk"])
def test_a_city_is_named_in_the_letters_of_the_reader(zone: str) -> None:
    assert foreign_words(zone_label(Whereabouts(zone), "km"), "km") == set()


def test_every_zone_of_the_database_has_a_name() -> None:
    unnamed = [zone for zone in zone_names() if not place_name(Whereabouts(zone), "km")]
    assert unnamed == []


def test_a_clock_of_no_place_is_called_by_its_offset() -> None:
    assert zone_label(Whereabouts("Etc/GMT-7"), "en") == "UTC+7"
    assert place_name(Whereabouts("Etc/GMT+3"), "km") == "UTC−3"
    assert {zone_label(Whereabouts(zone), "ja") for zone in ("GMT", "GMT0", "Greenwich", "Zulu", "Etc/UCT")} == {"UTC"}


def test_india_is_named_in_japanese() -> None:
    assert zone_label(INDIA, "ja") == "インド時間"


@pytest.mark.parametrize("language", COMPLETE)
def test_a_country_served_has_one_name_without_brackets(language: str) -> None:
    assert [name for code in countries() if "(" in (name := country_name(code, language))] == []


def test_a_country_with_several_zones_is_told_apart_by_its_city() -> None:
    assert zone_label(Whereabouts("Asia/Jakarta", "ID"), "en") == "Jakarta time"


def test_a_zone_alone_gives_its_country() -> None:
    assert place_name(Whereabouts("Asia/Vientiane"), "en") == "Laos"


def test_somebody_on_a_borrowed_but_equal_clock_is_called_by_their_own_country() -> None:
    assert place_name(Whereabouts("Asia/Bangkok", "KH"), "en") == "Cambodia"


def test_somebody_abroad_is_called_by_the_clock_they_live_by() -> None:
    assert place_name(Whereabouts("Asia/Tokyo", "KH"), "en") == "Japan"


def test_utc_has_no_country() -> None:
    assert zone_label(Whereabouts("UTC"), "km") == "UTC"
    assert place_name(Whereabouts("Etc/UTC"), "ja") == "UTC"


def test_the_last_place_on_earth_is_named() -> None:
    assert zone_label(Whereabouts(ANYWHERE_ON_EARTH), "en") == "anywhere on Earth"


@pytest.mark.parametrize(
    ("hours", "text"),
    [(7, "UTC+7"), (5.5, "UTC+5:30"), (5.75, "UTC+5:45"), (0, "UTC"), (-4, "UTC−4"), (-3.5, "UTC−3:30")],
)
def test_offsets_are_short(hours: float, text: str) -> None:
    assert offset_label(timedelta(hours=hours), "en") == text


def test_offsets_take_bengali_digits() -> None:
    assert offset_label(timedelta(hours=6), "bn") == "UTC+৬"


def test_an_unknown_country_keeps_its_code() -> None:
    assert country_name("XQ", "en") == "XQ"


def test_names_of_countries_hold_no_zero_width_space() -> None:
    assert "\u200b" not in country_name("GB", "km")
