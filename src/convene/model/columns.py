"""The column types that tables share: a moment is UTC and aware, a text of the coordinator is JSON by language."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

TextMap = dict[str, str]
"""A text of the coordinator by language code."""


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, stored as UTC and given back as UTC.

    SQLite keeps no zone and would hand back a naive time; here it never gets out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class UnreadableJson:
    """In the place of a value whose column holds no JSON, since somebody edited the database. It is like no value that
    belongs there, so that whoever takes it for one fails (`store/unreadable_rows.py`).
    """


def read_json(text: str | bytes) -> Any:
    """What a column of JSON holds; one row that cannot be read must not keep those beside it from being read."""
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return UnreadableJson()


JsonColumn = JSON(none_as_null=True)
"""Lists and maps as written; Python's None is SQL's NULL."""
