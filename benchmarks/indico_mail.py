"""Indico: mails a second by the function that its task calls for every mail, a connection each, without a database.

Run by `benchmarks/mail_peers.py` where build/benchmarks-indico holds Indico 3.3 (which needs Python 3.12):
python benchmarks/indico_mail.py TEMPLATES.json MAILS PORT
"""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any

import flask
from indico.core import emails
from jinja2 import Template

SENDER = "The office <office@organiser.example>"
BACKEND = "indico.vendor.django_mail.backends.smtp.EmailBackend"


def mail_to(number: int, templates: dict[str, Template]) -> dict[str, Any]:
    """The mail to one reader, rendered for them, in the form that Indico's `make_email` gives it."""
    link, address = f"https://convene.example/u/{number}", f"participant-{number}@people.example"
    written = {
        part: words.render(name=f"Participant {number}", address=address, link=link)
        for part, words in templates.items()
    }
    return {
        "subject": written["subject"],
        "body": written["text"],
        "alternatives": [(written["html"], "text/html"), (written["calendar"], "text/calendar")],
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
        samples = [{part: app.jinja_env.from_string(text) for part, text in sample.items()} for sample in words]
        started, cpu = perf_counter(), process_time()
        for number in range(mails):
            emails.do_send_email(mail_to(number, samples[number % len(samples)]), _from_task=True)
        seconds, cpu = perf_counter() - started, process_time() - cpu
    print(json.dumps({"rate": mails / seconds, "cpu_us": 1e6 * cpu / mails}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
