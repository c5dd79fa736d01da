"""The schema's version: made and brought up to date by Alembic, from the first migration on."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from convene.errors import ConveneError

_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(ConveneError):
    """The database's schema is not the one this version of convene knows."""


def bring_up_to_date(engine: Engine) -> None:
    """Upgrade an SQLite database, or an empty one of any kind; say what to do where data must be upgraded by hand.

    Raises SchemaError for a schema newer than this program, and for a PostgreSQL database that waits for an upgrade.
    """
    if not is_current(engine):
        upgrade(engine)


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one this program knows; False where opening would make or upgrade it by itself.

    Raises SchemaError where it would not.
    """
    have, newest = _current_revision(engine), _scripts().get_current_head()
    if have is not None and have not in {script.revision for script in _scripts().walk_revisions()}:
        raise SchemaError(f"The database was made by a newer convene (schema {have}).", "install that version")
    if have not in (None, newest) and engine.dialect.name != "sqlite":
        raise SchemaError(f"The database has schema {have}, this program needs {newest}.", "stop all and upgrade it")
    return have == newest


def upgrade(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction."""
    config = _config()
    with engine.execution_options(convene_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current_revision(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:  # away, locked, or a file of another kind
        raise SchemaError("The database cannot be opened.", f"check CONVENE_DATABASE_URL ({error.orig})") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
