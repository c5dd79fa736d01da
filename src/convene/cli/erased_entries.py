"""What the coordinator is told of people whom a file has, and who were erased."""

from collections.abc import Sequence

from convene.errors import Problem
from convene.programme_file.document import PersonEntry


def erased_entries(entries: Sequence[PersonEntry], file: str) -> list[Problem]:
    """One warning for each, at its line of the people file, or under `invite` of `file`."""
    remedy = "delete it; who agreed to come back: convene person add ADDRESS --allow-erased"
    return [
        Problem(
            entry.file or file,
            entry.line,
            0,
            "email" if entry.line else "invite",
            "This address was erased, and is left out.",
            remedy,
            level="warning",
        )
        for entry in entries
    ]
