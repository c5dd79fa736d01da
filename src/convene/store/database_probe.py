"""How a database really is set, asked on a connection as every command opens it."""

from pathlib import Path

from convene.store.database import Database, connect_database
from convene.store.schema import is_current

_PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
_SERVER = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_AS_WRITTEN = {
    "synchronous": {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"},
    "foreign_keys": {"0": "OFF", "1": "ON"},
}


class DatabaseProbe:
    """A connection to the database of an installation that makes nothing and upgrades nothing."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseError for an address that cannot be used."""
        self.database: Database = connect_database(url)

    @property
    def kind(self) -> str:
        return "SQLite" if self._sqlite else "PostgreSQL"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None for one in memory, and for a server."""
        name = self.database.engine.url.database
        return Path(name) if self._sqlite and name and name != ":memory:" else None

    @property
    def _sqlite(self) -> bool:
        return self.database.engine.dialect.name == "sqlite"

    def has_current_schema(self) -> bool:
        """False where the next command makes or upgrades it. Raises SchemaError, also where nobody answers."""
        return is_current(self.database.engine)

    def takes_writes(self) -> bool:
        """False where a server only reads. An SQLite file says so at the first write alone."""
        if self._sqlite:
            return True
        with self.database.engine.connect() as connection:
            return connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off"

    def durability(self) -> tuple[dict[str, str], dict[str, str]]:
        """What keeps a confirmed row, as it should be and as it is, by the name of the setting."""
        wanted, ask = (_PRAGMAS, "PRAGMA") if self._sqlite else (_SERVER, "SHOW")
        with self.database.engine.connect() as connection:
            found = {name: str(connection.exec_driver_sql(f"{ask} {name}").scalar()) for name in wanted}
        return _readable(wanted), _readable(found)


def _readable(values: dict[str, str]) -> dict[str, str]:
    """SQLite answers with numbers where its manual has words."""
    return {name: _AS_WRITTEN.get(name, {}).get(value, value) for name, value in values.items()}
