"""The check of every received mail: it finds nothing wrong with what convene sent, and each wrong copy."""

import asyncio
import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from benchmarks.mail_programme import ORGANISER, Guest, guests, write_files
from benchmarks.mail_samples import sample_of
from benchmarks.received_mails import LINKS, find_faults
from benchmarks.relay_sink import Received
from sqlmodel import col, update
from tests.programmes import Postbox, apply_file, new_worker, small_database

from convene.model.notice import Notice
from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.usecases.delivery.deliver_notices import Deliveries
from convene.usecases.delivery.delivery import Delivery
from convene.usecases.delivery.moments import VirtualClock

NOW = datetime(2027, 3, 1, 3, 0, tzinfo=UTC)
PEOPLE = 24

Sent = tuple[Database, list[Received]]


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Sent]:
    path = write_files(tmp_path, PEOPLE, date(2027, 4, 20))
    with small_database(tmp_path) as database:
        apply_file(database, path, NOW)
        postbox = Postbox()
        delivery = Delivery(database, postbox, VirtualClock(NOW), links=LINKS)
        asyncio.run(Deliveries(delivery, new_worker(database, NOW)).deliver_due())
        yield database, [Received(ORGANISER, recipient, body) for recipient, body in postbox.mails]


def faults(sent: Sent, mails: list[Received] | None = None) -> list[str]:
    database, received = sent
    return find_faults(received if mails is None else mails, database, guests(PEOPLE))


def test_what_convene_sends_has_no_fault(sent: Sent) -> None:
    assert len(sent[1]) == PEOPLE
    assert faults(sent) == []


def test_a_lost_mail_a_second_copy_and_one_to_nobody_are_found(sent: Sent) -> None:
    mails = sent[1]

    [lost] = faults(sent, mails[1:])
    [twice] = faults(sent, [*mails, mails[3]])
    nobody = faults(sent, [*mails[:-1], replace(mails[-1], recipient="nobody@people.example")])

    assert lost.endswith(": arrived 0 times")
    assert twice.endswith(": arrived 2 times")
    assert nobody[0] == "nobody@people.example: nobody invited has this address"


def test_a_mail_that_arrived_and_is_not_marked_as_sent_is_found(sent: Sent) -> None:
    database, mails = sent
    with database.writing() as session:
        session.execute(update(Notice).where(col(Notice.id) == 1).values(state=NoticeState.DEFERRED))

    [fault] = faults(sent, mails)

    assert fault.endswith(": arrived, and is not marked as sent")


def test_two_mails_that_were_exchanged_are_found_at_both_readers(sent: Sent) -> None:
    first, second, *others = sent[1]
    exchanged = [replace(first, recipient=second.recipient), replace(second, recipient=first.recipient)]

    found = faults(sent, [*exchanged, *others])

    assert f"{first.recipient}: the notice is somebody else's" in found
    assert f"{second.recipient}: the notice is somebody else's" in found


def test_one_byte_that_differs_from_what_the_database_holds_is_found(sent: Sent) -> None:
    first, *others = sent[1]
    changed = replace(
        first, body=first.body.replace(b"X-Auto-Response-Suppress: OOF", b"X-Auto-Response-Suppress: DOF")
    )

    assert faults(sent, [changed, *others]) == [
        f"{first.recipient}: the bytes are not those that the database says were sent"
    ]


def in_parts(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """The mail with its encoded parts changed, and encoded again."""

    def changed(match: re.Match[bytes]) -> bytes:
        words = change(base64.b64decode(match[1]).decode())
        return b"base64\r\n\r\n" + base64.encodebytes(words.encode()).replace(b"\n", b"\r\n") + b"--"

    return lambda body: re.sub(rb"base64\r\n\r\n(.+?)--", changed, body, flags=re.DOTALL)


WRONG: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another name in the text": (
        in_parts(lambda words: re.sub(r"(?<!CN=\")Participant \d+", "Participant 7", words)),
        "its text/plain names Participant 7",
    ),
    "another attendee": (
        in_parts(lambda words: words.replace("mailto:participant-1@", "mailto:participant-7@")),
        "its calendar invites mailto:participant-7@people.example",
    ),
    "nobody greeted": (in_parts(lambda words: words.replace("Participant", "Person")), "its text/plain names nobody"),
    "another language": (
        lambda body: re.sub(rb"Content-Language: \w+", b"Content-Language: fr", body),
        "it is in fr, not in km",
    ),
    "a header too many": (
        lambda body: body.replace(b"MIME-Version", b"Bcc: all@people.example\r\nMIME-Version"),
        "it has other headers than it may",
    ),
    "to somebody else": (
        lambda body: re.sub(rb"To: Participant \d+", b"To: Participant 7", body, count=1),
        "it is addressed to Participant 7",
    ),
    "a missing end": (lambda body: body[: body.rindex(b"--=_")], "it is malformed"),
    "a broken encoding": (lambda body: body.replace(b"base64\r\n\r\n", b"base64\r\n\r\n*", 1), "it is malformed"),
    "a broken calendar": (
        in_parts(lambda words: words.replace("END:VEVENT\r\n", "")),
        "its calendar is malformed",
    ),
    "somebody else's link": (
        in_parts(lambda words: re.sub(r"/u/\w+", "/u/0123456789abcdef", words)),
        "its text/plain does not hold its reader's own link, and no other",
    ),
    "a header with another link": (
        lambda body: re.sub(rb"(List-Unsubscribe: <https://convene.example/u/)\w", rb"\1", body),
        "it has no header with which its reader unsubscribes in one click",
    ),
    "a missing part": (
        lambda body: body.replace(b"text/calendar", b"text/plain"),
        "it has other parts than text, HTML and calendar",
    ),
    "an unknown Message-ID": (
        lambda body: re.sub(rb"Message-ID: <\w{4}", b"Message-ID: <aaaa", body),
        "no notice has its Message-ID",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_mail_is_said(sent: Sent, wrong: str) -> None:
    change, expected = WRONG[wrong]
    mails = sent[1]
    first = next(mail for mail in mails if mail.recipient == Guest(1).address)
    changed = replace(first, body=change(first.body))

    found = faults(sent, [changed, *(mail for mail in mails if mail is not first)])

    assert any(fault.startswith(f"{first.recipient}: {expected}") for fault in found), found


def test_the_peers_get_the_words_of_a_mail_without_anything_of_its_reader(sent: Sent) -> None:
    mail = sent[1][0]
    guest = next(guest for guest in guests(PEOPLE) if guest.address == mail.recipient)

    sample = sample_of(mail.body, guest)

    assert "{{ name }}" in sample.text
    assert "{{ name }}" in sample.html
    assert "{{ link }}" in sample.text
    assert "{{ link }}" in sample.html
    assert all(slot in part for slot in ("{{ date }}", "{{ time }}") for part in (sample.text, sample.html))
    assert "mailto:{{ address }}" in sample.calendar
    everything = "\n".join([sample.text, sample.html, sample.calendar, *sample.words])
    assert guest.name not in everything
    assert guest.address not in everything
