"""A programme file as an editor hands it to a schema: YAML 1.2, core schema, where dates are text."""

import re
from typing import Any

from convene.programme_file.reading.yaml_nodes import Items, Node, Scalar, Table, parse_yaml

_CONSTANTS = {"": None, "null": None, "~": None, "true": True, "false": False}


def editor_view(text: str) -> Any:
    parsed = parse_yaml(text)
    assert parsed.root is not None
    return _plain(parsed.root)


def _plain(node: Node) -> Any:
    if isinstance(node, Table):
        return {entry.key.text: _plain(entry.value) for entry in node.entries}
    if isinstance(node, Items):
        return [_plain(item) for item in node.nodes]
    return node.text if node.style else _resolved(node)


def _resolved(scalar: Scalar) -> Any:
    """Plain scalars by the core schema of YAML 1.2 (10.3.2)."""
    text = scalar.text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text
