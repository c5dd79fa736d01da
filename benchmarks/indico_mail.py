"""Indico: mails a second by the function that its task calls for every mail, a connection each, without a database.

Run by `benchmarks/mail_peers.py` where build/benchmarks-indico holds Indico 3.3 (which needs Python 3.12):
python benchmarks/indico_mail.py TEMPLATES.json MAILS PORT
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import flask
from babel.dates import format_date, format_time
from indico.core import emails
from jinja2 import Environment

SENDER = "The office <office@organiser.example>"
STARTS_AT = datetime(2027, 4, 20, 13, tzinfo=UTC)
BACKEND = "indico.vendor.django_mail.backends.smtp.EmailBackend"


class Sample:
    """One of convene's mails as templates, in one language."""

    def __init__(self, written: dict[str, Any], environment: Environment) -> None:
        self.language, self.zone, self.words = written["language"], ZoneInfo(written["zone"]), written["words"]
        self.subject = written["subject"]
        text, calendar = (
            f"{{% autoescape false %}}{written[part]}{{% endautoescape %}}" for part in ("text", "calendar")
        )
        self.text, self.html, self.calendar = map(environment.from_string, (text, written["html"], calendar))


def mail_to(number: int, sample: Sample) -> dict[str, Any]:
    """The mail to one reader, rendered for them, in the form that Indico's `make_email` gives it."""
    link, address = f"https://convene.example/u/{number}", f"participant-{number}@people.example"
    moment = STARTS_AT.astimezone(sample.zone)
    values = {"name": f"Participant {number}", "address": address, "link": link, "words": sample.words}
    values["date"] = format_date(moment, "full", locale=sample.language)
    values["time"] = format_time(moment, "short", locale=sample.language)
    text, html, calendar = (part.render(values) for part in (sample.text, sample.html, sample.calendar))
    return {
        "subject": sample.subject,
        "body": text,
        "alternatives": [(html, "text/html"), (calendar, "text/calendar")],
        "attachments": [],
        "from": SENDER,
        "to": {address},
        "cc": set(),
        "bcc": set(),
        "reply_to": set(),
        "html": False,
    }


def main(templates_file: str, mails: int, port: int) -> None:
    emails.config = SimpleNamespace(BASE_URL="https://convene.example", DEBUG=False)
    app = flask.Flask("benchmark")
    app.config.update(EMAIL_BACKEND=BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=10)
    app.config.update(EMAIL_HOST_USER=None, EMAIL_HOST_PASSWORD=None, EMAIL_USE_TLS=False, EMAIL_USE_SSL=False)
    with app.app_context():
        words = json.loads(Path(templates_file).read_text("utf-8"))
        samples = [Sample(written, app.jinja_env) for written in words]
        started, cpu = perf_counter(), process_time()
        for number in range(mails):
            emails.do_send_email(mail_to(number, samples[number % len(samples)]), _from_task=True)
        seconds, cpu = perf_counter() - started, process_time() - cpu
    print(json.dumps({"rate": mails / seconds, "cpu_us": 1e6 * cpu / mails}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
