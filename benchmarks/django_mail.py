"""Django: mails a second with its own mail module: a template rendered per recipient, one connection.

Run by `benchmarks/mail_peers.py` in an environment of its own:
python benchmarks/django_mail.py TEMPLATES.json MAILS PORT
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template import engines
from django.utils import timezone, translation
from django.utils.formats import date_format

BATCH = 500
STARTS_AT = datetime(2027, 4, 20, 13, tzinfo=UTC)
SENDER = "The office <office@organiser.example>"


class Sample:
    """One of convene's mails as templates, in one language."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.language, self.zone, self.words = written["language"], ZoneInfo(written["zone"]), written["words"]
        self.subject = written["subject"]
        text, calendar = (
            f"{{% autoescape off %}}{written[part]}{{% endautoescape %}}" for part in ("text", "calendar")
        )
        self.text, self.html, self.calendar = map(engines["django"].from_string, (text, written["html"], calendar))


def message(number: int, sample: Sample) -> EmailMultiAlternatives:
    """The mail to one reader, rendered for them."""
    link, address = f"https://convene.example/u/{number}", f"participant-{number}@people.example"
    values = {"name": f"Participant {number}", "address": address, "link": link, "words": sample.words}
    with translation.override(sample.language):
        moment = timezone.localtime(STARTS_AT, sample.zone)
        values |= {"date": date_format(moment, "l, j F Y"), "time": date_format(moment, "H:i")}
        text, html, calendar = (part.render(values) for part in (sample.text, sample.html, sample.calendar))
    mail = EmailMultiAlternatives(sample.subject, text, SENDER, [address], headers={"List-Unsubscribe": f"<{link}>"})
    mail.attach_alternative(html, "text/html")
    mail.attach_alternative(calendar, "text/calendar")
    return mail


def main(templates_file: str, mails: int, port: int) -> None:
    engine: dict[str, Any] = {"BACKEND": "django.template.backends.django.DjangoTemplates"}
    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, USE_TZ=True, TEMPLATES=[engine])
    django.setup()
    samples = [Sample(written) for written in json.loads(Path(templates_file).read_text("utf-8"))]
    sizes = [len(message(number, sample).message().as_bytes()) for number, sample in enumerate(samples)]
    started, cpu = perf_counter(), process_time()
    with get_connection() as connection:
        for first in range(0, mails, BATCH):
            numbers = range(first, min(mails, first + BATCH))
            connection.send_messages([message(number, samples[number % len(samples)]) for number in numbers])
    seconds, cpu = perf_counter() - started, process_time() - cpu
    print(json.dumps({"rate": mails / seconds, "cpu_us": 1e6 * cpu / mails, "size": sum(sizes) / len(sizes)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
