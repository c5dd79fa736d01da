"""The main job on SGRA in Cambodia: from the file, through the commands, to mails at a real SMTP server.

Applied and sent on Mon 6 January 2020 at 10:00 in Phnom Penh, sent again on Sun 19 January at 18:00 there.
"""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from tests.acceptance.shell import Shell
from tests.programmes import SHIPPED
from tests.smtp_inbox import Inbox, ReceivedMail, listening_inbox

FIRST, SECOND = "2020-01-06T03:00:00Z", "2020-01-19T11:00:00Z"
MEMBER = "participant1@mlvt.example"
LECTURER = "lecturer1@zenrosai.example"
IN_BOTH = ["participant4@union-kh.example", "participant5@union-kh.example"]
IN_TRAINING_AND_SEMINAR = "participant10@union-kh.example"

KHMER_TITLE = "កិច្ចប្រជុំលើកទី3"
KHMER_DATE = "ថ្ងៃចន្ទ ទី20 ខែមករា ឆ្នាំ2020"
HOURS = "09:00–11:30"


@dataclass(frozen=True)
class Sent:
    """What arrived in the first run, in the second, and in a third at the same moment; and the list of notices."""

    shell: Shell
    first: list[ReceivedMail]
    second: list[ReceivedMail]
    third: list[ReceivedMail]
    notices: list[dict[str, Any]]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    with listening_inbox() as inbox:
        shell = Shell(tmp_path_factory.mktemp("sgra"), {"SMTP_URL": inbox.url})
        shell.convene("apply", SHIPPED / "sgra-cambodia.yaml", "--yes", NOW=FIRST)
        first, second, third = (_worker(shell, inbox, now) for now in (FIRST, SECOND, SECOND))
        yield Sent(shell, first, second, third, shell.json("notices", "notice", "list"))


def _worker(shell: Shell, inbox: Inbox, now: str) -> list[ReceivedMail]:
    before = len(inbox.mails)
    shell.convene("worker", "--until-idle", NOW=now)
    return inbox.mails[before:]


