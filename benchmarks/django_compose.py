"""Django: microseconds of processor time a mail, its templates rendered for each reader, built by its mail module.

Run by `benchmarks/compose.py` in an environment of its own: python benchmarks/django_compose.py TEMPLATES.json MAILS
"""

import json
import sys
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any

import django
from django.conf import settings
from django_mail import Sample, message  # beside this file, which is run as a script

BATCH = 20


def main(templates_file: str, mails: int) -> None:
    engine: dict[str, Any] = {"BACKEND": "django.template.backends.django.DjangoTemplates"}
    settings.configure(USE_TZ=True, TEMPLATES=[engine])
    django.setup()
    spent = {}
    for written in json.loads(Path(templates_file).read_text("utf-8")):
        sample = Sample(written)
        message(0, sample).message().as_bytes()
        spent[sample.language] = median(_batch(first, sample) for first in range(0, mails, BATCH))
    print(json.dumps(spent))


def _batch(first: int, sample: Sample) -> float:
    """Microseconds a mail."""
    started = process_time_ns()
    for number in range(first, first + BATCH):
        message(number, sample).message().as_bytes()
    return (process_time_ns() - started) / 1000 / BATCH


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
