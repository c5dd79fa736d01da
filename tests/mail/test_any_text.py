"""Whatever a coordinator or a people file holds, a mail comes of it whole: bytes, calendar part and page.

Files are checked before anything is stored; these texts are put in behind that check, where nothing refuses them.
"""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from tests.complete_languages import COMPLETE
from tests.sample_briefs import JILAF, PHNOM_PENH, dac_meeting, letter, reader

from convene.ical.attendee import attendee_line
from convene.ical.itip import calendar_part
from convene.language.direction import isolated
from convene.language.texts import pick_text
from convene.mail.compose import compose, greeting_of
from convene.mail.mail_text import Personal, Writer, mail_text
from convene.mail.slots import Slot, mark
from convene.rules.facts import EventBrief, Material
from convene.rules.letter import Letter
from convene.rules.vocabulary import NoticeKind
from convene.web.page_response import page_response

FROM = "notices@convene.example"
ARABIC = "ندوة العمال"
FAMILY = "👩‍👩‍👧‍👦"
STRANGE = {
    "right to left": ARABIC,
    "one language, to be read in another": "Plan d’action",
    "10,000 letters": "a" * 10_000,
    "10,000 Khmer letters": "ក្ស" * 3_334,
    "half a surrogate pair": "A\ud800B\udfff",
    "zero width": "A\u200bB\u200cC\u200dD\ufeffE\u2060F",
    "marks of direction": "A\u202eB\u202dC\u2066D\u2068E\u2067F\u200fG",
    "an isolate that ends early": "A\u2069B\u202cC",
    "soft hyphens": "Arbeits\u00adver\u00adhält\u00adnis",
    "a flood of marks": "Z" + "\u0300\u0316\u0335" * 300,
    "a mark alone": "\u0301",
    "an emoji family": FAMILY * 10,
    "flags and keycaps": "🇰🇭🇧🇩1️⃣",
    "control characters": "A\0B\x1bC\x85D\u2028E\x7fF",
    "line ends": "A\r\nB\rC\nD",
    "a template": "{{ 7 * 7 }} {% trans %} %(event)s {0} {title}",
    "markup": '<script>alert("1")</script> &amp; </td>',
    "an encoded word": "=?utf-8?q?a=0d=0aBcc:_x=40y.example?=",
    "private use": "\ue000greeting\ue001",
    "not a letter": "\uffff\ufdd0\U0010ffff",
}
any_text = st.text(st.characters(), max_size=200) | st.sampled_from(sorted(STRANGE.values()))


def event_with(text: str, spoken: str) -> EventBrief:
    """The meeting, with `text` in the language `spoken` wherever a person can write."""
    words = {spoken: text}
    venue = replace(PHNOM_PENH, title=words, address=words)
    brief = dac_meeting()
    day = replace(brief.entries[0].day, venue=venue)
    return replace(
        brief,
        facts=replace(brief.facts, days=(day,)),
        entries=(replace(brief.entries[0], day=day, title=words),),
        organiser=replace(JILAF, name="The office"),
        programme_title=words,
        title=words,
        description=words,
        reason=words,
        materials=(Material(words, "https://files.example/1"),),
    )


def letter_with(text: str, spoken: str, language: str) -> Letter:
    return letter(NoticeKind.REMINDER, event_with(text, spoken), reader(language), funder={spoken: text})


def mail_of(made: Letter) -> bytes:
    """As the worker makes it: the words first, what is personal put in."""
    words, part = compose(made, greeting=mark(Slot.GREETING)), calendar_part(made, FROM)
    text = mail_text(words, part, FROM, made.event.organiser.name, made.event.organiser.email, "sgra.dac-3")
    attendee = attendee_line(made.reader, asked=True)
    address, now = made.reader.address, datetime(2020, 1, 19, tzinfo=UTC)
    personal = Personal("k3zq7m2x9a5c8e1b", address, "", greeting_of(made.reader), "", False, attendee, now)
    return Writer(text).mail(personal)


