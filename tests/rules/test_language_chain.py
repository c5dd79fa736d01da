"""Which language and which clock a reader gets, and by which link of the chain (design promise 3)."""

from convene.rules.language_chain import ChosenLanguage, ChosenZone, choose_language, choose_zone

OURS = frozenset({"en", "km", "lo", "bn", "ja"})


def chosen(
    person: str | None = None,
    organisation: str | None = None,
    country: tuple[str, ...] = (),
    programme: str | None = None,
) -> ChosenLanguage:
    return choose_language(person, organisation, country, programme, OURS.__contains__)


def test_the_person_comes_before_organisation_country_and_programme() -> None:
    assert chosen("km", "lo", ("bn",), "ja") == ChosenLanguage("km", "person")
    assert chosen(None, "lo", ("bn",), "ja") == ChosenLanguage("lo", "organisation")
    assert chosen(None, None, ("bn",), "ja") == ChosenLanguage("bn", "country")
    assert chosen(None, None, (), "ja") == ChosenLanguage("ja", "programme")
    assert chosen() == ChosenLanguage("en", "english")


def test_a_country_decides_only_where_it_names_exactly_one_language_we_have() -> None:
    assert chosen(country=("km", "lo"), programme="ja").source == "programme"
    assert chosen(country=("vi",), programme="ja").source == "programme"
    assert chosen(country=("vi", "lo"), programme="ja") == ChosenLanguage("lo", "country")


def test_whose_language_has_no_catalogue_reads_english_and_what_was_wanted_is_kept() -> None:
    assert chosen("th", "lo") == ChosenLanguage("en", "english", wanted="th")
    assert chosen(programme="fr") == ChosenLanguage("en", "english", wanted="fr")


def test_the_clock_follows_the_same_chain() -> None:
    zones = ("Asia/Phnom_Penh",)

    assert choose_zone("Asia/Tokyo", "Asia/Dhaka", zones, "UTC") == ChosenZone("Asia/Tokyo", "person", assumed=False)
    assert choose_zone(None, "Asia/Dhaka", zones, "UTC") == ChosenZone("Asia/Dhaka", "organisation", assumed=False)
    assert choose_zone(None, None, zones, "UTC") == ChosenZone("Asia/Phnom_Penh", "country", assumed=False)


def test_a_country_with_several_zones_decides_nothing_and_the_programmes_zone_is_marked_assumed() -> None:
    indonesia = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")

    assert choose_zone(None, None, indonesia, "Asia/Tokyo") == ChosenZone("Asia/Tokyo", "programme", assumed=True)
    assert choose_zone(None, None, (), "Asia/Tokyo") == ChosenZone("Asia/Tokyo", "programme", assumed=True)
