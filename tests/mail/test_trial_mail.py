"""A mail as a test for somebody else: the same words, and nothing that acts for its reader."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from tests.programmes import plain_text

from convene.errors import ConveneError
from convene.mail.mail_text import Personal, Writer, mail_text
from convene.mail.trial_mail import TrialMail, trial_mail
from convene.rules.calendar_part import CalendarPart
from convene.rules.letter import Words
from convene.rules.link_token import make_token

NOW = datetime(2020, 1, 6, 3, 0, tzinfo=UTC)
READER, TESTER = "sokha@union-kh.example", "me@organiser.example"
TOKEN = make_token("k3v9", "unsubscribe", 1, [b"a key for tests"])
KHMER = "កិច្ចប្រជុំលើកទី៣ · Dissemination Advisory Committee នៅថ្ងៃច័ន្ទ ទី២០ ខែមករា ឆ្នាំ២០២០"
LINK = f"https://convene.example/u/{TOKEN}"
INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nATTENDEE:mailto:sokha@union-kh.example\r\nEND:VCALENDAR\r\n"


def finished(subject: str = KHMER, text: str = "Hello.\n") -> bytes:
    words = Words(language="km", subject=subject, text=text, html=f"<p>{text}</p>")
    sender = ("events@organiser.example", "ការិយាល័យ", "office@organiser.example")
    writer = Writer(mail_text(words, CalendarPart("REQUEST", INVITATION), *sender, thread="small-meeting"))
    return writer.mail(
        Personal(
            key="abcdefghijkmnpqr",
            address=READER,
            name="Participant 1, Cambodia",
            greeting="",
            unsubscribe=LINK,
            one_click=True,
            attendee="",
            date=NOW,
        )
    )


def trial_of(mail: bytes) -> tuple[TrialMail, EmailMessage]:
    trial = trial_mail(mail, TESTER, NOW, "1f")
    return trial, message_from_bytes(trial.body, policy=policy.default)


@pytest.mark.parametrize("subject", [KHMER, "Planning meeting", "x" * 200, "=?utf-8?q?a=0d=0aBcc:_me@x.example?="])
def test_the_subject_has_the_mark_in_front_and_stays_as_it_was(subject: str) -> None:
    trial, read = trial_of(finished(subject))

    assert trial.subject == read["Subject"] == f"[test] {subject}"
    assert max(map(len, trial.body.split(b"\r\n"))) <= 998


def test_it_goes_to_the_one_who_asked_alone() -> None:
    trial, read = trial_of(finished())

    assert (trial.sender, trial.recipient) == ("events@organiser.example", TESTER)
    assert read["To"] == TESTER
    assert READER not in trial.body.decode()
    assert {"Cc", "Bcc", "List-Unsubscribe", "References"} & set(read.keys()) == set()


def test_it_is_a_message_of_its_own() -> None:
    real = message_from_bytes(finished())
    _, read = trial_of(finished())

    assert read["Message-ID"] == "<test.1f@organiser.example>" != real["Message-ID"]
    assert read["From"] == "ការិយាល័យ <events@organiser.example>"
    assert read["Auto-Submitted"] == "auto-generated"


def test_no_calendar_program_can_enter_anything() -> None:
    mail = finished()
    _, read = trial_of(mail)

    assert b"text/calendar" in mail
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_no_link_of_the_reader_works_in_it() -> None:
    mail = finished(text=f"Stop: {LINK}\nMaterials: https://files.example/a.pdf\n")
    trial, read = trial_of(mail)

    assert TOKEN in plain_text(mail)
    assert plain_text(trial.body) == (
        "Stop: https://convene.example/u/left-out-of-the-test\r\nMaterials: https://files.example/a.pdf\r\n"
    )
    html = read.get_body(("html",))
    assert html is not None
    assert TOKEN not in html.get_content()


def test_headers_that_act_for_the_reader_or_tie_it_to_other_mails_are_left_out() -> None:
    mail = finished()
    trial, read = trial_of(mail)

    assert [name for name in (b"List-Unsubscribe-Post: ", b"References: ") if name not in mail] == []
    assert b"nsubscribe" not in trial.body
    assert "References" not in read


@pytest.mark.parametrize(
    "address", ["", "me", "me@organiser.example\r\nBcc: all@union.example", "a@b.example, c@d.example"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConveneError):
        trial_mail(finished(), address, NOW, "1f")
