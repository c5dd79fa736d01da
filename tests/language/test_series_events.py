"""The name of a series and the kind of its events make one phrase, in which no word stands twice."""

import pytest

from convene.language.kind_words import KIND_WORDS
from convene.language.ordinals import ordinal
from convene.language.series_events import series_event
from convene.language.texts import one_line
from convene.rules.vocabulary import EventKind


def third(kind: EventKind, name: str, language: str) -> str | None:
    """The third event of the series `name`."""
    return series_event(KIND_WORDS[kind], ordinal(3, kind, language), one_line(name), language)


@pytest.mark.parametrize(
    ("language", "kind", "name", "phrase"),
    [
        ("en", EventKind.MEETING, "DAC", "3rd DAC meeting"),
        ("fr", EventKind.SEMINAR, "Mutuelles", "3e séminaire – Mutuelles"),
        ("hi", EventKind.MEETING, "सलाहकार समिति", "सलाहकार समिति की तीसरी बैठक"),
        ("km", EventKind.MEETING, "គណៈកម្មាធិការ", "កិច្ចប្រជុំគណៈកម្មាធិការ លើកទី3"),
        ("ja", EventKind.SEMINAR, "共済", "第3回共済セミナー"),
    ],
)
def test_a_name_stands_where_the_language_puts_it(language: str, kind: EventKind, name: str, phrase: str) -> None:
    assert third(kind, name, language) == one_line(phrase)


@pytest.mark.parametrize(
    ("language", "kind", "name", "phrase"),
    [
        ("en", EventKind.SEMINAR, "EWC Seminar", "3rd EWC Seminar"),
        ("en", EventKind.SEMINAR, "Seminar on wages", "3rd Seminar on wages"),
        ("en", EventKind.TRAINING_OF_TRAINERS, "ToT", "3rd ToT"),
        ("fr", EventKind.WEBINAR, "Webinaire RIPESS", "3e Webinaire RIPESS"),
        ("hi", EventKind.WORKING_GROUP, "वेतन कार्य समूह की बैठक", "तीसरी वेतन कार्य समूह की बैठक"),
        ("km", EventKind.SEMINAR, "សិក្ខាសាលាស្តីពីប្រាក់ឈ្នួល", "សិក្ខាសាលាស្តីពីប្រាក់ឈ្នួល លើកទី3"),
        ("ja", EventKind.TRAINING, "組合研修", "第3回組合研修"),
    ],
)
def test_a_name_that_says_the_kind_is_only_counted(language: str, kind: EventKind, name: str, phrase: str) -> None:
    assert third(kind, name, language) == one_line(phrase)


@pytest.mark.parametrize(
    ("language", "name", "phrase"),
    [
        ("en", "Wages Working Group", "3rd Wages Working Group meeting"),
        ("id", "Kelompok Kerja Upah", "rapat ke-3 Kelompok Kerja Upah"),
        ("vi", "Nhóm công tác tiền lương", "cuộc họp Nhóm công tác tiền lương lần thứ 3"),
        ("hi", "वेतन कार्य समूह", "वेतन कार्य समूह की तीसरी बैठक"),
        ("km", "ក្រុមការងារប្រាក់ឈ្នួល", "កិច្ចប្រជុំក្រុមការងារប្រាក់ឈ្នួល លើកទី3"),
    ],
)
def test_words_that_both_have_where_they_meet_are_said_once(language: str, name: str, phrase: str) -> None:
    assert third(EventKind.WORKING_GROUP, name, language) == one_line(phrase)


@pytest.mark.parametrize(
    ("language", "kind", "name"),
    [
        ("en", EventKind.WEBINAR, "RIPESS webinar cycle"),
        ("fr", EventKind.WEBINAR, "Cycle de webinaires du RIPESS"),
        ("es", EventKind.WEBINAR, "Ciclo de seminarios web de RIPESS"),
        ("fr", EventKind.WORKING_GROUP, "Groupe de travail Salaires"),
        ("ne", EventKind.WORKING_GROUP, "ज्याला कार्य समूह"),
        ("en", EventKind.TRAINING_OF_TRAINERS, "Safety training"),
        ("vi", EventKind.CONFERENCE, "Nghị viện"),
    ],
)
def test_a_name_that_speaks_of_the_kind_in_its_own_words_stands_apart(
    language: str, kind: EventKind, name: str
) -> None:
    assert third(kind, name, language) is None


def test_a_part_of_a_word_is_not_that_word() -> None:
    assert third(EventKind.MEETING, "M", "en") == "3rd M meeting"
    assert third(EventKind.ONLINE_PROGRAMME, "OP", "en") == "3rd OP online programme"
    assert third(EventKind.WORKSHOP, "Annual work", "en") == "3rd Annual work workshop"


@pytest.mark.parametrize("language", ["hi", "ne"])
def test_an_ordinal_inside_the_phrase_leaves_no_double_blank(language: str) -> None:
    for kind in EventKind:
        phrase = third(kind, "ABC", language)
        assert phrase
        assert "  " not in phrase


def test_a_name_may_hold_signs_that_placeholders_are_made_of() -> None:
    assert third(EventKind.MEETING, "100 % %(nth)s {name}", "en") == "3rd 100 % %(nth)s {name} meeting"
