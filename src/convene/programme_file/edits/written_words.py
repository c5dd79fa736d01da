"""An event as a command line writes it, turned into the tree that its file would write.

`--day "Mon 2020-01-20 09:00-11:30, mode: live"` is what stands first, then keys as in the file; whatever is written in
braces is the file's own form. An empty value leaves its key out, `none` is the file's `[]`. Nothing is judged here:
that is the reader's business, in its own words.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from convene.errors import NotFoundError
from convene.programme_file.edits.document_tree import Tree
from convene.programme_file.edits.edit_document import EventTree
from convene.programme_file.reading.fields import nearest
from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.programme_file.reading.language_names import text_language
from convene.programme_file.reading.yaml_nodes import Items, Node, Scalar, Table, parse_yaml

NONE = "none"

_TEXTS = ("title", "short_title", "description", "reason")
_LISTS = ("reminders", "follow_ups", "invitations", "spoken", "alarms")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)=(.*)", re.DOTALL)
_KEYS = re.compile(r",\s*(?=[a-z_]+:(?:\s|$))")
_HOUR = r"\d{1,2}:\d{2}"
_DAY = re.compile(rf"(?P<on>.+?)(?:\s+(?P<from>{_HOUR})(?:\s*[-–]\s*(?P<to>{_HOUR}))?)?(?:\s+until\s+(?P<until>.+))?")
_DUE = re.compile(rf"(?P<on>.+?)(?:\s+(?P<at>{_HOUR}))?")
_ORGANISER = re.compile(r"(?P<name>.*?)\s*<(?P<email>[^<>]*)>")


def with_words(tree: EventTree, words: Mapping[str, Sequence[str]], language: str) -> EventTree:
    """The event with what `words` say under the keys of the file; keys without words stay as they are.

    `language` is that of texts written without one. Raises WrittenValueError for braces that never close and the like.
    """
    changed = dict(tree)
    for key, written in words.items():
        value = _value(key, changed.get(key), written, language)
        if value is None:
            changed.pop(key, None)
        else:
            changed[key] = value
    return changed


def without(tree: EventTree, key: str, names: Sequence[str]) -> EventTree:
    """The event without the days (`id`) or invitations (`who`) of those names. Raises NotFoundError."""
    items = _items(tree.get(key))
    known = [_name(item) for item in items]
    for name in names:
        if name not in known:
            thing = "day" if key == "days" else "invitation of"
            raise NotFoundError(
                f"There is no {thing} {quoted(name)}.", nearest(name, known) if known else "there is none"
            )
    return tree if not names else {**tree, key: [item for item in items if _name(item) not in names]}


def _value(key: str, current: Tree | None, written: Sequence[str], language: str) -> Tree | None:
    """What stands under `key` afterwards; None: nothing."""
    if key in _TEXTS:
        return _text(current, written, language)
    if not any(text.strip() for text in written):
        return None
    if key in ("days", "invite"):
        return [] if list(written) == [NONE] else _joined(_items(current), [_WRITTEN[key](text) for text in written])
    if key in _LISTS:
        return _list(key, written)
    if key == "materials":
        return [_material(text) for text in written]
    return _WRITTEN[key](written[-1]) if key in _WRITTEN else written[-1]


def _text(current: Tree | None, written: Sequence[str], language: str) -> Tree | None:
    """The text by language: those named change, an empty one goes, and the others stay."""
    texts: dict[str, Tree] = dict(current) if isinstance(current, dict) else {}
    for words in written:
        named = _LANGUAGE.fullmatch(words)
        if not named and not words.strip():
            texts.clear()
            continue
        code, text = (text_language(named[1]), named[2]) if named else (language, words)
        if text.strip():
            texts[code] = text
        else:
            texts.pop(code, None)
    return texts or None


def _list(key: str, written: Sequence[str]) -> Tree:
    if list(written) == [NONE]:
        return []
    if key == "invitations" and len(written) == 1 and " ".join(written[0].lower().split()) in ("at once", "by hand"):
        return written[0]
    return list(written)


def _joined(items: list[Tree], new: list[Tree]) -> list[Tree]:
    """The items, with each new one in the place of the one of its name, or behind them."""
    joined = list(items)
    for item in new:
        name = _name(item)
        places = [place for place, other in enumerate(items) if name and _name(other) == name]
        if places:
            joined[places[0]] = item
        else:
            joined.append(item)
    return joined


def _items(tree: Tree | None) -> list[Tree]:
    return list(tree) if isinstance(tree, list) else []


def _name(item: Tree) -> str:
    """What an item is known by: the id of a day, the group or address of an invitation."""
    name = item.get("id") or item.get("who") if isinstance(item, dict) else item
    return name if isinstance(name, str) else ""


def _day(text: str) -> Tree:
    return _with_keys(text, lambda head: _matched(_DAY, head, "on"))


def _due(text: str) -> Tree:
    return _with_keys(text, lambda head: _matched(_DUE, head, "on"))


def _organiser(text: str) -> Tree:
    return _with_keys(text, lambda head: _matched(_ORGANISER, head, "name"))


def _material(text: str) -> Tree:
    return _with_keys(text, lambda head: {"title": head})


def _invited(text: str) -> Tree:
    tree = _with_keys(text, lambda head: {"who": head})
    return tree["who"] if list(tree) == ["who"] else tree


_WRITTEN: Mapping[str, Callable[[str], Tree]] = {
    "days": _day,
    "due": _due,
    "organiser": _organiser,
    "invite": _invited,
}


def _with_keys(text: str, read_head: Callable[[str], EventTree]) -> EventTree:
    """`HEAD, key: value, key: value`, or the file's own `{key: value, ...}`."""
    if text.lstrip().startswith("{"):
        return _braces(text)
    head, *rest = _KEYS.split(text.strip(), maxsplit=1)
    first, keys = read_head(head), _braces(f"{{{rest[0]}}}") if rest else {}
    twice = sorted(first.keys() & keys.keys())
    if twice:
        raise WrittenValueError(f"{quoted(text)} says {twice[0]} twice.", "keep one of them")
    return {**first, **keys}


def _matched(pattern: re.Pattern[str], head: str, else_key: str) -> EventTree:
    match = pattern.fullmatch(head)
    return {key: value for key, value in match.groupdict().items() if value is not None} if match else {else_key: head}


def _braces(text: str) -> EventTree:
    parsed = parse_yaml(text)
    if parsed.faults:
        raise WrittenValueError(f"{quoted(text)}: {parsed.faults[0].what}", parsed.faults[0].remedy)
    tree = _tree(parsed.root) if parsed.root else {}
    return tree if isinstance(tree, dict) else {}


def _tree(node: Node) -> Tree:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [_tree(item) for item in node.nodes]
    assert isinstance(node, Table)
    return {entry.key.text: _tree(entry.value) for entry in node.entries}
