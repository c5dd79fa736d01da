"""Statements of the hot paths, written once for both databases and handed to the driver as they are.

Some run a hundred times a second, and SQLAlchemy's own machinery around a statement costs more than the statement.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")
_AS_THEY_ARE = frozenset((int, float, str, bytes, bool, type(None)))
_DIALECT = {
    "sqlite": {
        "skip_locked": "",
        "joined": "group_concat",
        "json_array": "json_array",
        "in_ids": "IN (SELECT value FROM json_each(:ids))",
        # One worker at a time holds the lock file; whoever is in the table is that one.
        "holds_lease": "TRUE",
        "last_message": "(SELECT seq FROM sqlite_sequence WHERE name = 'message')",
    },
    "postgresql": {
        "skip_locked": "FOR UPDATE SKIP LOCKED",
        "joined": "string_agg",
        "json_array": "json_build_array",
        "in_ids": "= ANY(:ids)",
        # On the database's own time: the workers are on several hosts.
        "holds_lease": "lease_until > clock_timestamp()",
        "last_message": "(SELECT last_value FROM message_id_seq)",
    },
}


class DriverSql:
    """One statement with `:name` parameters. In braces: `{in_ids}` compares with the list of numbers `:ids`,
    `{skip_locked}` leaves out rows that somebody else holds, `{holds_lease}` is true of a worker that lives,
    `{last_message}` is the highest number that a message ever had, `{joined}(text, between)` makes one text of all
    rows, `{json_array}` a JSON array of its arguments.

    It runs on the driver's own connection, within the transaction of the `connection` given. What comes back is the
    driver's cursor, with values as the driver has them: on SQLite a moment is a text.
    """

    def __init__(self, text: str) -> None:
        self._texts = {name: _written(text, name) for name in _DIALECT}

    def run(self, connection: Connection, **values: Any) -> Any:
        """Run it once. Moments are aware; `ids` is any iterable of numbers."""
        dialect = connection.dialect.name
        text, names = self._texts[dialect]
        driver: Any = connection.connection.driver_connection
        return driver.execute(text, _bound(values, names, dialect))

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each row."""
        dialect = connection.dialect.name
        text, names = self._texts[dialect]
        driver: Any = connection.connection.driver_connection
        driver.cursor().executemany(text, [_bound(row, names, dialect) for row in rows])


def read_moment(value: Any) -> datetime:
    """A moment that a statement gave, aware and in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _written(text: str, dialect: str) -> tuple[str, frozenset[str]]:
    """The statement in the words of a database, and the names of its parameters."""
    for name, words in _DIALECT[dialect].items():
        text = text.replace(f"{{{name}}}", words)
    names = frozenset(_PARAMETER.findall(text))
    return (text if dialect == "sqlite" else _PARAMETER.sub(r"%(\1)s", text)), names


def _bound(values: Mapping[str, Any], names: frozenset[str], dialect: str) -> dict[str, Any]:
    if dialect == "sqlite":
        return {name: v if type(v := values[name]) in _AS_THEY_ARE else _for_sqlite(v) for name in names}
    return {name: list(values[name]) if name == "ids" else values[name] for name in names}


def _for_sqlite(value: Any) -> Any:
    """A moment as SQLAlchemy stores it, a list of numbers as JSON."""
    return _stored_moment(value) if type(value) is datetime else json.dumps(list(value))


@lru_cache(maxsize=64)
def _stored_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
