"""Jinja: microseconds of processor time a mail, text, HTML and calendar rendered for each reader, built by `email`.

Run by `benchmarks/compose.py`: python benchmarks/jinja_compose.py TEMPLATES.json MAILS
"""

import json
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from jinja2 import Environment

SENDER = "The office <office@organiser.example>"
STARTS_AT = datetime(2027, 4, 20, 13, tzinfo=UTC)
BATCH = 20


class Sample:
    """One of convene's mails as templates, in one language."""

    def __init__(self, written: dict[str, Any], environment: Environment) -> None:
        self.language, self.zone, self.words = written["language"], ZoneInfo(written["zone"]), written["words"]
        self.subject = written["subject"]
        text, calendar = (
            f"{{% autoescape false %}}{written[part]}{{% endautoescape %}}" for part in ("text", "calendar")
        )
        self.text, self.html, self.calendar = map(environment.from_string, (text, written["html"], calendar))


def mail_to(number: int, sample: Sample) -> bytes:
    """The mail to one reader, rendered for them."""
    link, address = f"https://convene.example/u/{number}", f"participant-{number}@people.example"
    moment = STARTS_AT.astimezone(sample.zone)
    values = {"name": f"Participant {number}", "address": address, "link": link, "words": sample.words}
    values["date"] = format_date(moment, "full", locale=sample.language)
    values["time"] = format_time(moment, "short", locale=sample.language)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, address, sample.subject
    mail["List-Unsubscribe"] = f"<{link}>"
    mail.set_content(sample.text.render(values))
    mail.add_alternative(sample.html.render(values), subtype="html")
    mail.add_alternative(sample.calendar.render(values), subtype="calendar")
    return mail.as_bytes()


def main(templates_file: str, mails: int) -> None:
    environment = Environment(autoescape=True)
    spent = {}
    for written in json.loads(Path(templates_file).read_text("utf-8")):
        sample = Sample(written, environment)
        mail_to(0, sample)
        spent[sample.language] = median(_batch(first, sample) for first in range(0, mails, BATCH))
    print(json.dumps(spent))


def _batch(first: int, sample: Sample) -> float:
    """Microseconds a mail."""
    started = process_time_ns()
    for number in range(first, first + BATCH):
        mail_to(number, sample)
    return (process_time_ns() - started) / 1000 / BATCH


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
