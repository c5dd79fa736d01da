"""`language.toml`: what it can say, and what its translator is told about a slip."""

from datetime import date
from typing import Any

import pytest
from tests.complete_languages import COMPLETE
from tests.language.small_styles import small_style, small_table

from convene.errors import ConveneError
from convene.language.date_pattern import Field, date_pattern
from convene.language.dates import written_date
from convene.language.language_style import LanguageStyle
from convene.language.style_file import language_style, read_style
from convene.rules.vocabulary import EventKind

NAMES = {
    Field.WEEKDAY: dict(enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"))),
    Field.MONTH: {month: f"month{month}" for month in range(1, 13)},
}


def medium(on: date, style: LanguageStyle) -> str:
    return written_date(on, style.dates.medium, style.dates, NAMES)


def faults_of(**tables: dict[str, Any] | None) -> str:
    with pytest.raises(ConveneError) as raised:
        small_style(**tables)
    assert "locales/README.md" in raised.value.remedy
    return raised.value.sentence


@pytest.mark.parametrize("language", COMPLETE)
def test_the_file_of_every_language_can_be_read(language: str) -> None:
    assert language_style(language).dates.long


def test_a_language_without_a_file_is_refused() -> None:
    with pytest.raises(KeyError):
        language_style("xx")


def test_a_file_is_read_once() -> None:
    assert language_style("km") is language_style("km")


def test_words_in_quotation_marks_and_foreign_signs_stand_as_they_are() -> None:
    assert date_pattern("EEEE 'de' {day}年") == (Field.WEEKDAY, " ", "de", " ", Field.DAY, "年")


def test_the_years_of_another_era_are_counted_from_its_own_first_year() -> None:
    assert medium(date(2020, 1, 20), small_style(dates={"year_offset": 543})) == "20 month1 2563"


def test_the_gregorian_year_may_stand_beside_it() -> None:
    style = small_style(dates={"year_offset": 543, "medium": "{day} MMMM {year} ({gregorian})"})
    assert medium(date(2020, 1, 20), style) == "20 month1 2563 (2020)"


def test_the_first_of_a_month_may_have_a_word_of_its_own() -> None:
    style = small_style(dates={"first_of_month": "1er"})
    assert medium(date(2020, 5, 1), style) == "1er month5 2020"
    assert medium(date(2020, 5, 21), style) == "21 month5 2020"


def test_an_hour_follows_the_word_for_its_part_of_the_day() -> None:
    style = small_style(times={"day_parts": [[18, "evening"], [12, "noon"], [0, "morning"]]})
    assert [style.times.day_part(hour) for hour in (0, 11, 12, 17, 18, 23)] == [
        *("morning", "morning", "noon", "noon", "evening", "evening")
    ]
    assert small_style().times.day_part(12) == ""


def test_an_ending_by_the_last_digit_never_serves_eleven_to_thirteen() -> None:
    style = small_style(ordinals={"ends_in": {"1": "{n}st", "2": "{n}nd", "3": "{n}rd"}})
    numbers = (1, 2, 3, 4, 10, 11, 12, 13, 21, 111, 121)
    assert [style.ordinals.of(number, None).format(n=number) for number in numbers] == [
        *("1st", "2nd", "3rd", "4th", "10th", "11th", "12th", "13th", "21st", "111th", "121st")
    ]


def test_a_number_of_its_own_goes_before_its_ending() -> None:
    style = small_style(ordinals={"exactly": {"1": "premier"}, "ends_in": {"1": "{n}st"}})
    assert [style.ordinals.of(number, None) for number in (1, 21)] == ["premier", "{n}st"]


def test_kinds_with_a_feminine_noun_are_counted_in_the_feminine() -> None:
    feminine = {"other": "{n}e", "exactly": {"1": "{n}re"}}
    masculine = {"other": "{n}e", "exactly": {"1": "{n}er"}}
    style = small_style(ordinals={**masculine, "feminine_kinds": ["committee-meeting"], "feminine": feminine})
    assert style.ordinals.of(1, EventKind.COMMITTEE_MEETING) == "{n}re"
    assert style.ordinals.of(1, EventKind.SEMINAR) == "{n}er"
    assert style.ordinals.of(1, None) == "{n}er"
    assert style.ordinals.of(2, EventKind.COMMITTEE_MEETING) == "{n}e"


def test_a_country_may_have_words_of_its_own_in_the_name_of_a_clock() -> None:
    assert small_style(zones={"country": {"KH": "du Cambodge"}}).zones.country == {"KH": "du Cambodge"}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"dates": {"long": None}}, "dates.long is missing; it is a text"),
        ({"lists": None}, "lists is missing; it is a table"),
        ({"dates": {"longish": "x"}}, "dates.longish is not known; here may stand dash, first_of_month, long"),
        ({"date": {"x": 1}}, "date is not known; here may stand address, dates, day_label"),
        ({"dates": {"dash": 1}}, "dates.dash must be a text"),
        ({"dates": {"year_offset": "543"}}, "dates.year_offset must be a whole number"),
        ({"dates": {"long": "EEEE de {day}"}}, "dates.long holds 'de'; put words into '...'"),
        ({"dates": {"long": "LLLL {year}"}}, "dates.long holds 'LLLL'"),
        ({"dates": {"long": "{month}"}}, "dates.long holds '{month}'"),
        ({"dates": {"long": "EEEE 'de"}}, 'dates.long cannot be read from "\'de" on'),
        ({"dates": {"within_month": ["{day}"]}}, "dates.within_month must be two texts in a list"),
        ({"times": {"clock": "{hour}"}}, "times.clock must hold {minute}"),
        ({"times": {"clock": "{minute}"}}, "times.clock must hold {hour} or {twelve}"),
        ({"times": {"frame": "{clock}"}}, "times.frame has a blank that cannot be filled in; there may stand {time}"),
        ({"times": {"frame": "{time"}}, "times.frame has a blank that cannot be filled in"),
        ({"times": {"day_parts": [[12, "noon"], [18, "evening"], [0, "night"]]}}, "times.day_parts must hold pairs"),
        ({"times": {"day_parts": [[18, "evening"]]}}, "times.day_parts must hold pairs"),
        (
            {"ordinals": {"exactly": {"one": "first"}}},
            "ordinals.exactly.one is not known; here may stand numbers alone",
        ),
        ({"ordinals": {"feminine_kinds": ["meetings"]}}, "ordinals.feminine_kinds: 'meetings' is none of the words"),
        ({"ordinals": {"feminine_kinds": ["meeting"]}}, "ordinals.feminine is missing"),
        ({"day_label": {"other": "Day"}}, "day_label.other must hold {n} or {nth}"),
        ({"address": {"salutation": "{name}"}}, "address.salutation must hold {salutation}"),
        ({"address": {"woman": "Ms {0}"}}, "address.woman has a blank that cannot be filled in"),
        ({"lists": {"and": " \u200band "}}, "lists.and holds a zero-width space"),
        ({"day_label": {"exactly": {"1": "দিন ১"}}}, "day_label.exactly.1 holds digits of its own script"),
    ],
)
def test_a_slip_is_named_by_file_and_key(tables: dict[str, dict[str, Any] | None], said: str) -> None:
    sentence = faults_of(**tables)
    assert sentence.startswith("locales/xx/language.toml: ")
    assert said in sentence


def test_all_slips_are_named_at_once() -> None:
    sentence = faults_of(dates={"dash": None}, zones={"other": "there"})
    assert sentence == "locales/xx/language.toml: dates.dash is missing; it is a text; zones.other must hold {name}."


def test_texts_are_read_in_the_one_spelling_that_mails_have() -> None:
    assert read_style(small_table(lists={"and": " e\u0301t "}), "x").lists.last == " ét "
