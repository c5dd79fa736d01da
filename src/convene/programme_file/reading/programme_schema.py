"""The JSON Schema (draft 2020-12) of the programme file, for editors: from the table that the reader uses too."""

from collections.abc import Mapping

from convene.programme_file.reading import value_shapes as shapes
from convene.programme_file.reading.known_keys import (
    DAY,
    DUE,
    EVENT,
    INVITED,
    MATERIAL,
    ORGANISATION,
    ORGANISER,
    PROGRAMME,
    SERIES,
    TOP,
    VENUE,
    Key,
    Keys,
)
from convene.programme_file.reading.value_shapes import Shape

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

TABLES: Mapping[str, Keys] = {
    "programme": PROGRAMME,
    "organiser": ORGANISER,
    "organisation": ORGANISATION,
    "series": SERIES,
    "venue": VENUE,
    "event": EVENT,
    "day": DAY,
    "due": DUE,
    "invited": INVITED,
    "material": MATERIAL,
}
"""The mappings below the top, by their name in `$defs`."""

_VALUES: Mapping[str, Shape] = {"line": shapes.LINE, "text": shapes.TEXT, "zone": shapes.ZONE}

# What keys of one mapping have to do with each other.
_TOGETHER: Mapping[str, Shape] = {
    "event": {
        "oneOf": [{"required": ["days"]}, {"required": ["due"]}, {"required": ["same_as"]}],
        "anyOf": [{"required": ["kind"]}, {"required": ["series"]}, {"required": ["same_as"]}],
        "dependentRequired": {"same_as": ["starts"], "starts": ["same_as"]},
    },
    "day": {"dependentRequired": {"to": ["from"]}},
}


def programme_schema() -> Shape:
    """The schema as plain data. What it takes may still be refused by `check`, which looks at more than the form."""
    tables = {name: _mapping(keys) | _TOGETHER.get(name, {}) for name, keys in TABLES.items()}
    head = {"$schema": _DIALECT, "title": "A programme file of convene"}
    return head | _mapping(TOP) | {"$defs": tables | dict(_VALUES)}


def _mapping(keys: Keys) -> Shape:
    return {
        "type": "object",
        "properties": {name: _property(key) for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _property(key: Key) -> Shape:
    return key.shape | {"description": key.says}
