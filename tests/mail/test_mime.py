"""The bytes of a mail: safe, the same each time, and read by a receiver as they were meant."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_briefs import dac_meeting, letter, reader

from convene.errors import ConveneError
from convene.mail.compose import compose
from convene.mail.header_safety import ALLOWED_HEADERS
from convene.mail.mail_text import Personal, Writer, mail_text
from convene.mail.mime import encoded_words, message_id
from convene.rules.calendar_part import CalendarPart
from convene.rules.letter import Words
from convene.rules.vocabulary import NoticeKind

PAGE = "https://convene.example/u/abc.def"
PERSONAL = Personal(
    key="k3zq7m2x9a5c8e1b",
    address="participant-km@union.example",
    name="សុខា",
    greeting="Dear colleague,",
    unsubscribe="",
    one_click=False,
    attendee="",
    date=datetime(2020, 1, 19, 10, 0, 0, 250_000, tzinfo=UTC),
)
WORDS = Words("en", "Tomorrow", "Dear colleague,\n", "<html></html>\n")
CALENDAR = CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")))


def mail(
    personal: Personal = PERSONAL,
    words: Words = WORDS,
    calendar: CalendarPart | None = None,
    *,
    sender: str = "sgra@jilaf.example",
    sender_name: str = "JILAF",
    reply_to: str = "office@jilaf.example",
    thread: str | None = None,
) -> bytes:
    return Writer(mail_text(words, calendar, sender, sender_name, reply_to, thread)).mail(personal)


def read(body: bytes) -> EmailMessage:
    return message_from_bytes(body, policy=policy.default)


def decoded(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def test_the_parts_are_text_html_and_calendar_in_this_order() -> None:
    parsed = read(mail(calendar=CALENDAR))
    assert parsed.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html", "text/calendar"]


def test_without_a_calendar_part_there_are_two() -> None:
    assert len(list(read(mail()).iter_parts())) == 2


def test_the_calendar_part_repeats_its_method_and_keeps_its_bytes() -> None:
    part = list(read(mail(calendar=CALENDAR)).iter_parts())[2]
    assert part.get_param("method") == "REQUEST"
    assert part.get_param("charset") == "utf-8"
    assert part.get_payload(decode=True) == CALENDAR.body()


def test_the_words_arrive_whole() -> None:
    words = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("km")))
    parsed = read(mail(words=words, calendar=CALENDAR))
    text, html = list(parsed.iter_parts())[:2]
    assert parsed["Subject"] == words.subject
    assert decoded(text) == words.text
    assert decoded(html) == words.html


def test_the_same_input_gives_the_same_bytes() -> None:
    assert mail(calendar=CALENDAR) == mail(calendar=CALENDAR)


def test_the_headers_are_those_and_no_others() -> None:
    parsed = read(mail(calendar=CALENDAR))
    assert tuple(parsed.keys()) in ALLOWED_HEADERS
    assert parsed["Message-ID"] == message_id(PERSONAL.key, "sgra@jilaf.example") == "<k3zq7m2x9a5c8e1b@jilaf.example>"
    assert parsed["Date"].datetime == PERSONAL.date.replace(microsecond=0)
    assert parsed["From"].addresses[0].display_name == "JILAF"
    assert parsed["Reply-To"] == "office@jilaf.example"
    assert parsed["To"].addresses[0].addr_spec == "participant-km@union.example"
    assert parsed["To"].addresses[0].display_name == "សុខា"
    assert parsed["Content-Language"] == "en"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_lines_end_in_crlf_and_none_is_too_long() -> None:
    words = compose(letter(NoticeKind.REMINDER, dac_meeting(), reader("lo")))
    body = mail(replace(PERSONAL, name="ຜູ້ເຂົ້າຮ່ວມ " * 8), words, CALENDAR, sender_name="សុខា " * 15)
    assert not re.search(rb"[^\r]\n|\r[^\n]", body)
    assert body.endswith(b"\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 78


def test_a_dot_alone_on_a_line_cannot_end_the_mail() -> None:
    words = replace(WORDS, text="A\r\n.\r\nMAIL FROM:<x@y.example>\r\n")
    assert b"\r\n.\r\n" not in mail(words=words)


@pytest.mark.parametrize("charset", ["q", "b"])
def test_a_subject_that_looks_like_an_encoded_word_stays_a_subject(charset: str) -> None:
    subject = f"=?utf-8?{charset}?a=0d=0aBcc:x@y.example?="
    parsed = read(mail(words=replace(WORDS, subject=subject)))
    assert "Bcc" not in parsed
    assert parsed["Subject"] == subject


@pytest.mark.parametrize("field", ["sender", "reply_to"])
def test_a_header_cannot_be_smuggled_in_by_an_address_of_the_organiser(field: str) -> None:
    with pytest.raises(ConveneError):
        mail(**{field: "a@b.example\r\nBcc: x@y.example"})  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["address", "name", "unsubscribe", "key"])
def test_a_header_cannot_be_smuggled_in_by_what_is_personal(field: str) -> None:
    with pytest.raises(ConveneError):
        mail(replace(PERSONAL, **{field: "https://a@b.example\r\nBcc: x@y.example"}))  # type: ignore[arg-type]


def test_a_name_cannot_become_a_second_address() -> None:
    parsed = read(mail(replace(PERSONAL, name="boss@bank.example, <x@y.example>")))
    assert [address.addr_spec for address in parsed["To"].addresses] == ["participant-km@union.example"]


def test_a_name_with_brackets_is_quoted() -> None:
    assert read(mail(sender_name="JILAF (Tokyo)"))["From"].addresses[0].display_name == "JILAF (Tokyo)"


def test_without_a_name_the_address_stands_alone() -> None:
    assert b"To: participant-km@union.example\r\n" in mail(replace(PERSONAL, name=""))


@pytest.mark.parametrize("key", ["short", "k3zq7m2x9a5c8e1b2", "k3zq7m2x9a5c8e1>"])
def test_a_malformed_identity_is_refused(key: str) -> None:
    with pytest.raises(ConveneError):
        mail(replace(PERSONAL, key=key))


@pytest.mark.parametrize("sender", ["office@a b", "office@", "office", "office@jilaf.example-"])
def test_a_sender_without_a_sound_domain_is_refused(sender: str) -> None:
    with pytest.raises(ConveneError):
        mail(sender=sender)


def test_a_mail_of_one_event_hangs_in_its_thread_and_any_other_in_none() -> None:
    assert read(mail(thread="sgra.dac-3"))["References"] == "<sgra.dac-3@jilaf.example>"
    assert "References" not in read(mail())


@pytest.mark.parametrize("thread", ["a b", "a\r\nBcc: x@y.example", "<a>", ""])
def test_a_thread_is_a_plain_name_or_none(thread: str) -> None:
    if thread:
        with pytest.raises(ConveneError):
            mail(thread=thread)
    else:
        assert "References" not in read(mail(thread=thread))


def test_the_link_to_unsubscribe_is_raw_and_on_one_line_however_long_it_is() -> None:
    link = "https://convene.example/u/" + "a" * 500
    lines = mail(replace(PERSONAL, unsubscribe=link, one_click=True)).split(b"\r\n")
    assert f"List-Unsubscribe: <{link}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_without_https_nobody_is_told_of_one_click_and_without_a_page_of_no_link() -> None:
    linked, bare = read(mail(replace(PERSONAL, unsubscribe=PAGE))), read(mail())
    assert (linked["List-Unsubscribe"], "List-Unsubscribe-Post" in linked) == (f"<{PAGE}>", False)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(bare.keys())


@pytest.mark.parametrize(
    "link",
    ["ftp://convene.example/u", "https://convene.example/ u", "https://convene.example/é", "https://" + "a" * 999],
)
def test_a_link_that_cannot_stand_on_one_line_is_refused(link: str) -> None:
    with pytest.raises(ConveneError):
        mail(replace(PERSONAL, unsubscribe=link))


@given(LINES, st.integers(0, 40))
def test_encoded_words_read_back_as_they_were_on_lines_that_are_not_too_long(text: str, used: int) -> None:
    written = encoded_words(text, used)

    assert str(make_header(decode_header(written.replace("\r\n", "")))) == text
    first, *others = written.split("\r\n")
    assert used + len(first) <= 76
    assert all(line.startswith(" ") and len(line) <= 76 for line in others)
    assert all(len(word) <= 75 for word in written.split())


@given(LINES, LINES)
def test_whatever_is_written_the_mail_has_its_own_headers_or_is_refused(subject: str, name: str) -> None:
    try:
        body = mail(replace(PERSONAL, name=name), replace(WORDS, subject=subject), sender_name=name)
    except ConveneError:
        return
    parsed = read(body)
    assert tuple(parsed.keys()) in ALLOWED_HEADERS
    assert parsed["Subject"] == subject
    assert [address.addr_spec for address in parsed["To"].addresses] == [PERSONAL.address]
    assert [address.addr_spec for address in parsed["From"].addresses] == ["sgra@jilaf.example"]
