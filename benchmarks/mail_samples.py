"""What the peers send: convene's own mails, one for each language and country, as ready bytes and as templates.

The templates are as a project on such a framework has them: the frame stands in them, the sentences come as values, as
from a catalogue; for every reader date and hour are written in their language and zone, and name and link filled in.
"""

import json
import re
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Protocol

from benchmarks.mail_programme import Guest
from benchmarks.relay_sink import Received

LINK = re.compile(r"https://convene\.example/\w+/[a-z0-9]+\.[a-z2-7]+")
_FOLDED = re.compile(r"\r?\n[ \t]")
_ROW = re.compile(r"<td [^>]*>[^<]+</td>\n<td [^>]*>([^<]+)</td>")
_SEPARATOR = " · "
_LINE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"(?<=[a-z0-9\"]>)[^<>\n]+(?=</)")


@dataclass(frozen=True)
class Sample:
    """One mail as templates, in the way of Django and of Jinja: `{{ words.3 }}` are its own sentences; of the reader
    are `{{ name }}`, `{{ address }}`, `{{ link }}`, and `{{ date }}` and `{{ time }}` in their `language` and `zone`.
    """

    language: str
    zone: str
    subject: str
    text: str
    html: str
    calendar: str
    words: list[str]


class Addressee(Protocol):
    """Who a mail is for."""

    @property
    def reads(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...


def sample_of(mail: bytes, guest: Addressee) -> Sample:
    """The mail to one guest."""
    message = message_from_bytes(mail, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    kinds = ("text/plain", "text/html", "text/calendar")
    plain, html, calendar = (_template(parts[kind].replace("\r\n", "\n"), guest) for kind in kinds)
    for slot, shown in zip(("{{ date }}", "{{ time }}"), _ROW.findall(html), strict=False):
        spoken = unescape(shown).replace(f"\N{NO-BREAK SPACE}{_SEPARATOR.lstrip()}", _SEPARATOR)  # as plain text has it
        html, plain = html.replace(shown, slot), plain.replace(spoken, slot)
    words: list[str] = []
    return Sample(
        language=guest.reads,
        zone=guest.zone,
        subject=str(message["Subject"]),
        text=_LINE.sub(lambda found: _as_value(found[0], words), plain),
        html=_SENTENCE.sub(lambda found: _as_value(found[0], words), html),
        calendar=calendar,
        words=words,
    )


def write_samples(folder: Path, mails: list[tuple[Received, Guest]], size: float) -> tuple[Path, Path, Path]:
    """Write templates, ready mails, and for smtp-source the one nearest to `size`; their paths in this order."""
    templates, ready, middle = folder / "templates.json", folder / "ready.json", folder / "middle.eml"
    templates.write_text(json.dumps([asdict(sample_of(mail.body, guest)) for mail, guest in mails]), "utf-8")
    ready.write_text(json.dumps([mail.body.decode("ascii") for mail, _ in mails]), "ascii")
    nearest = min((mail.body for mail, _ in mails), key=lambda body: abs(len(body) - size))
    middle.write_bytes(nearest.replace(b"\r\n", b"\n"))  # smtp-source ends each line with CRLF
    return templates, ready, middle


def _as_value(sentence: str, words: list[str]) -> str:
    """What stands in a template for a sentence; one with a slot in it, and a style, stays as it is."""
    if "{" in sentence:
        return sentence
    words.append(unescape(sentence))
    return f"{{{{ words.{len(words) - 1} }}}}"


def _template(text: str, guest: Addressee) -> str:
    text = LINK.sub("{{ link }}", _FOLDED.sub("", text) if text.startswith("BEGIN") else text)
    return re.sub(rf"{re.escape(guest.name)}(?!\d)", "{{ name }}", text.replace(guest.address, "{{ address }}"))
