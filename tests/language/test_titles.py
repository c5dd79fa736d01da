"""Titles: frame, separator, name; never a foreign name inside a translated sentence."""

import unicodedata
from dataclasses import replace

import pytest
from tests.sample_briefs import dac_meeting, essays_deadline, ewc_seminar, online_programme

from convene.language.texts import Spoken
from convene.language.titles import day_title, event_title, sentence_name, short_event_title, spelled_out
from convene.rules.vocabulary import Digits, EventKind


def test_an_english_reader_sees_one_natural_title() -> None:
    assert event_title(dac_meeting(), "en").text == "3rd Dissemination Advisory Committee meeting"
    assert short_event_title(dac_meeting(), "en").text == "3rd DAC meeting"


@pytest.mark.parametrize(
    ("language", "frame"),
    [("km", "កិច្ចប្រជុំលើកទី3"), ("lo", "ກອງປະຊຸມ ຄັ້ງທີ 3"), ("bn", "৩য় সভা"), ("ja", "第3回会議")],
)
def test_a_foreign_name_stands_behind_the_frame_and_keeps_its_language(language: str, frame: str) -> None:
    title = event_title(dac_meeting(), language)
    assert title.parts[1] == Spoken("Dissemination Advisory Committee", "en")
    assert title.parts[0] == Spoken(unicodedata.normalize("NFC", frame), language)
    assert title.text.endswith(" · Dissemination Advisory Committee")


def test_khmer_digits_reach_the_frame() -> None:
    assert event_title(dac_meeting(), "km", Digits.NATIVE).text == "កិច្ចប្រជុំលើកទី៣ · Dissemination Advisory Committee"


def test_a_name_in_the_readers_language_joins_the_frame() -> None:
    brief = replace(dac_meeting(), series_title={"km": "គណៈកម្មាធិការប្រឹក្សាផ្សព្វផ្សាយ"})
    assert event_title(brief, "km").text == "កិច្ចប្រជុំគណៈកម្មាធិការប្រឹក្សាផ្សព្វផ្សាយ លើកទី3"


def test_a_title_in_the_readers_language_stands_alone() -> None:
    assert event_title(essays_deadline(), "km").parts == (Spoken("ការប្រគល់អត្ថបទ", "km"),)


def test_a_foreign_title_without_a_number_still_has_the_kind_in_front() -> None:
    assert event_title(online_programme(), "ja").text == "オンラインプログラム · Labour relations in Japan"


def test_a_title_that_holds_its_number_is_not_numbered_twice() -> None:
    brief = replace(dac_meeting(), title={"en": "3rd meeting on dissemination", "km": "កិច្ចប្រជុំទី៣"})
    assert event_title(brief, "en").text == "3rd meeting on dissemination"
    assert event_title(brief, "km").text == "កិច្ចប្រជុំទី៣"


def test_a_title_of_its_own_is_numbered_where_it_names_no_number() -> None:
    brief = replace(dac_meeting(), title={"en": "Looking ahead"})
    assert event_title(brief, "en").text == "3rd meeting · Looking ahead"


def test_a_series_that_names_its_kind_is_not_given_it_twice() -> None:
    brief = replace(ewc_seminar(), series_title={"en": "EWC Seminar"}, series_short_title={})
    assert event_title(brief, "en").text == "2nd EWC Seminar"
    assert sentence_name(brief, "en") == "2nd EWC Seminar"
    training = replace(brief, kind=EventKind.TRAINING_OF_TRAINERS, series_title={"en": "Training of Trainers seminar"})
    assert event_title(training, "en").text == "2nd Training of Trainers seminar"


def test_a_series_that_speaks_of_its_kind_in_other_words_stands_behind_the_frame() -> None:
    titles = {"en": "RIPESS webinar cycle", "fr": "Cycle de webinaires du RIPESS"}
    brief = replace(dac_meeting(), kind=EventKind.WEBINAR, number=5, series_title=titles, series_short_title={})
    assert event_title(brief, "en").text == "5th webinar · RIPESS webinar cycle"
    assert event_title(brief, "fr").text == "5e webinaire · Cycle de webinaires du RIPESS"
    assert sentence_name(brief, "fr") == "5e webinaire"


def test_an_event_without_any_name_is_called_by_its_kind() -> None:
    brief = replace(dac_meeting(), series_title={}, series_short_title={}, number=None, kind=EventKind.WORKSHOP)
    assert event_title(brief, "en").text == "Workshop"


def test_the_title_of_a_day_carries_both_numbers() -> None:
    brief = ewc_seminar()
    assert day_title(brief, brief.entries[1], "en").text == "2nd EWC seminar · Day 2"
    assert day_title(brief, brief.entries[1], "lo").text == "ສຳມະນາ ຄັ້ງທີ 2 · EWC · ມື້ທີ 2"


def test_the_only_day_has_no_number() -> None:
    brief = dac_meeting()
    assert day_title(brief, brief.entries[0], "en").text == "3rd DAC meeting"


def test_a_day_has_its_own_title_too() -> None:
    brief = online_programme()
    assert day_title(brief, brief.entries[3], "ja").parts[-1] == Spoken("連合広島との交流", "ja")


@pytest.mark.parametrize("language", ["km", "lo", "bn", "ja"])
def test_a_sentence_names_an_event_in_one_language_alone(language: str) -> None:
    for brief in (dac_meeting(), ewc_seminar(), online_programme(), essays_deadline()):
        name = sentence_name(brief, language, Digits.LATIN)
        assert not any(sign.isascii() and sign.isalpha() for sign in name)


def test_an_acronym_is_spelled_out_where_both_are_known() -> None:
    assert spelled_out(ewc_seminar(), "km") == (Spoken("EWC", "en"), Spoken("Enlarged Working Committee", "en"))
    assert spelled_out(online_programme(), "km") is None
