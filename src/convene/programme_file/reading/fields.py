"""One mapping of the file, taken key by key. Unknown keys are errors that name the nearest known one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TypeVar

from convene.programme_file.reading.findings import Findings, WrittenValueError, quoted
from convene.programme_file.reading.yaml_nodes import Items, Node, Scalar, Table, TableEntry

T = TypeVar("T")

_NOTHING = frozenset({"none", "no", "never", "nothing", "off"})
"""What people write who want none of something, where that is an empty list."""


def nearest(word: str, known: Sequence[str], else_say: str | None = None, likeness: float = 0.6) -> str:
    """The remedy for a word that is not among `known`: the nearest one (`likeness` 1: only the same), or all."""
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=likeness)
    if near:
        return f"did you mean {by_folded[near[0]]}?"
    return else_say if else_say is not None else f"write one of: {', '.join(known)}"


class Fields:
    """The entries of the mapping at `path`. A node that is no mapping is one problem, and then all is absent."""

    def __init__(self, node: Node, path: str, findings: Findings, known: Iterable[str]) -> None:
        names = tuple(known)
        self.path = path
        self.findings = findings
        self.span = node.span
        self.nodes: dict[str, Node] = {}
        findings.place(path, node.span)
        if isinstance(node, Table):
            self._take_entries(node, names)
        else:
            findings.error(path, node.span, f"{self._name()} must have keys.", f"write: {{{names[0]}: ..., ...}}")

    def value(self, key: str, parse: Callable[[str], T]) -> T | None:
        """The value of `key` as `parse` reads it; None where it is absent or at fault."""
        return read_scalar(self.nodes[key], self.under(key), self.findings, parse) if key in self.nodes else None

    def read(self, key: str, read_node: Callable[[Node, str, Findings], T | None]) -> T | None:
        """The value of `key`, a mapping or list, as `read_node` reads it; None where it is absent."""
        return read_node(self.nodes[key], self.under(key), self.findings) if key in self.nodes else None

    def items(self, key: str) -> list[tuple[Node, str]] | None:
        """The items of a list with their paths; None where `key` is absent or no list."""
        return list_items(self.nodes[key], self.under(key), self.findings) if key in self.nodes else None

    def values(self, key: str, parse: Callable[[str], T]) -> tuple[T, ...] | None:
        """A list of single values; None where `key` is absent or no list."""
        return read_list(self.nodes[key], self.under(key), self.findings, parse) if key in self.nodes else None

    def entries(self, key: str) -> Iterator[tuple[TableEntry, str]]:
        """The entries, with their paths, of a mapping whose keys are the coordinator's own."""
        node = self.nodes.get(key)
        if isinstance(node, Table):
            for entry in node.entries:
                yield entry, f"{self.under(key)}.{entry.key.text}"
        elif node is not None:
            self.error(key, f"{key} must have entries with a name and a colon.", "write: name: {...}")

    def require(self, *keys: str, remedy: str = "") -> None:
        """Complain of each key that is absent, unless a misspelt one was meant for it."""
        for key in keys:
            if key not in self.nodes:
                what = f"{self._name()} has no {key}."
                self.findings.error(self.under(key), self.span, what, remedy or f"add {key}: ...")

    def under(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def error(self, key: str, what: str, remedy: str) -> None:
        """Complain of the value of `key`, at its place."""
        self.findings.error(self.under(key), self.nodes[key].span, what, remedy)

    def warn(self, key: str, what: str, remedy: str) -> None:
        """Say something of the value of `key`, which is taken all the same."""
        self.findings.warning(self.under(key), self.nodes[key].span, what, remedy)

    def _take_entries(self, table: Table, known: Sequence[str]) -> None:
        for entry in table.entries:
            key = entry.key.text
            if key in known:
                self.nodes[key] = entry.value
                self.findings.place(self.under(key), entry.value.span)
                continue
            remedy = nearest(key, known, f"known here: {', '.join(known)}")
            self.findings.error(self.under(key), entry.key.span, f"There is no key {quoted(key)}.", remedy)
            meant = remedy.removeprefix("did you mean ").removesuffix("?")
            if meant in known and table.entry(meant) is None:
                # The misspelt key is the fault; that the right one is absent would be the same fault again.
                self.findings.faults.add(self.under(meant))

    def _name(self) -> str:
        return self.path or "The file"


def read_scalar(node: Node, path: str, findings: Findings, parse: Callable[[str], T]) -> T | None:
    """One value at `path` as `parse` reads it; None, and a problem, where it cannot be taken."""
    findings.place(path, node.span)
    if not isinstance(node, Scalar):
        findings.error(path, node.span, "One value is expected here.", "write it without brackets, braces or keys")
        return None
    if not node.text.strip():
        findings.error(path, node.span, "The value is empty.", "write one, or leave the key out")
        return None
    try:
        return parse(node.text)
    except WrittenValueError as error:
        findings.error(path, node.span, error.sentence, error.remedy)
        return None


def read_list(node: Node, path: str, findings: Findings, parse: Callable[[str], T]) -> tuple[T, ...] | None:
    """A list of single values; those at fault are left out. None where it is no list."""
    items = list_items(node, path, findings)
    if items is None:
        return None
    read = (read_scalar(item, item_path, findings, parse) for item, item_path in items)
    return tuple(value for value in read if value is not None)


def list_items(node: Node, path: str, findings: Findings) -> list[tuple[Node, str]] | None:
    """The items of a list with their paths, counted from 1: `events.dac-3.days[1]`."""
    if isinstance(node, Items):
        return [(item, f"{path}[{number}]") for number, item in enumerate(node.nodes, 1)]
    written = node.text if isinstance(node, Scalar) else ""
    in_brackets = f"write it in brackets: [{written or '..., ...'}]"
    remedy = "write [] for none" if written.casefold() in _NOTHING else in_brackets
    findings.error(path, node.span, "A list is expected here.", remedy)
    return None


def read_key(key: Scalar, path: str, findings: Findings, parse: Callable[[str], T]) -> T | None:
    """A key of the coordinator's own. A fault in it hides nothing of what stands under it."""
    try:
        return parse(key.text)
    except WrittenValueError as error:
        findings.error(path, key.span, error.sentence, error.remedy, hides=False)
        return None
