"""A text composed once, and each reader's own put into it: no receiver sees that there ever was a slot."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import cache
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mail.sample_letters import sample_letter

from convene.errors import ConveneError
from convene.ical.attendee import attendee_line
from convene.ical.itip import calendar_part
from convene.mail.compose import compose, greeting_of
from convene.mail.mail_text import MailText, Personal, TextPart, Writer, mail_text
from convene.mail.slots import Slot, filled, mark, pieces
from convene.rules.calendar_part import CalendarPart
from convene.rules.letter import Letter
from convene.rules.vocabulary import NoticeKind, Role

FROM = "notices@convene.example"
LANGUAGES = ("en", "km", "lo", "bn", "ja")
KINDS = (NoticeKind.REMINDER, NoticeKind.INVITATION, NoticeKind.DIGEST, NoticeKind.THANKS)
PERSONAL = Personal(
    "k3zq7m2x9a5c8e1b", "a@b.example", "", "Dear colleague,", "", False, "", datetime(2020, 1, 19, 10, tzinfo=UTC)
)

names = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\\")).map(
    lambda name: normalize("NFC", name)[:60]
)
addresses = st.from_regex(r"[a-z0-9.+'_-]{1,30}@[a-z][a-z0-9-]{0,20}x\.example", fullmatch=True)
links = st.from_regex(r"https://[a-z]{1,20}\.example/u/[a-z0-9.=&?%-]{1,80}", fullmatch=True)


@cache
def shared(kind: NoticeKind, language: str, role: Role = Role.PARTICIPANT) -> Writer:
    """The text of a sample letter, composed once with slots for all readers of one role."""
    sample = sample_letter(kind, language)
    letter = replace(sample, reader=replace(sample.reader, role=role), unsubscribe_link=mark(Slot.UNSUBSCRIBE))
    words = compose(letter, greeting=mark(Slot.GREETING))
    return Writer(mail_text(words, calendar_part(letter, FROM), FROM, "JILAF", "office@jilaf.example", "sgra.dac-3"))


def personal_of(letter: Letter) -> Personal:
    part = calendar_part(letter, FROM)
    asked = part.method == "REQUEST" if part and part.attended else None
    return replace(
        PERSONAL,
        address=letter.reader.address,
        name=letter.reader.name,
        greeting=greeting_of(letter.reader),
        unsubscribe=letter.unsubscribe_link or "",
        one_click=True,
        attendee="" if asked is None else attendee_line(letter.reader, asked=asked),
    )


def in_one_piece(letter: Letter) -> bytes:
    """The mail of one reader, composed for this reader alone: what must come out."""
    part = calendar_part(letter, FROM)
    personal = personal_of(letter)
    whole = part and CalendarPart(part.method, part.body(personal.attendee).decode())
    return Writer(mail_text(compose(letter), whole, FROM, "JILAF", "office@jilaf.example", "sgra.dac-3")).mail(personal)


def read(mail: bytes) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Headers and parts, as a receiver sees them."""
    parsed = message_from_bytes(mail, policy=policy.default)
    parts = []
    for part in parsed.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        parts.append((part["Content-Type"], in_one_spelling(payload.decode())))
    return [(name, str(value)) for name, value in parsed.items()], parts


def in_one_spelling(html: str) -> str:
    """Two ways to write quotes in HTML are in use."""
    return html.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40)
@given(st.sampled_from(KINDS), names, addresses, links, st.sampled_from(Role))
def test_a_mail_with_slots_reads_as_one_that_was_made_for_its_reader_alone(
    language: str, kind: NoticeKind, name: str, address: str, link: str, role: Role
) -> None:
    sample = sample_letter(kind, language)
    reader = replace(sample.reader, name=name, address=address, role=role)
    letter = replace(sample, reader=reader, unsubscribe_link=link)

    spliced = shared(kind, language, role).mail(personal_of(letter))

    assert read(spliced) == read(in_one_piece(letter))


some_text = st.text(st.characters(codec="utf-8"), min_size=2, max_size=90)
cut_texts = st.lists(st.tuples(st.sampled_from(Slot), some_text), max_size=4)
values_of_slots = st.fixed_dictionaries({slot: st.text(st.characters(codec="utf-8")) for slot in Slot})


