"""What differs between two programme documents, in lines a coordinator can read: by the keys and words of the file."""

from collections.abc import Iterator, Mapping

from convene.programme_file.document import EventEntry, ProgrammeDocument
from convene.programme_file.edits.document_tree import Texts, Tree, document_tree

_BY_ID = ("organisations", "series", "venues", "events")
_LISTS_OF_ENTRIES = ("days", "invite", "materials")
_UNLESS_WRITTEN = {
    "status": "confirmed",
    "working_days": "observe",
    "hold": "10 minutes",
    "ask_above": "50",
    "calendar": "mail",
}
"""What holds where the file does not have the key."""


def diff_documents(before: ProgrammeDocument | None, after: ProgrammeDocument) -> list[str]:
    """One line per difference: `+ key` (new), `- key` (gone), `~ key: old -> new`, `~ old -> new` of an event's id;
    equal documents give none.
    """
    if before is None:
        return [f"+ programme {after.programme.id}", *(f"+ events.{name}" for name in after.events)]
    renamed = {event.was: name for name, event in after.events.items() if event.was and _is_new(event, before, after)}
    old = document_tree(before)
    events = _entries(old.get("events")).items()
    old["events"] = {renamed.get(name, name): _renamed(entry, renamed, name) for name, entry in events}
    lines = [f"~ events.{was} -> events.{name}" for was, name in renamed.items()]
    return [*lines, *_key_differences("", old, document_tree(after))]


def _is_new(event: EventEntry, before: ProgrammeDocument, after: ProgrammeDocument) -> bool:
    """Whether it has its id from this change, and had another one before."""
    return event.was in before.events and event.was not in after.events and event.id not in before.events


def _renamed(entry: Tree, renamed: Mapping[str, str], name: str) -> Tree:
    """The line of the new id says already what it was."""
    return {**entry, "was": name} if name in renamed and isinstance(entry, dict) else entry


def _differences(path: str, old: Tree | None, new: Tree | None) -> Iterator[str]:
    key = path.rpartition(".")[2]
    if old == new:
        return
    if path in _BY_ID:
        yield from _entry_differences(path, _entries(old), _entries(new))
    elif isinstance(old, Texts) and isinstance(new, Texts):
        yield from _entry_differences(path, old, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _key_differences(path, old, new)
    elif key in _LISTS_OF_ENTRIES and isinstance(old, list) and isinstance(new, list):
        yield from _entry_differences(path, _entries(old), _entries(new))
    else:
        yield f"~ {path}: {_shown(old, key)} -> {_shown(new, key)}"


def _key_differences(path: str, old: Mapping[str, Tree], new: Mapping[str, Tree]) -> Iterator[str]:
    for key in dict.fromkeys([*old, *new]):
        yield from _differences(f"{path}.{key}" if path else key, old.get(key), new.get(key))


def _entry_differences(path: str, old: Mapping[str, Tree], new: Mapping[str, Tree]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        place = f"{path}.{name}"
        if name not in new:
            yield f"- {place}"
        elif name not in old:
            yield f"+ {place}: {_shown(new[name])}"
        else:
            yield from _differences(place, old[name], new[name])


def _entries(tree: Tree | None) -> Mapping[str, Tree]:
    """Entries under what names them: the id of a day, the group of an invitation, else their place."""
    if isinstance(tree, dict):
        return tree
    items: list[Tree] = [{"who": item} if isinstance(item, str) else item for item in tree or ()]
    return {_name(item) or str(place): item for place, item in enumerate(items, 1)}


def _name(item: Tree) -> str:
    return str(item.get("id") or item.get("who") or "") if isinstance(item, dict) else ""


def _shown(tree: Tree | None, key: str = "") -> str:
    if tree is None:
        return _UNLESS_WRITTEN.get(key, "(none)")
    if isinstance(tree, list):
        return f"[{', '.join(_shown(item) for item in tree)}]"
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{name}: {_shown(item)}' for name, item in tree.items())}}}"
    return tree
