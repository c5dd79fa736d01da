"""A document with one event changed or added: it comes as the tree that a file would write, and is read like one.

So commands take what files take, and refuse the rest in the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from convene.errors import Problem
from convene.programme_file.document import EventEntry, ProgrammeDocument
from convene.programme_file.edits.document_tree import Tree, event_tree
from convene.programme_file.reading.fields import Fields
from convene.programme_file.reading.findings import Findings, Places
from convene.programme_file.reading.known_keys import EVENT
from convene.programme_file.reading.read_event import read_event
from convene.programme_file.reading.yaml_nodes import Items, Node, Scalar, Span, Table, TableEntry

EventTree = dict[str, Tree]
"""An event as its file writes it: the keys of `events.<id>`."""

_NOWHERE = Span(0, 0, 0, 0)


@dataclass(frozen=True)
class Edited:
    """`document` with the event `slug` as far as it could be understood; what could not be is in `problems`.

    `places` are the paths of the keys that are new or different, all of them without line and column; `faults` are
    paths that hold an error already.
    """

    document: ProgrammeDocument
    slug: str
    problems: tuple[Problem, ...] = ()
    places: Places = field(default_factory=dict)
    faults: frozenset[str] = frozenset()


def with_event(document: ProgrammeDocument, slug: str, tree: EventTree, former: str | None = None) -> Edited:
    """The document in which the event `slug` says `tree`: in the place of `former` (its id until now), of the one
    that has the id already, or at the end.
    """
    path = f"events.{slug}"
    findings = Findings(f"{document.programme.id}/{slug}", document.programme.language)
    entry = read_event(slug, Fields(_node(tree), path, findings, EVENT))
    old = document.events.get(former or slug)
    same = event_tree(old) if old else {}
    changed = tuple(f"{path}.{key}" for key, value in tree.items() if same.get(key) != value)
    return Edited(
        replace(document, events=_events(document.events, entry, former)),
        slug,
        tuple(findings.problems),
        {place: (0, 0) for place in findings.places if place.startswith(changed)},
        frozenset(findings.faults),
    )


def _events(events: Mapping[str, EventEntry], entry: EventEntry, former: str | None) -> dict[str, EventEntry]:
    """The events with `entry` among them. Those that name its former id follow it to the new one."""
    if former is None:
        return {**events, entry.id: entry}
    renamed = {former: entry.id}
    followed = {
        name: replace(
            event,
            same_as=renamed.get(event.same_as or "", event.same_as),
            part_of=renamed.get(event.part_of or "", event.part_of),
        )
        for name, event in events.items()
    }
    return {renamed.get(name, name): entry if name == former else event for name, event in followed.items()}


def _node(tree: Tree) -> Node:
    """A tree as the nodes of a file that has no lines."""
    if isinstance(tree, str):
        return Scalar(tree, _NOWHERE)
    if isinstance(tree, list):
        return Items(tuple(_node(item) for item in tree), _NOWHERE, flow=True)
    entries = (TableEntry(Scalar(key, _NOWHERE), _node(value)) for key, value in tree.items())
    return Table(tuple(entries), _NOWHERE, flow=True)
