"""Look at settings, files and versions, for `doctor`; nothing is made, upgraded or mended on the way."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from convene.errors import ConveneError
from convene.rules.checkup import Check, fault, ok, warning
from convene.rules.installation_checks import (
    check_base_url,
    check_clock,
    check_durability,
    check_privacy,
    check_python,
    check_secret_key,
    check_space,
    check_writes,
)
from convene.settings import Settings
from convene.settings_table import SETTINGS
from convene.store.database_probe import DatabaseProbe
from convene.usecases.delivery.moments import Clock
from convene.usecases.health.examine_delivery import examine_delivery

_SIDE_FILES = ("", "-wal", "-shm")


def examine_installation(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Every check that needs no network but the database's."""
    yield check_python(sys.version_info[:3])
    yield from _settings_file(settings)
    yield check_secret_key(settings.secret_keys)
    yield check_base_url(settings.base_url)
    if frozen := check_clock(settings.now):
        yield frozen
    yield _state_folder(settings.state_folder)
    try:
        yield from _database(settings, clock)
    except ConveneError as error:
        yield fault("database", error.sentence, error.remedy)
    except (SQLAlchemyError, ValueError) as error:  # ValueError: what stands in a row is no moment, or no date
        yield fault("database", f"It cannot be read: {type(error).__name__}.", "see whether another program holds it")


def _settings_file(settings: Settings) -> Iterator[Check]:
    """Where the settings come from, and whether a file that holds secrets is private."""
    files = sorted(set(settings.source.values()) - {"the environment", "the default"})
    if not files:
        yield ok("settings", "No file; the environment and the defaults.")
    secret_keys = [setting.key for setting in SETTINGS if setting.secret]
    for file in files:
        yield ok("settings", f"{file}, then the environment, which wins.")
        if any(settings.source[key] == file for key in secret_keys):
            yield check_privacy("settings file", file, _mode(Path(file)))


def _state_folder(folder: Path) -> Check:
    if folder.is_dir() and os.access(folder, os.W_OK):
        return ok("state folder", f"{folder.resolve()} can be written to.")
    sentence = f"{folder} is not a folder that can be written to: a restored database would not be noticed."
    return fault("state folder", sentence, "make it, or set CONVENE_STATE_FOLDER")


def _database(settings: Settings, clock: Clock) -> Iterator[Check]:
    probe = DatabaseProbe(settings.database_url)
    try:
        if probe.path is not None and not probe.path.exists():
            yield _missing(probe.path)
            return
        current = probe.has_current_schema()
        if current:
            yield ok("database", f"{probe.kind} opens, its schema is current.")
        else:
            yield warning("database", f"{probe.kind} has an older schema, or none yet.", "the next command sees to it")
        if only_reads := check_writes(takes_writes=probe.takes_writes()):
            yield only_reads
        yield check_durability(*probe.durability())
        yield from _files(probe.path)
        if not current:
            return
        with probe.database.reading() as session:
            yield from examine_delivery(session, settings, clock)
    finally:
        probe.database.close()


def _missing(path: Path) -> Check:
    if path.parent.is_dir():
        return warning("database", f"{path} does not exist yet.", "the first command that needs it makes it")
    return fault("database", f"The folder of {path} does not exist.", "make it, or set CONVENE_DATABASE_URL")


def _files(path: Path | None) -> Iterator[Check]:
    """The files of an SQLite database, and the room beside them."""
    if path is None:
        return
    for file in (Path(f"{path}{end}") for end in _SIDE_FILES):
        if file.exists():
            yield check_privacy("database file", str(file), _mode(file))
    folder = path.resolve().parent
    yield check_space(str(folder), shutil.disk_usage(folder).free)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
