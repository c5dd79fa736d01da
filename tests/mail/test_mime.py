"""The bytes of a mail: safe, the same each time, and read by a receiver as they were meant."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_briefs import dac_meeting, letter, reader

from convene.errors import ConveneError
from convene.mail.compose import compose
from convene.mail.header_safety import ALLOWED_HEADERS
from convene.mail.mime import Envelope, build_mail
from convene.rules.calendar_part import CalendarPart
from convene.rules.letter import Words
from convene.rules.vocabulary import NoticeKind

ENVELOPE = Envelope(
    key="k3zq7m2x9a5c8e1b",
    sender_address="sgra@jilaf.example",
    sender_name="JILAF",
    reply_to="sgra@jilaf.example",
    recipient_address="participant-km@union.example",
    recipient_name="សុខា",
    date=datetime(2020, 1, 19, 10, 0, tzinfo=UTC),
    message_id_domain="convene.example",
)
WORDS = Words("en", "Tomorrow", "Dear colleague,\n", "<html></html>\n")
CALENDAR = CalendarPart("REQUEST", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")


def test_the_parts_are_text_html_and_calendar_in_this_order() -> None:
    mail = _read(build_mail(ENVELOPE, WORDS, CALENDAR))
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html", "text/calendar"]


def test_without_a_calendar_part_there_are_two() -> None:
    assert len(list(_read(build_mail(ENVELOPE, WORDS, None)).iter_parts())) == 2


def test_the_calendar_part_repeats_its_method_and_keeps_its_bytes() -> None:
    part = list(_read(build_mail(ENVELOPE, WORDS, CALENDAR)).iter_parts())[2]
    assert part.get_param("method") == "REQUEST"
    assert part.get_param("charset") == "utf-8"
    assert part.get_payload(decode=True) == CALENDAR.body


def test_the_words_arrive_whole() -> None:
    words = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("km")))
    mail = _read(build_mail(ENVELOPE, words, CALENDAR))
    text, html = list(mail.iter_parts())[:2]
    assert mail["Subject"] == words.subject
    assert _decoded(text) == words.text
    assert _decoded(html) == words.html


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build_mail(ENVELOPE, WORDS, CALENDAR) == build_mail(ENVELOPE, WORDS, CALENDAR)


def test_the_headers_are_those_and_no_others() -> None:
    mail = _read(build_mail(ENVELOPE, WORDS, CALENDAR))
    assert tuple(mail.keys()) == ALLOWED_HEADERS
    assert mail["Message-ID"] == "<k3zq7m2x9a5c8e1b@convene.example>"
    assert mail["Date"].datetime == ENVELOPE.date
    assert mail["From"].addresses[0].display_name == "JILAF"
    assert mail["To"].addresses[0].addr_spec == "participant-km@union.example"
    assert mail["To"].addresses[0].display_name == "សុខា"
    assert mail["Content-Language"] == "en"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_lines_end_in_crlf_and_none_is_too_long() -> None:
    words = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("lo")))
    mail = build_mail(replace(ENVELOPE, recipient_name="ຜູ້ເຂົ້າຮ່ວມ " * 8), words, CALENDAR)
    assert not re.search(rb"[^\r]\n|\r[^\n]", mail)
    assert max(len(line) for line in mail.split(b"\r\n")) <= 78


def test_a_dot_alone_on_a_line_cannot_end_the_mail() -> None:
    words = replace(WORDS, text="A\r\n.\r\nMAIL FROM:<x@y.example>\r\n")
    assert b"\r\n.\r\n" not in build_mail(ENVELOPE, words, None)


@pytest.mark.parametrize("charset", ["q", "b"])
def test_a_subject_that_looks_like_an_encoded_word_stays_a_subject(charset: str) -> None:
    subject = f"=?utf-8?{charset}?a=0d=0aBcc:x@y.example?="
    mail = _read(build_mail(ENVELOPE, replace(WORDS, subject=subject), None))
    assert "Bcc" not in mail
    assert mail["Subject"] == subject


@pytest.mark.parametrize("field", ["sender_address", "reply_to", "recipient_address"])
def test_a_header_cannot_be_smuggled_in_by_an_address(field: str) -> None:
    with pytest.raises(ConveneError):
        build_mail(replace(ENVELOPE, **{field: "a@b.example\r\nBcc: x@y.example"}), WORDS, None)  # type: ignore[arg-type]


def test_a_header_cannot_be_smuggled_in_by_a_name() -> None:
    with pytest.raises(ConveneError):
        build_mail(replace(ENVELOPE, recipient_name="A\r\nBcc: x@y.example"), WORDS, None)


def test_a_name_cannot_become_a_second_address() -> None:
    mail = _read(build_mail(replace(ENVELOPE, recipient_name="boss@bank.example, <x@y.example>"), WORDS, None))
    assert [address.addr_spec for address in mail["To"].addresses] == ["participant-km@union.example"]


def test_a_name_with_brackets_is_quoted() -> None:
    mail = _read(build_mail(replace(ENVELOPE, sender_name="JILAF (Tokyo)"), WORDS, None))
    assert mail["From"].addresses[0].display_name == "JILAF (Tokyo)"


def test_without_a_name_the_address_stands_alone() -> None:
    assert b"To: participant-km@union.example\r\n" in build_mail(replace(ENVELOPE, recipient_name=""), WORDS, None)


@pytest.mark.parametrize("change", [{"key": "short"}, {"message_id_domain": "a b"}])
def test_a_malformed_identity_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ConveneError):
        build_mail(replace(ENVELOPE, **change), WORDS, None)  # type: ignore[arg-type]


@given(st.text(max_size=200), st.text(max_size=120))
def test_whatever_is_written_the_mail_has_its_own_headers_or_is_refused(subject: str, name: str) -> None:
    try:
        mail = build_mail(replace(ENVELOPE, recipient_name=name), replace(WORDS, subject=subject), None)
    except ConveneError:
        return
    assert tuple(_read(mail).keys()) == ALLOWED_HEADERS


def _read(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=policy.default)


def _decoded(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")
