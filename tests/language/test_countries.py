"""The table of countries: complete, and true to the zone database."""

from convene.language.countries import countries
from convene.language.languages import LANGUAGES
from convene.rules.zones import is_zone

SERVED = "KH LA BD JP TH NP IN ID VN PH FR ES BE GB CH US BO CM MM MY SG LK PK KR CN MN TL BR"


def test_every_country_served_is_in_the_table() -> None:
    assert set(SERVED.split()) <= countries().keys()


def test_zones_and_languages_exist() -> None:
    for country in countries().values():
        assert country.zones
        assert all(is_zone(zone) for zone in country.zones)
        assert set(country.languages) <= LANGUAGES.keys()


def test_weekends_are_those_of_the_country() -> None:
    assert countries()["BD"].weekend == (4, 5)
    assert countries()["NP"].weekend == (5,)
    assert countries()["KH"].weekend == (5, 6)


def test_what_a_country_could_decide_is_listed() -> None:
    assert (countries()["KH"].languages, countries()["KH"].zones) == (("km",), ("Asia/Phnom_Penh",))
    assert countries()["CM"].languages == ("en", "fr")
    assert len(countries()["ID"].zones) == 4
