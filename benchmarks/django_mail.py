"""Django: mails a second with its own mail module: a template rendered per recipient, one connection.

Run by `benchmarks/mail_peers.py` in an environment of its own:
python benchmarks/django_mail.py TEMPLATES.json MAILS PORT
"""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template import Template, engines

BATCH = 500
SENDER = "The office <office@organiser.example>"


def read_templates(path: Path) -> list[dict[str, Template]]:
    engine = engines["django"]
    return [
        {part: engine.from_string(words) for part, words in sample.items()}
        for sample in json.loads(path.read_text("utf-8"))
    ]


def message(number: int, templates: dict[str, Template]) -> EmailMultiAlternatives:
    """The mail to one reader, rendered for them."""
    link, address = f"https://convene.example/u/{number}", f"participant-{number}@people.example"
    values = {"name": f"Participant {number}", "address": address, "link": link}
    written = {part: template.render(values) for part, template in templates.items()}
    mail = EmailMultiAlternatives(
        written["subject"], written["text"], SENDER, [address], headers={"List-Unsubscribe": f"<{link}>"}
    )
    mail.attach_alternative(written["html"], "text/html")
    mail.attach_alternative(written["calendar"], "text/calendar")
    return mail


def main(templates_file: str, mails: int, port: int) -> None:
    engine: dict[str, Any] = {"BACKEND": "django.template.backends.django.DjangoTemplates"}
    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, USE_TZ=True, TEMPLATES=[engine])
    django.setup()
    samples = read_templates(Path(templates_file))
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
