"""What the peers send: convene's own mails, one for each language and country, as ready bytes and as templates.

The peers get the same words. Only the name, the address and the link of a reader are left to fill in, which is kinder
to them than templates that also write dates, rows and labels.
"""

import json
import re
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from benchmarks.relay_sink import Received

LINK = re.compile(r"https://convene\.example/\w+/[a-z0-9]+\.[a-z2-7]+")
_FOLDED = re.compile(r"\r?\n[ \t]")


@dataclass(frozen=True)
class Sample:
    """One mail as templates: `{{ name }}`, `{{ address }}` and `{{ link }}` in the way of Django and of Jinja."""

    subject: str
    text: str
    html: str
    calendar: str


def sample_of(mail: Received, name: str) -> Sample:
    """The mail to the person called `name`."""
    message = message_from_bytes(mail.body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    calendar = _FOLDED.sub("", parts["text/calendar"])
    texts = (parts["text/plain"], parts["text/html"], calendar)
    return Sample(str(message["Subject"]), *(_template(text, mail.recipient, name) for text in texts))


def write_samples(folder: Path, mails: list[tuple[Received, str]], size: float) -> tuple[Path, Path, Path]:
    """Write templates, ready mails, and for smtp-source the one nearest to `size`; their paths in this order."""
    templates, ready, middle = folder / "templates.json", folder / "ready.json", folder / "middle.eml"
    templates.write_text(json.dumps([asdict(sample_of(mail, name)) for mail, name in mails]), "utf-8")
    ready.write_text(json.dumps([mail.body.decode("ascii") for mail, _ in mails]), "ascii")
    nearest = min((mail.body for mail, _ in mails), key=lambda body: abs(len(body) - size))
    middle.write_bytes(nearest.replace(b"\r\n", b"\n"))  # smtp-source ends each line with CRLF
    return templates, ready, middle


def _template(text: str, address: str, name: str) -> str:
    text = LINK.sub("{{ link }}", text.replace(address, "{{ address }}"))
    return re.sub(rf"{re.escape(name)}(?!\d)", "{{ name }}", text)
