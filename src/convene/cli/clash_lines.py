"""Clashes in the database, as lines for the person who applies a file. They are words: stderr."""

from collections.abc import Sequence

from convene.cli.error_report import print_rows
from convene.cli.tables import say
from convene.programme_file.checks.finding_words import short_date
from convene.rules.clashes import Clash, what_is_shared

_MOST = 20
"""Lines; of more clashes only the number is told."""


def print_clashes(clashes: Sequence[Clash]) -> None:
    """One line for each two events that share people or a venue at one time."""
    told = [
        (f"{short_date(clash.on, 0)}, {clash.first} and {clash.second}", what_is_shared(clash))
        for clash in clashes[:_MOST]
    ]
    width = max((len(about) for about, _ in told), default=0)
    print_rows([("clash", *row) for row in told], [f"  clash  {about.ljust(width)}  {what}" for about, what in told])
    if len(clashes) > _MOST:
        say(f"  clash  and {len(clashes) - _MOST} more pairs of events")