@given(st.text(st.characters(codec="utf-8"), max_size=70), cut_texts, values_of_slots)
def test_any_text_with_any_slots_comes_out_whole(
    first: str, cuts: list[tuple[Slot, str]], values: dict[Slot, str]
) -> None:
    cut = (first, *(piece for slot, after in cuts for piece in (slot.value, after)))
    text = replace(shared(NoticeKind.THANKS, "en").text, parts=(TextPart("text/plain; charset=utf-8", cut),))
    link = "https://a.example/u" if values[Slot.UNSUBSCRIBE] else ""
    personal = replace(PERSONAL, greeting=values[Slot.GREETING], attendee=values[Slot.ATTENDEE], unsubscribe=link)

    part, *others = message_from_bytes(Writer(text).mail(personal), policy=policy.default).iter_parts()

    filled_in = {**values, Slot.UNSUBSCRIBE: link}
    expected = first + "".join(filled_in[slot] + after for slot, after in cuts)
    assert (part.get_payload(decode=True), others) == (expected.encode(), [])


@pytest.mark.parametrize("greeting", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("ending", ["", "x", "é"])
def test_a_slot_may_stand_at_the_very_end(ending: str, greeting: str) -> None:
    cut = ("Hello ", Slot.GREETING.value, ending)
    text = replace(shared(NoticeKind.THANKS, "en").text, parts=(TextPart("text/plain; charset=utf-8", cut),))

    _, parts = read(Writer(text).mail(replace(PERSONAL, greeting=greeting)))

    assert [written for _, written in parts] == [f"Hello {greeting}{ending}"]


def test_two_slots_side_by_side_are_refused_before_anything_is_sent() -> None:
    side_by_side = TextPart("text/plain", ("a", Slot.GREETING.value, "", Slot.ATTENDEE.value, "b"))

    with pytest.raises(ConveneError, match="side by side"):
        Writer(replace(shared(NoticeKind.THANKS, "en").text, parts=(side_by_side,)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_makes_the_same_bytes_again(kind: NoticeKind, language: str) -> None:
    letter = replace(sample_letter(kind, language), unsubscribe_link="https://convene.example/u/abc")
    text = shared(kind, language).text

    again = MailText.from_stored(text.stored)

    assert again == text
    assert again.stored == text.stored
    assert Writer(again).mail(personal_of(letter)) == shared(kind, language).mail(personal_of(letter))


def test_what_is_stored_of_a_text_names_no_reader_and_no_process() -> None:
    letter = sample_letter(NoticeKind.REMINDER, "km")
    stored = "".join(piece for part in shared(NoticeKind.REMINDER, "km").text.parts for piece in part.pieces)

    assert letter.reader.address not in stored
    assert "\ue000" not in stored


def test_html_is_escaped_in_html_alone() -> None:
    parts = read(shared(NoticeKind.REMINDER, "en").mail(replace(PERSONAL, greeting='Dear <b>&"Sok",')))[1]

    assert 'Dear <b>&"Sok",' in parts[0][1]
    assert "Dear &lt;b&gt;&amp;&quot;Sok&quot;," in parts[1][1]
    assert "<b>&" not in parts[1][1]


@pytest.mark.parametrize(
    "pretended", ["\ue000greeting\ue001", "\ue0000123456789abcdef:greeting\ue001", "{{ greeting }}"]
)
def test_a_title_cannot_pretend_to_be_a_slot(pretended: str) -> None:
    assert pieces(pretended) == (pretended,)
    assert filled(pretended, dict.fromkeys(Slot, "the reader")) == pretended


@given(st.lists(st.sampled_from(Slot)), st.text())
def test_a_text_is_cut_at_its_slots_and_filled_in_the_same_places(slots: list[Slot], text: str) -> None:
    marked = text + "".join(mark(slot) + text for slot in slots)

    cut = pieces(marked)

    assert cut[1::2] == tuple(slots)
    assert set(cut[0::2]) == {text}
    assert filled(marked, {slot: slot.upper() for slot in Slot}) == text + "".join(
        slot.upper() + text for slot in slots
    )


@pytest.mark.parametrize("method", ["request", "REQUEST; x=1", "REQUEST\r\nBcc: x", ""])
def test_a_calendar_with_an_odd_method_is_refused(method: str) -> None:
    words = compose(sample_letter(NoticeKind.REMINDER, "en"))

    with pytest.raises(ConveneError):
        mail_text(words, CalendarPart(method, "BEGIN:VCALENDAR\r\n"), FROM, "JILAF", FROM)
