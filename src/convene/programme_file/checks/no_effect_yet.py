"""Keys that are read, stored and written back, and that nothing acts on yet: `check` says so.

A key that begins to work leaves this table in the same change.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from convene.errors import Problem
from convene.programme_file.checks.dossier import Dossier

NO_EFFECT_YET: Mapping[str, str] = {
    "programme.coordinators": "coordinators get no daily summary yet",
    "programme.fiscal_year_starts": "the fiscal year is not printed yet",
    "programme.description": "what is said of the programme is shown nowhere yet",
    "organisations.*.side": "sides are not counted yet",
    "organisations.*.title": "the organisation is not named in mails yet",
    "events.*.capacity": "places are not counted yet",
    "events.*.target": "nothing is compared with the target yet",
    "events.*.spoken": "the languages of the room are not shown yet",
}
"""Path (`*`: the name of any event) -> what does not happen yet. Stars match one name."""


def no_effect_notes(dossier: Dossier) -> Iterator[Problem]:
    """One note for each key without effect that the file uses, at its first place."""
    for pattern, sentence in NO_EFFECT_YET.items():
        used = sorted(path for path in dossier.places if _matches(path, pattern))
        if used:
            first = min(used, key=lambda path: dossier.places[path])
            count = f" ({len(used)} times)" if len(used) > 1 else ""
            yield from dossier.at(first, f"{sentence}{count}", "kept as written", level="note")


def _matches(path: str, pattern: str) -> bool:
    return path.count(".") == pattern.count(".") and not path.endswith("]") and fnmatchcase(path, pattern)
