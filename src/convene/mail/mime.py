"""The headers of a mail, each checked before it is written (RFC 5322, RFC 2047, RFC 8058)."""

import re
from base64 import b64encode
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Protocol

from convene.errors import ConveneError
from convene.mail.header_safety import clean_name, plain_address, single_line
from convene.rules.letter import Words

_CRLF = "\r\n"
_KEY = re.compile(r"[A-Za-z0-9_-]{16}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_THREAD = re.compile(r"[a-z0-9][a-z0-9.-]*")
_LINK = re.compile(r"https?://[!-~]+")
_LINE = 76
_LONGEST_LINE = 998
_WORD_BYTES = 45
"""So many bytes make 60 characters of base64: with `=?utf-8?b?` and `?=` within the 75 of an encoded word."""
# RFC 5322 lets a phrase hold these and spaces without quotes.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


class Addressee(Protocol):
    """What the personal headers are made of (`mail_text.Personal`)."""

    @property
    def key(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def unsubscribe(self) -> str: ...
    @property
    def one_click(self) -> bool: ...
    @property
    def date(self) -> datetime: ...


def message_id(key: str, sender: str) -> str:
    """`<key@domain>` of the envelope's sender: the same for ever, and without an address in it."""
    return f"<{key}@{sender.rpartition('@')[2]}>"


def personal_headers(to: Addressee, sender: str) -> str:
    """The lines that differ from reader to reader, without the last line's end. Raises HeaderError for no line."""
    _checked(_KEY, to.key, "key")
    lines = (
        f"{_mailbox('To', to.name, to.address)}{_CRLF}"
        f"Date: {_date(to.date)}{_CRLF}"
        f"Message-ID: {message_id(to.key, sender)}"
    )
    if not to.unsubscribe:
        return lines
    # Never folded and never encoded: Gmail does not see a link in an encoded word.
    link = _checked(_LINK, to.unsubscribe, "unsubscribe link")
    if len(link) > _LONGEST_LINE - len("List-Unsubscribe: <>"):
        raise ConveneError("The unsubscribe link is too long for a header.", "choose a shorter CONVENE_BASE_URL")
    lines += f"{_CRLF}List-Unsubscribe: <{link}>"
    return lines + f"{_CRLF}List-Unsubscribe-Post: List-Unsubscribe=One-Click" if to.one_click else lines


def shared_headers(
    words: Words, sender_address: str, sender_name: str, reply_to: str, thread: str | None, boundary: str
) -> str:
    """The lines that all readers of the same words share. Raises HeaderError for a field that is no line."""
    domain = _checked(_DOMAIN, sender_address.rpartition("@")[2], "domain of the Message-ID")
    subject = single_line(words.subject, "subject")
    references = f"References: <{_checked(_THREAD, thread, 'thread')}@{domain}>{_CRLF}" if thread else ""
    return (
        f"{_mailbox('From', sender_name, sender_address)}{_CRLF}"
        f"Reply-To: {plain_address(reply_to, 'reply address')}{_CRLF}"
        f"Subject: {_unstructured(subject, 'Subject')}{_CRLF}"
        f"{references}"
        f"MIME-Version: 1.0{_CRLF}"
        f"Content-Language: {single_line(words.language, 'language')}{_CRLF}"
        f"Auto-Submitted: auto-generated{_CRLF}"
        f"X-Auto-Response-Suppress: OOF, AutoReply{_CRLF}"
        f'Content-Type: multipart/alternative; boundary="{boundary}"{_CRLF}'
    )


def encoded_words(text: str, used: int) -> str:
    """`text` as encoded words (RFC 2047) on lines of at most 76 characters, of which the first has `used` already."""
    words: list[str] = []
    word, room = b"", min(_WORD_BYTES, (_LINE - used - len("=?utf-8?b??=")) // 4 * 3)
    for character in text:
        encoded = character.encode()
        if len(word) + len(encoded) > room:
            words.append(_word(word))
            word, room = b"", _WORD_BYTES
        word += encoded
    return f"{_CRLF} ".join([*words, _word(word)])


def _word(text: bytes) -> str:
    return f"=?utf-8?b?{b64encode(text).decode('ascii')}?="


@lru_cache(maxsize=16)
def _date(moment: datetime) -> str:
    """In UTC, as RFC 5322 3.3 wants it: the same text for all mails of one second."""
    return format_datetime(moment)


def _mailbox(header: str, name: str, address: str) -> str:
    """One address with its display name; the address on a line of its own where the name is long or not ASCII."""
    bare = plain_address(address, f"{header} address")
    shown = clean_name(name, f"{header} name")
    if not shown:
        return f"{header}: {bare}"
    if shown.isascii() and "=?" not in shown:
        phrase = shown if _ATOMS.fullmatch(shown) else f'"{shown}"'
        gap = " " if len(header) + len(phrase) + len(bare) < _LINE - 5 else f"{_CRLF} "
        return f"{header}: {phrase}{gap}<{bare}>"
    return f"{header}: {encoded_words(shown, len(header) + 2)}{_CRLF} <{bare}>"


def _unstructured(text: str, header: str) -> str:
    """As it is where that is safe and short; else encoded words. What looks like an encoded word is always encoded."""
    if text.isascii() and "=?" not in text and len(header) + 2 + len(text) <= _LINE:
        return text
    return encoded_words(text, len(header) + 2)


def _checked(form: re.Pattern[str], text: str, what: str) -> str:
    if not form.fullmatch(text):
        raise ConveneError(f'The {what} of a mail is malformed: "{text}".', "this is a fault of convene: report it")
    return text
