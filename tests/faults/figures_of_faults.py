"""The figures of a run as a table in Markdown, for docs/reliability.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.faults.scene import Figures

_HEAD = ("fault", "database", "mails", "lost", "repeats", "differing", "uncertain", "seconds", "more", "held")


def as_markdown(figures: Sequence[Figures], run: Mapping[str, Any]) -> str:
    """The table, under one line on how it was made."""
    made = f"Seed {run['seed']}, long waits scaled by {run['scale']:g}, Python {run['python']}."
    rows = [_HEAD, ("---",) * len(_HEAD), *map(_row, figures)]
    return made + "\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(each: Figures) -> tuple[str, ...]:
    more = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in each.more.items())
    counts = (each.mails, each.lost, each.repeats, each.differing, each.uncertain)
    held = "yes" if not each.broken else f"no ({len(each.broken)})"
    return (each.name, each.database, *map(str, counts), f"{each.seconds:.1f}", more, held)
