"""What one language costs, in a process that has composed nothing yet: microseconds of processor time, as JSON.

Run by `benchmarks/compose.py`: python -m benchmarks.compose_steps LANGUAGE
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time_ns

from benchmarks.compose_letters import letter_in, mail_to, writer_of

from convene.language.catalogue import catalogue
from convene.language.style_file import language_style
from convene.mail.mail_text import Writer
from convene.rules.letter import Letter

COLD_TEXTS = 30
WARM_BATCHES = 30
BATCH = 100


def main(language: str) -> None:
    """`load`: the sentences and the style of the language are read. `first`: the first mail of the process, for which
    the templates are compiled. `cold`: the first mail of each further text. `warm`: each further mail of one text.
    """
    load = _spent(lambda: (catalogue(language), language_style(language)))
    letter = letter_in(language)
    first = _spent(lambda: mail_to(1, letter, writer_of(letter)))
    cold = median(_spent(lambda: mail_to(1, letter, writer_of(letter))) for _ in range(COLD_TEXTS))
    writer = writer_of(letter)
    mail_to(1, letter, writer)
    warm = median(_spent(partial(_batch, BATCH * place, letter, writer)) for place in range(WARM_BATCHES))
    size = len(mail_to(1, letter, writer))
    print(json.dumps({"load": load, "first": first, "cold": cold, "warm": warm / BATCH, "size": size}))


def _batch(first: int, letter: Letter, writer: Writer) -> None:
    for number in range(first, first + BATCH):
        mail_to(number, letter, writer)


def _spent(work: Callable[[], object]) -> float:
    """Microseconds."""
    started = process_time_ns()
    work()
    return (process_time_ns() - started) / 1000


if __name__ == "__main__":
    main(sys.argv[1])
