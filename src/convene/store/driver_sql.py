"""Statements of the hot paths, written once for both databases and handed to the driver as they are.

Some run a hundred times a second, and SQLAlchemy's own machinery around a statement costs more than the statement.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, CursorResult

_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")
_DIALECT = {
    "sqlite": {
        "skip_locked": "",
        "in_ids": "IN (SELECT value FROM json_each(:ids))",
        # One worker at a time holds the lock file; whoever is in the table is that one.
        "holds_lease": "TRUE",
    },
    "postgresql": {
        "skip_locked": "FOR UPDATE SKIP LOCKED",
        "in_ids": "= ANY(:ids)",
        # On the database's own time: the workers are on several hosts.
        "holds_lease": "lease_until > clock_timestamp()",
    },
}


class DriverSql:
    """One statement with `:name` parameters. In braces: `{in_ids}` compares with the list of numbers `:ids`,
    `{skip_locked}` leaves out rows that somebody else holds, `{holds_lease}` is true of a worker that lives.
    """

    def __init__(self, text: str) -> None:
        self._texts = {name: _written(text, name) for name in _DIALECT}

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Run it once. Moments are aware; `ids` is any iterable of numbers."""
        dialect = connection.dialect.name
        text, names = self._texts[dialect]
        return connection.exec_driver_sql(text, _bound(values, names, dialect))

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each row; with no row, not at all."""
        dialect = connection.dialect.name
        text, names = self._texts[dialect]
        bound = [_bound(row, names, dialect) for row in rows]
        if bound:
            connection.exec_driver_sql(text, bound)


def _written(text: str, dialect: str) -> tuple[str, frozenset[str]]:
    """The statement in the words of a database, and the names of its parameters."""
    for name, words in _DIALECT[dialect].items():
        text = text.replace(f"{{{name}}}", words)
    names = frozenset(_PARAMETER.findall(text))
    return (text if dialect == "sqlite" else _PARAMETER.sub(r"%(\1)s", text)), names


def _bound(values: Mapping[str, Any], names: frozenset[str], dialect: str) -> dict[str, Any]:
    if dialect == "sqlite":
        return {name: _for_sqlite(values[name]) for name in names}
    return {name: list(values[name]) if name == "ids" else values[name] for name in names}


def _for_sqlite(value: Any) -> Any:
    """A moment as SQLAlchemy stores it, a list of numbers as JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, int | float | str | bytes | None):
        return value
    return json.dumps(list(value))
