"""Every mail that arrived, held against the people file and the database: what is wrong with any of them.

Nothing is taken from the mail that is looked at: who reads what comes from `mail_programme.py`, the bytes that should
have left from the database, as `convene notice show KEY --eml` prints them.
"""

import re
from collections.abc import Iterable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from benchmarks.mail_programme import ORGANISER, Guest
from benchmarks.mail_samples import LINK
from benchmarks.relay_sink import Received
from icalendar import Calendar
from sqlmodel import Session, select

from convene.mail.header_safety import ALLOWED_HEADERS
from convene.model.notice import Notice
from convene.model.person import Person
from convene.rules.notice_states import NoticeState
from convene.store.database import Database
from convene.store.notice_keys import id_of, key_of
from convene.usecases.list_notices import sent_bytes

_STRICT = BytesParser(policy=policy.SMTP.clone(raise_on_defect=True))
_KEY = re.compile(r"<([a-z0-9]{16})@[a-z.]+>")
_ANY_NAME = re.compile(r"Participant \d+")
_ANY_ADDRESS = re.compile(r"participant-\d+@people\.example")
_PARTS = ["text/plain", "text/html", "text/calendar"]


def find_faults(received: Iterable[Received], database: Database, guests: Iterable[Guest]) -> list[str]:
    """One sentence for each fault; empty where every notice that was sent arrived once, as it should be."""
    by_address = {guest.address: guest for guest in guests}
    faults: list[str] = []
    copies: dict[int, int] = {}
    links: dict[str, str] = {}
    with database.reading() as session:
        for mail in received:
            guest = by_address.get(mail.recipient)
            if guest is None:
                faults.append(f"{mail.recipient}: nobody invited has this address")
                continue
            notice = _notice_of(session, mail)
            found = ["no notice has its Message-ID"] if notice is None else [*_faults_of(session, mail, notice, guest)]
            if notice is not None:
                copies[notice.id or 0] = copies.get(notice.id or 0, 0) + 1
            for link in set(LINK.findall(_all_text(mail))):
                owner = links.setdefault(link, mail.recipient)
                found += [f"it holds the link of {owner}"] if owner != mail.recipient else []
            faults += [f"{mail.recipient}: {fault}" for fault in found]
        faults += _miscounted(session, copies)
    return faults


def _notice_of(session: Session, mail: Received) -> Notice | None:
    key = _KEY.fullmatch(str(_STRICT.parsebytes(mail.body, headersonly=True)["Message-ID"]))
    notice_id = id_of(session, key[1]) if key else None
    return session.get(Notice, notice_id) if notice_id else None


def _faults_of(session: Session, mail: Received, notice: Notice, guest: Guest) -> Iterator[str]:
    if mail.body != sent_bytes(session, notice):
        yield "the bytes are not those that the database says were sent"
    if session.get_one(Person, notice.person_id).address != mail.recipient:
        yield "the notice is somebody else's"
    try:
        message = _STRICT.parsebytes(mail.body)
    except Exception as error:  # the parser's defects have no common class of their own
        yield f"it is malformed ({type(error).__name__})"
        return
    assert isinstance(message, EmailMessage)
    yield from _header_faults(mail, message, guest)
    yield from _body_faults(message, guest)


def _header_faults(mail: Received, message: EmailMessage, guest: Guest) -> Iterator[str]:
    if tuple(message.keys()) != ALLOWED_HEADERS:
        yield f"it has other headers than it may: {', '.join(message.keys())}"
    if any(header.defects for header in message.values()):
        yield "a header is malformed"
    if mail.sender != ORGANISER:
        yield f"its envelope sender is {mail.sender}"
    to = message["To"].addresses
    if [(one.display_name, one.addr_spec) for one in to] != [(guest.name, guest.address)]:
        yield f"it is addressed to {message['To']}"
    if message["Content-Language"] != guest.reads:
        yield f"it is in {message['Content-Language']}, not in {guest.reads}"


def _body_faults(message: EmailMessage, guest: Guest) -> Iterator[str]:
    parts = [part for part in message.walk() if not part.is_multipart()]
    if [part.get_content_type() for part in parts] != _PARTS:
        yield "it has other parts than text, HTML and calendar"
        return
    for part in parts:
        words = part.get_content()
        if set(_ANY_NAME.findall(words)) != {guest.name}:
            yield f"its {part.get_content_type()} names {', '.join(sorted(set(_ANY_NAME.findall(words)))) or 'nobody'}"
        if set(_ANY_ADDRESS.findall(_unfolded(words))) - {guest.address}:
            yield f"its {part.get_content_type()} shows somebody else's address"
    if f'<html lang="{guest.reads}"' not in parts[1].get_content():
        yield "its HTML is marked as another language"
    yield from _calendar_faults(parts[2].get_content(), guest)


def _calendar_faults(text: str, guest: Guest) -> Iterator[str]:
    [entry] = Calendar.from_ical(text).events
    attendees = [entry["ATTENDEE"]] if not isinstance(entry["ATTENDEE"], list) else entry["ATTENDEE"]
    if [(one.params["CN"], str(one)) for one in attendees] != [(guest.name, f"mailto:{guest.address}")]:
        yield f"its calendar invites {', '.join(map(str, attendees))}"
    if entry["SUMMARY"].params["LANGUAGE"] not in (guest.reads, "en"):  # the title is the coordinator's, in English
        yield "its calendar is in another language"


def _miscounted(session: Session, copies: dict[int, int]) -> Iterator[str]:
    """Notices that were sent and did not arrive, or arrived more than once, or arrived without being marked."""
    sent = set(session.exec(select(Notice.id).where(Notice.state == NoticeState.SENT)))
    for notice_id in sorted(sent | copies.keys(), key=lambda each: each or 0):
        count = copies.get(notice_id or 0, 0)
        if notice_id not in sent:
            yield f"notice {key_of(session, notice_id or 0)}: arrived, and is not marked as sent"
        elif count != 1:
            yield f"notice {key_of(session, notice_id or 0)}: arrived {count} times"


def _all_text(mail: Received) -> str:
    message = BytesParser(policy=policy.default).parsebytes(mail.body)
    return "\n".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")


def _unfolded(text: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", text)
