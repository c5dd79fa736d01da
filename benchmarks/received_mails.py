"""Every mail that arrived, held against the people file and the database: what is wrong with any of them.

Nothing is taken from the mail that is looked at: who reads what comes from `mail_programme.py`, the bytes that should
have left from the database, as `convene notice show KEY --eml` prints them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from benchmarks.mail_programme import BASE_URL, ORGANISER, SECRET_KEY, Guest
from benchmarks.mail_samples import LINK
from benchmarks.relay_sink import Received
from icalendar import Calendar
from sqlmodel import Session, select

from convene.mail.header_safety import ALLOWED_HEADERS
from convene.model.notice import Notice
from convene.model.person import Person
from convene.model.programme import Programme
from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.store.notice_keys import id_of, key_of
from convene.store.programme_rows import row_id
from convene.usecases.people.unsubscribe_link import PageLinks
from convene.usecases.planning.list_notices import sent_bytes

_PARSER = BytesParser(policy=policy.SMTP)
_KEY = re.compile(r"<([a-z0-9]{16})@[a-z.]+>")
_ANY_NAME = re.compile(r"Participant \d+")
_ANY_ADDRESS = re.compile(r"participant-\d+@people\.example")
_FOLDED = re.compile(r"\r?\n[ \t]")
LINKS = PageLinks(BASE_URL, (SECRET_KEY.encode(),))
_PARTS = ("text/plain", "text/html", "text/calendar")


def find_faults(received: Iterable[Received], database: Database, guests: Iterable[Guest]) -> list[str]:
    """One sentence for each fault; empty where every notice that was sent arrived once, as it should be."""
    by_address = {guest.address: guest for guest in guests}
    copies: Counter[int] = Counter()
    faults: list[str] = []
    with database.reading() as session:
        for mail in received:
            guest = by_address.get(mail.recipient)
            found = _faults_of(session, mail, guest, copies) if guest else ["nobody invited has this address"]
            faults += [f"{mail.recipient}: {fault}" for fault in found]
        faults += _miscounted(session, copies)
    return faults


def _faults_of(session: Session, mail: Received, guest: Guest, copies: Counter[int]) -> Iterator[str]:
    message = _PARSER.parsebytes(mail.body)
    assert isinstance(message, EmailMessage)
    yield from _record_faults(session, mail, message, copies)
    yield from _header_faults(mail, message, guest)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    if tuple(parts) != _PARTS:
        yield "it has other parts than text, HTML and calendar"
        return
    texts = {kind: part.get_content() for kind, part in parts.items()}
    if any(part.defects for part in message.walk()):  # those of a part's encoding are known once it is read
        yield "it is malformed"
        return
    yield from _text_faults(texts, guest)
    yield from _calendar_faults(texts["text/calendar"], guest)
    yield from _link_faults(session, mail, texts)


def _link_faults(session: Session, mail: Received, texts: dict[str, str]) -> Iterator[str]:
    person = session.exec(select(Person).where(Person.address == mail.recipient)).one()
    programme_id = row_id(session.exec(select(Programme)).one())
    link = LINKS.unsubscribe(person.public_id, programme_id, person.link_generation)
    header = f"\r\nList-Unsubscribe: <{link}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    if header.encode() not in mail.body:
        yield "it has no header with which its reader unsubscribes in one click"
    for kind in ("text/plain", "text/html"):
        if set(LINK.findall(texts[kind])) != {link}:
            yield f"its {kind} does not hold its reader's own link, and no other"


def _record_faults(session: Session, mail: Received, message: EmailMessage, copies: Counter[int]) -> Iterator[str]:
    """What does not fit the database: `sent_bytes` is what `notice show KEY --eml` prints."""
    key = _KEY.fullmatch(str(message["Message-ID"]))
    notice_id = id_of(session, key[1]) if key else None
    notice = session.get(Notice, notice_id) if notice_id else None
    if notice is None or notice_id is None:
        yield "no notice has its Message-ID"
        return
    copies[notice_id] += 1
    if mail.body != sent_bytes(session, notice):
        yield "the bytes are not those that the database says were sent"
    if session.get_one(Person, notice.person_id).address != mail.recipient:
        yield "the notice is somebody else's"


def _header_faults(mail: Received, message: EmailMessage, guest: Guest) -> Iterator[str]:
    if tuple(message.keys()) not in ALLOWED_HEADERS:
        yield f"it has other headers than it may: {', '.join(message.keys())}"
    if any(header.defects for header in message.values()):
        yield "a header is malformed"
    if mail.sender != ORGANISER:
        yield f"its envelope sender is {mail.sender}"
    if [(one.display_name, one.addr_spec) for one in message["To"].addresses] != [(guest.name, guest.address)]:
        yield f"it is addressed to {message['To']}"
    if message["Content-Language"] != guest.reads:
        yield f"it is in {message['Content-Language']}, not in {guest.reads}"


def _text_faults(texts: dict[str, str], guest: Guest) -> Iterator[str]:
    for kind, words in texts.items():
        named = set(_ANY_NAME.findall(words))
        if named != {guest.name}:
            yield f"its {kind} names {', '.join(sorted(named)) or 'nobody'}"
        if set(_ANY_ADDRESS.findall(_FOLDED.sub("", words))) - {guest.address}:
            yield f"its {kind} shows somebody else's address"
    if f'<html lang="{guest.reads}"' not in texts["text/html"]:
        yield "its HTML is marked as another language"


def _calendar_faults(text: str, guest: Guest) -> Iterator[str]:
    try:
        [entry] = Calendar.from_ical(text).events
    except ValueError as error:
        yield f"its calendar is malformed: {error}"
        return
    attendees = [entry["ATTENDEE"]] if not isinstance(entry["ATTENDEE"], list) else entry["ATTENDEE"]
    if [(one.params["CN"], str(one)) for one in attendees] != [(guest.name, f"mailto:{guest.address}")]:
        yield f"its calendar invites {', '.join(map(str, attendees))}"
    if entry["SUMMARY"].params["LANGUAGE"] not in (guest.reads, "en"):  # the title is the coordinator's, in English
        yield "its calendar is in another language"


def _miscounted(session: Session, copies: Counter[int]) -> Iterator[str]:
    """Notices that were sent and did not arrive, or arrived more than once, or arrived without being marked."""
    sent = {row_id(notice) for notice in session.exec(select(Notice).where(Notice.state == NoticeState.SENT))}
    for notice_id in sorted(sent | copies.keys()):
        if notice_id not in sent:
            yield f"notice {key_of(session, notice_id)}: arrived, and is not marked as sent"
        elif copies[notice_id] != 1:
            yield f"notice {key_of(session, notice_id)}: arrived {copies[notice_id]} times"