def assert_whole(made: Letter) -> None:
    """The mail reads as what was composed, in one language and one spelling, and its calendar has its one entry."""
    words, mail = compose(made), message_from_bytes(mail_of(made), policy=policy.default)
    parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}

    assert mail["Subject"] == words.subject
    assert "\n" not in words.subject
    assert parts["text/plain"].replace("\r\n", "\n") == words.text
    assert parts["text/html"].replace("\r\n", "\n") == words.html
    assert unicodedata.is_normalized("NFC", words.text)
    HTMLParser().feed(words.html)
    assert re.findall("<html[^>]*>", words.html) == [f'<html lang="{made.reader.language}" dir="ltr">']
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067\ud800-\udfff\ufeff]", words.text)
    entries = Calendar.from_ical(parts["text/calendar"]).walk("VEVENT")
    assert len(entries) == 1
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069\ufeff]", str(entries[0]["SUMMARY"]))


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_text_makes_a_whole_mail(name: str) -> None:
    for language in ("km", "en"):
        for spoken in (language, "ar", "pt-br"):
            assert_whole(letter_with(STRANGE[name], spoken, language))


@settings(max_examples=150)
@given(any_text, st.sampled_from(["km", "en", "ar", "zh-hant"]), st.sampled_from(COMPLETE))
def test_any_text_makes_a_whole_mail(text: str, spoken: str, language: str) -> None:
    assert_whole(letter_with(text, spoken, language))


@settings(max_examples=100)
@given(any_text, any_text, st.sampled_from(COMPLETE))
def test_any_name_is_greeted(name: str, salutation: str, language: str) -> None:
    to = replace(reader(language), name=name, salutation=salutation)

    greeting = greeting_of(to)
    body = compose(letter(NoticeKind.REMINDER, dac_meeting(), to)).text

    assert body.startswith(greeting + "\n")
    assert greeting == unicodedata.normalize("NFC", greeting)
    assert not re.search("[\n\x00-\x1f\ud800-\udfff\u202a-\u202e]", greeting)


@settings(max_examples=100)
@given(any_text, st.sampled_from(["km", "ar"]))
def test_any_title_of_a_programme_makes_a_page(text: str, spoken: str) -> None:
    title = pick_text({spoken: text}, "km", "en")
    page = page_response(
        "web/unsubscribe.html", "km", programmes=[title] if title else [], nonces={"stop": "n"}, incomplete=False
    )

    html = bytes(page.body).decode()
    HTMLParser().feed(html)
    assert html.count("<li ") == (title is not None)
    assert "<script" not in html


def test_an_arabic_title_in_a_khmer_mail_keeps_to_its_place() -> None:
    made = letter_with(ARABIC, "ar", "km")
    words, part = compose(made), calendar_part(made, FROM)

    assert f" · \u2068{ARABIC}\u2069 · 20 មករា" in words.subject
    assert f"\u2068{ARABIC}\u2069\n" in words.text
    assert re.search(f'<span lang="ar" dir="rtl">{ARABIC}</span>', words.html)
    assert part
    assert not re.search("[\u2066-\u2069]", part.body().decode())


def test_an_arabic_name_keeps_to_its_place() -> None:
    assert greeting_of(replace(reader("en"), name="محمد")) == "Dear \u2068محمد\u2069,"


def test_nothing_else_is_marked() -> None:
    for language in COMPLETE:
        words = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader(language)))
        assert not re.search("[\u2066-\u2069]", words.subject + words.text + words.html)
        assert "dir=" not in words.html.partition("<body")[2]


def test_a_text_that_nobody_sees_is_passed_over() -> None:
    made = letter_with("\u200b\ufeff\u202e", "km", "km")
    assert compose(made).subject.startswith("ថ្ងៃស្អែក៖ កិច្ចប្រជុំលើកទី3 · DAC")
    assert isolated("") == ""
