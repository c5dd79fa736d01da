"""YAML 1.2 text as a tree of nodes that know their place. Every plain scalar is text: nothing is guessed.

What a programme file has no use for is a fault with its place: anchors and aliases, tags, a second document, a key
written twice, nesting deeper than any programme needs. Built from the events of the parser, not from its composer,
because that one follows aliases and resolves types.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from convene.programme_file.reading.yaml_faults import YamlFault, reader_fault, syntax_fault

LARGEST_FILE = 1_000_000
"""Octets of UTF-8: a programme of 500 events needs a fifth of it."""
BLOCK_STYLES = ("|", ">")
_DEEPEST = 20


@dataclass(frozen=True)
class Span:
    """Where a node stands: `start` and `end` index the text (end exclusive), `line` and `column` count from 1."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class Scalar:
    """One value as written. `style` is "" for plain text, else its first character: `'`, `"`, `|` or `>`."""

    text: str
    span: Span
    style: str = ""


@dataclass(frozen=True)
class Items:
    """A sequence. `flow`: written as [a, b]."""

    nodes: tuple["Node", ...]
    span: Span
    flow: bool


@dataclass(frozen=True)
class TableEntry:
    key: Scalar
    value: "Node"


@dataclass(frozen=True)
class Table:
    """A mapping, in the order written, without repeated keys. `flow`: written as {a: b}."""

    entries: tuple[TableEntry, ...]
    span: Span
    flow: bool

    def entry(self, key: str) -> TableEntry | None:
        return next((entry for entry in self.entries if entry.key.text == key), None)


Node = Scalar | Items | Table


@dataclass(frozen=True)
class Parsed:
    """`root` is None where the text is no YAML at all, or empty."""

    root: Node | None
    faults: tuple[YamlFault, ...]


def parse_yaml(text: str) -> Parsed:
    """Read `text` (without byte order mark). Never raises: all faults come back with their places."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        fault = YamlFault("", 0, 0, "The file is larger than 1 MB.", "split it: one file for one programme")
        return Parsed(None, (fault,))
    builder = _Builder(text)
    try:
        root = builder.build()
    except MarkedYAMLError as error:
        return Parsed(None, (*builder.faults, syntax_fault(error)))
    except (YAMLError, ValueError, OverflowError) as error:
        return Parsed(None, (*builder.faults, reader_fault(error, text)))
    except _TooDeepError:
        root = None
    return Parsed(root, tuple(builder.faults))


class _TooDeepError(Exception):
    """Stops the building; the fault is noted already."""


@dataclass
class _Builder:
    """Turns the parser's events into nodes, from the first to the last."""

    text: str
    faults: list[YamlFault] = field(default_factory=list)

    def build(self) -> Node | None:
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(self.text)
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault("", event, "A second document begins here.", "keep one programme in one file")
                    break
            elif isinstance(event, NodeEvent):
                root = self._node(event, "", 0)
        return root

    def _node(self, event: Any, path: str, depth: int) -> Node:
        if depth > _DEEPEST:
            self._fault(path, event, f"Nested deeper than {_DEEPEST} levels.", "a programme file needs five")
            raise _TooDeepError
        self._refuse_machinery(event, path)
        if isinstance(event, MappingStartEvent):
            return self._table(event, path, depth)
        if isinstance(event, SequenceStartEvent):
            return self._items(event, path, depth)
        if isinstance(event, ScalarEvent):
            return Scalar(event.value, self._scalar_span(event), event.style or "")
        return Scalar("", _span(event))

    def _refuse_machinery(self, event: Any, path: str) -> None:
        if isinstance(event, AliasEvent):
            mark, what = event.start_mark, f'"*{event.anchor}" repeats another value.'
            self.faults.append(
                YamlFault(path, mark.line + 1, mark.column + 1, what, "write the value out here", hides_value=True)
            )
        elif event.anchor:
            self._fault(path, event, f'"&{event.anchor}" marks a value to repeat it.', "leave the mark out")
        elif event.tag:
            self._fault(path, event, f'"{event.tag}" is a tag of YAML.', "leave it out, and quote the text if needed")

    def _items(self, start: Any, path: str, depth: int) -> Items:
        nodes: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                return Items(tuple(nodes), _whole_span(start, event, nodes), bool(start.flow_style))
            nodes.append(self._node(event, f"{path}[{len(nodes) + 1}]", depth + 1))
        raise AssertionError("the parser closes every sequence")

    def _table(self, start: Any, path: str, depth: int) -> Table:
        entries: dict[str, TableEntry] = {}
        nodes: list[Node] = []
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                return Table(tuple(entries.values()), _whole_span(start, event, nodes), bool(start.flow_style))
            key = self._key(event, path, depth)
            inner = f"{path}.{key.text}" if path else key.text
            value = self._beside(key, self._node(next(self._events), inner, depth + 1))
            nodes.append(value)
            self._note(entries, TableEntry(key, value), inner)
        raise AssertionError("the parser closes every mapping")

    def _note(self, entries: dict[str, TableEntry], entry: TableEntry, path: str) -> None:
        first = entries.setdefault(entry.key.text, entry)
        if first is not entry:
            what = f'"{entry.key.text}" is written twice; the first is in line {first.key.span.line}.'
            span = entry.key.span
            self.faults.append(YamlFault(path, span.line, span.column, what, "keep one of them"))

    def _key(self, event: Any, path: str, depth: int) -> Scalar:
        key = self._node(event, path, depth + 1)
        if isinstance(key, Scalar):
            return key
        self._fault(path, event, "A list or mapping cannot be a key.", "write a word, then a colon")
        return Scalar("", key.span)

    def _beside(self, key: Scalar, value: Node) -> Node:
        """An empty value has the place behind its key; the parser gives it that of whatever follows."""
        if not isinstance(value, Scalar) or value.span.end > value.span.start:
            return value
        colon = self.text.find(":", key.span.end) + 1
        return Scalar("", Span(colon, colon, key.span.line, key.span.column + colon - key.span.start))

    def _scalar_span(self, event: Any) -> Span:
        """A block scalar ends with its last line: the parser's end lies behind the empty lines that follow it."""
        span = _span(event)
        if event.style not in BLOCK_STYLES:
            return span
        return replace(span, end=span.start + len(self.text[span.start : span.end].rstrip()))

    def _fault(self, path: str, event: Any, what: str, remedy: str) -> None:
        mark = event.start_mark
        self.faults.append(YamlFault(path, mark.line + 1, mark.column + 1, what, remedy))


def _span(event: Any) -> Span:
    start = event.start_mark
    return Span(start.index, event.end_mark.index, start.line + 1, start.column + 1)


def _whole_span(start: Any, end: Any, nodes: list[Node]) -> Span:
    """A block collection ends with its last child: the parser's end lies behind the comments that follow."""
    mark = start.start_mark
    if start.flow_style or not nodes:
        return Span(mark.index, end.end_mark.index, mark.line + 1, mark.column + 1)
    last = max(chain((mark.index,), (node.span.end for node in nodes)))
    return Span(mark.index, last, mark.line + 1, mark.column + 1)
