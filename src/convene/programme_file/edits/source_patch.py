"""Turns what a source text says into what is wanted, and leaves every other character alone.

Works on the spans of the nodes: a value that stays is never written anew, so comments, order, quotes, brackets and
indentation stay too. What cannot be patched in place is written anew as a whole entry.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from convene.programme_file.edits.document_tree import Texts, Tree
from convene.programme_file.edits.text_edits import Reach, TextEdits
from convene.programme_file.edits.write_document import Path, lines_of
from convene.programme_file.edits.yaml_text import flow_text, is_plain_text, key_text, scalar_text
from convene.programme_file.reading.yaml_nodes import BLOCK_STYLES, Items, Node, Scalar, Table, TableEntry


@dataclass(frozen=True)
class SourcePatch:
    """Gathers the edits. `language` is the programme's; `relabelled`: it was another one before, so texts without a
    language must be written anew.
    """

    edits: TextEdits
    language: str
    relabelled: bool = False

    def table(self, table: Table, current: dict[str, Tree], wanted: dict[str, Tree], path: Path) -> bool:
        """Patch a mapping entry by entry; False where only writing it anew would do."""
        written = {entry.key.text: entry for entry in table.entries}
        kept = [key for key in written if key in wanted or key not in current]
        if not kept or not current.keys() <= written.keys():
            return False
        for key in kept:
            if key in wanted:
                self._entry(table, written[key], current.get(key), wanted[key], path)
        for key in wanted:
            if key not in written:
                self._insert(table, kept, key, wanted, path)
        reaches = [_entry_reach(entry) for entry in table.entries]
        return self._remove(table, reaches, [number for number, key in enumerate(written) if key not in kept])

    def _entry(self, table: Table, entry: TableEntry, current: Tree | None, wanted: Tree, path: Path) -> None:
        if current == wanted and not self.relabelled:
            return
        node, new = entry.value, wanted
        if isinstance(wanted, Texts) and isinstance(node, Scalar) and is_plain_text(wanted, self.language):
            current, new = _only_text(current), wanted[self.language]
        if current is None or not self._patched(node, current, new, (*path, entry.key.text), table.flow):
            self._replace_entry(table, entry, wanted, path)

    def _patched(self, node: Node, current: Tree, wanted: Tree, path: Path, in_brackets: bool) -> bool:
        """Whether the value could be patched in place; nothing is edited where it could not."""
        before = len(self.edits)
        done = False
        if isinstance(node, Table) and isinstance(current, dict) and isinstance(wanted, dict):
            done = self.table(node, current, wanted, path)
        elif isinstance(node, Items) and isinstance(current, list) and isinstance(wanted, list):
            done = self._items(node, current, wanted, path)
        elif isinstance(node, Scalar) and isinstance(current, str) and isinstance(wanted, str):
            done = current == wanted or self._scalar(node, wanted, in_brackets)
        if not done:
            self.edits.drop_from(before)
        return done

    def _scalar(self, node: Scalar, wanted: str, in_brackets: bool) -> bool:
        if node.style in BLOCK_STYLES or "\n" in wanted or node.span.start == node.span.end:
            return False
        self.edits.replace(node.span.start, node.span.end, scalar_text(wanted, in_brackets, node.style))
        return True

    def _items(self, items: Items, current: list[Tree], wanted: list[Tree], path: Path) -> bool:
        """Patch a list: items that stay are matched by what they say, the others in their order."""
        if not wanted or not items.nodes or len(items.nodes) != len(current):
            return False
        reaches = [self._item_reach(items, node) for node in items.nodes]
        gone: list[int] = []
        for _, i, i_end, j, j_end in SequenceMatcher(None, _keys(current), _keys(wanted), autojunk=False).get_opcodes():
            pairs = min(i_end - i, j_end - j)
            for old, new in zip(range(i, i + pairs), wanted[j : j + pairs], strict=True):
                self._item(items.nodes[old], current[old], new, path)
            gone += range(i + pairs, i_end)
            for new in wanted[j + pairs : j_end]:
                self._add_item(items, reaches, i + pairs, new)
        return self._remove(items, reaches, gone)

    def _item(self, node: Node, current: Tree, wanted: Tree, path: Path) -> None:
        if current == wanted and not self.relabelled:
            return
        if not self._patched(node, current, wanted, path, in_brackets=True):
            self.edits.replace(node.span.start, node.span.end, flow_text(wanted, self.language))

    def _add_item(self, items: Items, reaches: Sequence[Reach], place: int, item: Tree) -> None:
        text = flow_text(item, self.language)
        if items.flow:
            self.edits.add_in_brackets(reaches, place, text)
        else:
            self.edits.add_lines(reaches, place, [f"{' ' * self.edits.column(reaches[0][0])}- {text}"])

    def _insert(self, table: Table, kept: Sequence[str], key: str, wanted: dict[str, Tree], path: Path) -> None:
        """Write a new entry behind the nearest one that comes before it in `wanted` and stays."""
        order = list(wanted)
        earlier = [name for name in order[: order.index(key)] if name in kept]
        staying = [entry for entry in table.entries if entry.key.text in kept]
        place = 1 + [entry.key.text for entry in staying].index(earlier[-1]) if earlier else 0
        reaches = [_entry_reach(entry) for entry in staying]
        if table.flow:
            self.edits.add_in_brackets(reaches, place, f"{key_text(key)}: {flow_text(wanted[key], self.language)}")
        else:
            indent = staying[0].key.span.column - 1
            self.edits.add_lines(reaches, place, lines_of(path, key, wanted[key], indent, self.language))

    def _remove(self, holder: Table | Items, reaches: Sequence[Reach], gone: Sequence[int]) -> bool:
        if holder.flow:
            self.edits.remove_from_brackets(reaches, gone)
            return True
        return self.edits.remove_lines(reaches, gone)

    def _replace_entry(self, table: Table, entry: TableEntry, wanted: Tree, path: Path) -> None:
        """Write a whole entry anew, on several lines only where nothing else stands behind it."""
        key, end = entry.key, entry.value.span.end
        lines = lines_of(path, key.text, wanted, key.span.column - 1, self.language)
        if table.flow or (len(lines) > 1 and self.edits.text[end : self.edits.line_end(end)].strip()):
            lines = [f"{key_text(key.text)}: {flow_text(wanted, self.language)}"]
        self.edits.replace(key.span.start, end, "\n".join(lines).lstrip())

    def _item_reach(self, items: Items, node: Node) -> Reach:
        """From the dash, where there is one, to the end of the item."""
        start = node.span.start if items.flow else self.edits.text.rfind("-", 0, node.span.start)
        return start, node.span.end


def _entry_reach(entry: TableEntry) -> Reach:
    return entry.key.span.start, entry.value.span.end


def _only_text(tree: Tree | None) -> Tree | None:
    """The text that a plain string of the source stands for."""
    return next(iter(tree.values())) if isinstance(tree, Texts) else None


def _keys(trees: Sequence[Tree]) -> list[str]:
    return [json.dumps(tree, sort_keys=True) for tree in trees]
