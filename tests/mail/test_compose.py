"""Mails in words: one language per message, the right clock, and nothing of the markup to be had by its texts.

The golden mails are read by people: look at the difference when they are written anew.
"""

import re
from dataclasses import replace

import pytest
from tests.complete_languages import COMPLETE
from tests.ical.personal_calendars import personal_calendar
from tests.mail.golden_mails import assert_as_golden
from tests.mail.sample_letters import UNSUBSCRIBE, sample_letter
from tests.sample_briefs import (
    dac_meeting,
    ewc_seminar,
    letter,
    reader,
    webinar,
    with_days,
)

from convene.mail.compose import compose
from convene.rules.facts import Organiser
from convene.rules.letter import Words
from convene.rules.vocabulary import Digits, NoticeKind, Role

KINDS = list(NoticeKind)
FOLLOW_UPS = {NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS}
KINDS_WITH_CALENDAR = [kind for kind in KINDS if kind not in FOLLOW_UPS]


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_reads_as_its_golden_file(kind: NoticeKind, language: str) -> None:
    words = compose(sample_letter(kind, language))
    assert_as_golden(f"{kind}.{language}.txt", f"{words.subject}\n\n{words.text}")
    assert_as_golden(f"{kind}.{language}.html", words.html)


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("kind", KINDS_WITH_CALENDAR)
def test_the_calendar_part_of_a_mail_reads_as_its_golden_file(kind: NoticeKind, language: str) -> None:
    _, body = personal_calendar(sample_letter(kind, language))
    assert_as_golden(f"{kind}.{language}.ics", body.decode())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Please note the following event."),
        ("km", "សូមលោកអ្នកជ្រាបអំពីព្រឹត្តិការណ៍ដូចខាងក្រោម។"),
        ("lo", "ກະລຸນາຮັບຊາບກິດຈະກຳດັ່ງຕໍ່ໄປນີ້"),
        ("bn", "অনুগ্রহ করে নিচের ইভেন্টের তথ্য দেখে নিন।"),
        ("ja", "下記のイベントについてご案内いたします。"),
    ],
)
def test_a_digest_of_one_event_counts_nothing(language: str, sentence: str) -> None:
    """Two reminders of one event, or one that is left of several."""
    words = compose(letter(NoticeKind.DIGEST, (dac_meeting(), dac_meeting()), reader(language)))

    assert sentence in words.text.replace("\u200b", "").splitlines()


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("kind", KINDS)
def test_the_way_out_is_the_last_line_where_there_is_one(kind: NoticeKind, language: str) -> None:
    letter = sample_letter(kind, language)
    with_link, without = compose(letter), compose(replace(letter, unsubscribe_link=None))

    assert with_link.text.splitlines()[-1].endswith(UNSUBSCRIBE)
    assert without.text.splitlines() == with_link.text.splitlines()[:-1]
    assert f'<a href="{UNSUBSCRIBE}"' in with_link.html
    assert "/u/" not in without.html


@pytest.mark.parametrize("language", COMPLETE)
def test_the_same_letter_gives_the_same_mail_in_any_order_of_languages(language: str) -> None:
    first = compose(sample_letter(NoticeKind.REMINDER, language))
    for other in COMPLETE:
        compose(sample_letter(NoticeKind.REMINDER, other))
    assert compose(sample_letter(NoticeKind.REMINDER, language)) == first


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_loads_nothing_from_elsewhere(kind: NoticeKind, language: str) -> None:
    html = compose(sample_letter(kind, language)).html
    assert not re.search(r"<(img|script|link|iframe|object)|@import|url\(", html)
    assert f'<html lang="{language}"' in html


def test_the_khmer_reminder_of_the_third_dac_meeting() -> None:
    words = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("km")))
    assert words.subject == "ថ្ងៃស្អែក៖ កិច្ចប្រជុំលើកទី3 · DAC · 20 មករា"
    assert "ថ្ងៃចន្ទ ទី20 ខែមករា ឆ្នាំ2020" in words.text
    assert "ម៉ោង 09:00–11:30\n" in words.text


@pytest.mark.parametrize("kind", [NoticeKind.INVITATION, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS])
def test_what_asks_for_an_answer_asks_for_a_reply(kind: NoticeKind) -> None:
    assert "reply to this e-mail" in compose(letter(kind, ewc_seminar(), reader("en"))).text


def test_a_cancellation_numbers_the_days_as_they_were_told() -> None:
    before = ewc_seminar()
    shortened = with_days(before, before.facts.days[1])

    text = compose(letter(NoticeKind.CANCELLATION, shortened, reader("en"), told=before.facts)).text

    assert re.findall(r"Day \d\nDate: \w+, \d July", text) == [
        "Day 1\nDate: Thursday, 2 July",
        "Day 2\nDate: Friday, 3 July",
    ]


def test_a_speaker_is_invited_to_speak() -> None:
    speaker = replace(reader("en"), role=Role.SPEAKER)
    assert (
        "invited to speak at the 3rd DAC meeting" in compose(letter(NoticeKind.INVITATION, dac_meeting(), speaker)).text
    )


def test_without_a_name_the_greeting_is_neutral() -> None:
    for language, greeting in (("en", "Dear colleague,"), ("bn", "সুধী,"), ("ja", "各位")):
        nameless = replace(reader(language), name="", salutation="")
        assert compose(letter(NoticeKind.REMINDER, dac_meeting(), nameless)).text.startswith(greeting)


def test_an_acronym_is_spelled_out_once() -> None:
    text = compose(letter(NoticeKind.INVITATION, ewc_seminar(), reader("lo"))).text
    assert text.count("EWC: Enlarged Working Committee") == 1
    assert text.count("Enlarged Working Committee") == 1


def test_a_foreign_text_is_marked_with_its_language() -> None:
    html = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("km"))).html
    assert re.search(r'<span lang="en"[^>]*>12 Sample Street, Phnom Penh</span>', html)


def test_native_digits_are_printed_where_a_person_wants_them() -> None:
    text = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("km", Digits.NATIVE))).text
    assert "ថ្ងៃចន្ទ ទី២០ ខែមករា ឆ្នាំ២០២០" in text
    assert "https://map.example/phnom-penh" in text
    assert "12 Sample Street" in text


def test_the_texts_of_a_programme_cannot_become_markup() -> None:
    attack = '<script>alert(1)</script>"&%(event)s{{ 7*7 }}'
    brief = replace(
        dac_meeting(),
        title={"en": attack},
        description={"en": attack},
        programme_title={"km": attack},
        organiser=Organiser(attack, "sgra@jilaf.example"),
    )
    for kind in KINDS:
        words = compose(letter(kind, brief, replace(reader("en"), name=attack), told=dac_meeting().facts))
        assert "<script" not in words.html
        assert "&lt;script&gt;" in words.html
        assert "{{ 7*7 }}" in words.text


def test_a_link_that_is_not_of_the_web_cannot_be_clicked() -> None:
    brief = webinar()
    bad = with_days(brief, replace(brief.facts.days[0], link="javascript:alert(1)"))
    assert 'href="javascript' not in compose(letter(NoticeKind.INVITATION, bad, reader("en"))).html


def test_the_address_of_the_reader_is_not_in_the_words() -> None:
    for kind in KINDS:
        words: Words = compose(sample_letter(kind, "en"))
        assert "@union.example" not in words.subject + words.text + words.html