def read(mail: ReceivedMail) -> EmailMessage:
    message = message_from_bytes(mail.body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(mail: ReceivedMail, kind: str) -> str:
    """The decoded part of a mail: "plain", "html" or "calendar"."""
    [found] = [part for part in read(mail).walk() if part.get_content_subtype() == kind]
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def to(mails: list[ReceivedMail], address: str) -> list[ReceivedMail]:
    return [mail for mail in mails if mail.recipient == address]


def test_the_khmer_reminder_of_the_third_dac_meeting_has_the_khmer_date_and_the_hour_of_phnom_penh(
    sent: Sent,
) -> None:
    [reminder] = to(sent.second, MEMBER)

    message = read(reminder)
    assert message["Content-Language"] == "km"
    assert KHMER_TITLE in message["Subject"]
    for words in (part(reminder, "plain"), part(reminder, "html")):
        assert KHMER_TITLE in words
        assert KHMER_DATE in words
        assert HOURS in words
        assert "02:00" not in words
    assert '<html lang="km"' in part(reminder, "html")


def test_every_mail_is_text_html_and_calendar(sent: Sent) -> None:
    for mail in sent.first + sent.second:
        message = read(mail)
        assert message.get_content_type() == "multipart/alternative"
        kinds = [inner.get_content_type() for inner in message.iter_parts()]
        assert kinds == ["text/plain", "text/html", "text/calendar"]
        assert len(Calendar.from_ical(part(mail, "calendar")).walk("VEVENT")) >= 1


def test_the_calendar_part_says_the_same_hour(sent: Sent) -> None:
    [reminder] = to(sent.second, MEMBER)

    calendar = Calendar.from_ical(part(reminder, "calendar"))

    [entry] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert entry.decoded("DTSTART").isoformat() == "2020-01-20T09:00:00+07:00"
    assert entry["DTSTART"].params["TZID"] == "Asia/Phnom_Penh"
    assert [str(attendee) for attendee in [entry["ATTENDEE"]]] == [f"mailto:{MEMBER}"]


def test_everybody_reads_their_own_language(sent: Sent) -> None:
    languages = Counter(
        (mail.recipient.rpartition(".")[0].rpartition("@")[2], read(mail)["Content-Language"])
        for mail in sent.first + sent.second
    )

    assert {language for (domain, language) in languages if domain in ("zenrosai", "jilaf")} == {"ja"}
    assert {language for (domain, language) in languages if domain not in ("zenrosai", "jilaf")} == {"km"}


def test_a_lecturer_from_japan_reads_japanese(sent: Sent) -> None:
    mails = to(sent.first + sent.second, LECTURER)

    assert {read(mail)["Content-Language"] for mail in mails} == {"ja"}
    assert all('<html lang="ja"' in part(mail, "html") for mail in mails)
    assert all("2020年1月2" in part(mail, "plain") for mail in mails)


def test_no_hour_is_printed_where_none_is_known(sent: Sent) -> None:
    for mail in to(sent.first + sent.second, LECTURER):
        assert re.search(r"\d:\d\d", part(mail, "plain") + part(mail, "html")) is None


def test_a_lecturer_invited_to_the_meeting_reads_venue_time_with_the_time_in_tokyo_beside_it(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "sgra-cambodia.people.csv", tmp_path)
    text = (SHIPPED / "sgra-cambodia.yaml").read_text("utf-8")
    invited = text.replace("invite: [dac-members]", f"invite: [{{who: {LECTURER}, role: speaker}}]")
    (tmp_path / "sgra-cambodia.yaml").write_text(invited, "utf-8")
    with listening_inbox() as inbox:
        shell = Shell(tmp_path, {"SMTP_URL": inbox.url, "NOW": FIRST})
        shell.convene("apply", "sgra-cambodia.yaml", "--yes")
        shell.convene("worker", "--until-idle")

    [mail] = [mail for mail in to(inbox.mails, LECTURER) if "普及諮問委員会" in part(mail, "plain")]
    for words in (part(mail, "plain"), part(mail, "html")):
        assert "2020年1月20日" in words
        spoken = ["9時00分", "11時30分", "カンボジア時間 (UTC+7)", "11時00分", "13時30分", "日本時間 (UTC+9)"]
        assert sorted(spoken, key=words.index) == spoken


def test_nobody_gets_a_mail_twice(sent: Sent) -> None:
    message_ids = [read(mail)["Message-ID"] for mail in sent.first + sent.second]
    subjects = Counter((mail.recipient, read(mail)["Subject"]) for mail in sent.first + sent.second)

    assert sent.third == []
    assert len(message_ids) == len(set(message_ids))
    assert set(subjects.values()) == {1}


def test_the_first_run_invites_and_the_second_reminds(sent: Sent) -> None:
    assert len(sent.first) == 9 + 10 + 49
    assert {notice["kind"] for notice in sent.notices if notice["sent_at"] == FIRST} == {"invitation"}
    assert {notice["kind"] for notice in sent.notices if notice["sent_at"] == SECOND} == {"reminder", "digest"}


@pytest.mark.parametrize("person", IN_BOTH)
def test_who_is_in_both_events_of_one_day_gets_one_digest_and_no_two_reminders(sent: Sent, person: str) -> None:
    [digest] = to(sent.second, person)

    [notice] = [row for row in sent.notices if row["message_id"] == read(digest)["Message-ID"]]
    assert notice["kind"] == "digest"
    assert set(notice["events"]) == {"sgra-cambodia/dac-3", "sgra-cambodia/tot-2"}
    text = part(digest, "plain")
    assert "Dissemination Advisory Committee" in text
    assert "ToT" in text
    calendar = Calendar.from_ical(part(digest, "calendar"))
    assert (calendar["METHOD"], len(calendar.walk("VEVENT"))) == ("PUBLISH", 2)
    assert "ATTENDEE" not in part(digest, "calendar")


def test_events_on_two_days_are_reminded_of_one_by_one(sent: Sent) -> None:
    reminded = [
        (row["kind"], row["event"])
        for row in sent.notices
        if row["person"] == IN_TRAINING_AND_SEMINAR and row["sent_at"] == SECOND
    ]

    assert sorted(reminded) == [("reminder", "sgra-cambodia/mutual-aid"), ("reminder", "sgra-cambodia/tot-2")]


def test_no_mail_names_anybody_else(sent: Sent) -> None:
    addresses = {mail.recipient for mail in sent.first + sent.second}

    for mail in sent.first + sent.second:
        others = addresses - {mail.recipient}
        whole = mail.body.decode() + part(mail, "plain") + part(mail, "html") + part(mail, "calendar")
        assert [address for address in others if address in whole] == []


def test_mail_comes_from_the_organiser(sent: Sent) -> None:
    for mail in sent.first + sent.second:
        message = read(mail)
        assert mail.sender == "sgra@jilaf.example"
        assert message["From"] == "JILAF <sgra@jilaf.example>"
        assert message["Reply-To"] == "sgra@jilaf.example"
        assert message["To"].addresses[0].addr_spec == mail.recipient


def test_the_list_says_of_every_notice_why_it_is_due_when_it_is(sent: Sent) -> None:
    assert [notice["key"] for notice in sent.notices if not notice["why"]] == []
    [(why, due)] = {
        (notice["why"], notice["due_local"])
        for notice in sent.notices
        if notice["person"] == MEMBER and notice["sent_at"] == SECOND
    }
    assert why == (
        "1 day before at 17:00, counted from Mon 2020-01-20 09:00 Asia/Phnom_Penh, "
        "the venue's clock and the reader's; moved from Sun 2020-01-19 17:00, weekend"
    )
    assert due == "2020-01-17T17:00:00"


def test_the_list_is_sorted_by_due_moment_event_and_person(sent: Sent) -> None:
    order = [(notice["due_at"], notice["event"], notice["person"]) for notice in sent.notices]

    assert order == sorted(order)
    assert len(order) == 308


def test_show_eml_gives_exactly_the_bytes_received(sent: Sent) -> None:
    [reminder] = to(sent.second, MEMBER)
    [key] = [row["key"] for row in sent.notices if row["message_id"] == read(reminder)["Message-ID"]]

    assert sent.shell.convene("notice", "show", key, "--eml") == reminder.body


def test_what_is_stored_of_every_mail_is_what_was_received(sent: Sent) -> None:
    recorded = sorted(checksum for (checksum,) in sent.shell.query("SELECT sha256 FROM message"))

    assert sorted(hashlib.sha256(mail.body).digest() for mail in sent.first + sent.second) == recorded
