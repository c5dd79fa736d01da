"""`convene init`: a settings file to start from."""

import os
import secrets
from pathlib import Path
from typing import Any

import typer

from convene.cli.tables import say
from convene.errors import ConflictError, ConveneError
from convene.settings import file_to_write
from convene.settings_table import first_toml


def command(name: str) -> Any:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name)(init)
    return typer.main.get_command(app)


def init() -> None:
    """Write config/convene.toml (or the file named in CONVENE_CONFIG), with every setting and a new secret key.

    Nobody but you may read it. A file that is there is left alone. No command needs the file: the environment will do.
    """
    path = file_to_write(os.environ)
    _write_private(path, first_toml(secrets.token_urlsafe(32)))
    say(f"Wrote {path}, with a secret key: keep a copy of it, all links depend on it.")
    say("Set next, in it or in the environment:")
    say("  smtp_url    the server that takes the mail")
    say("  base_url    the https address under which readers reach the feeds")
    say("  mail_from   the address that mail comes from, if it is not the organiser's")
    say("Then look: convene doctor")


def _write_private(path: Path, text: str) -> None:
    """Make the file, readable by its owner alone. Raises ConflictError where there is one."""
    if path.exists():
        remedy = "change it by hand, or name another file in CONVENE_CONFIG"
        raise ConflictError(f"{path} is there already; nothing was changed.", remedy)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise ConveneError(f'"{path}" cannot be made: {error.strerror}.', "check the path") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
