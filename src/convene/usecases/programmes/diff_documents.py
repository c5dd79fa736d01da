"""What differs between two programme documents, in lines a coordinator can read."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from convene.programme_file.document import ProgrammeDocument
from convene.rules.rule import Rule
from convene.rules.weekdays import written_date


def diff_documents(before: ProgrammeDocument | None, after: ProgrammeDocument) -> list[str]:
    """One line per difference: `+ key` (new), `- key` (gone), `~ key: old -> new`; equal documents give none."""
    if before is None:
        return [f"+ programme {after.programme.id}", *(f"+ events.{name}" for name in after.events)]
    return list(_differences("", before, after))


def _differences(path: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if _is_entry(old) and _is_entry(new):
        for field in fields(old):
            yield from _differences(_join(path, field.name), getattr(old, field.name), getattr(new, field.name))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _map_differences(path, old, new)
    elif _is_list_of_entries(old) and _is_list_of_entries(new):
        yield from _map_differences(path, _by_name(old), _by_name(new))
    else:
        yield f"~ {path}: {_shown(old)} -> {_shown(new)}"


def _map_differences(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        place = _join(path, name)
        if name not in new:
            yield f"- {place}"
        elif name not in old:
            yield f"+ {place}: {_shown(new[name])}"
        else:
            yield from _differences(place, old[name], new[name])


def _is_entry(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, Rule)


def _is_list_of_entries(value: Any) -> bool:
    return isinstance(value, tuple) and all(_is_entry(item) for item in value)


def _by_name(entries: tuple[Any, ...]) -> dict[str, Any]:
    """Entries of a list under what names them: the id of a day, the group of an invitation, else their place."""
    names = [getattr(entry, "id", None) or getattr(entry, "who", None) or str(n) for n, entry in enumerate(entries, 1)]
    return dict(zip(names, entries, strict=True))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> str:
    if isinstance(value, Rule):
        return value.text
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return written_date(value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    if _is_entry(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return _shown({key: item for key, item in parts.items() if item not in (None, (), "", {})})
    return "(none)" if value is None else str(value)
